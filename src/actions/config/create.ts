import { dirname } from "@std/path";
import { parseAssignment } from "../../core/config/assignment.ts";
import { addSection, setOption } from "../../core/config/edit.ts";
import { parseIni } from "../../core/config/ini.ts";
import type { Problem } from "../../core/config/problem.ts";
import { formatSections, parseSections } from "../../core/config/sections.ts";
import { RefusedError } from "../../core/errors.ts";
import {
  configFileOf,
  formatObjectPath,
  isReservedName,
  type ObjectPath,
} from "../../core/naming/object_path.ts";
import { configPath } from "../../state/folders.ts";
import { NODE_FILES } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";
import { refusingBadText, tell } from "./change.ts";
import { InvalidConfigError } from "./invalid_config_error.ts";
import { compareProblems, problemsOf } from "./problems.ts";
import { assign } from "./set.ts";
import { whileLocked, writeConfig } from "./store.ts";

/** What a new configuration is made of. */
export interface CreateRequest {
  /** A configuration text, or its JSON form. */
  readonly source: string | undefined;
  /** Such as `task#0.user=admin`, applied after the source. */
  readonly assignments: readonly string[];
  /** Added to `[env]`. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Writes the configuration of a new object, after validating it, and gives the warnings. Throws `RefusedError` when the
 * object exists or has a reserved name, and `InvalidConfigError` for errors; nothing is written then.
 */
export async function createConfig(
  agent: Agent,
  path: ObjectPath,
  request: CreateRequest,
): Promise<readonly Problem[]> {
  const name = formatObjectPath(path);
  refuseReserved(path, name);
  const text = refusingBadText(`Cannot create ${name}`, name, () => build(agent, path, request));
  const { errors, remarks } = compareProblems([], problemsOf(agent, path, text));
  if (errors.length > 0) throw new InvalidConfigError(`Cannot create ${name}`, name, errors);
  await whileLocked(agent, async () => {
    refuseExisting(agent, path, name);
    await writeConfig(agent, path, text);
    tell(agent, name, [{ message: "create" }]);
  });
  return remarks;
}

function refuseReserved(path: ObjectPath, name: string): void {
  if (isReservedName(path.name)) {
    throw new RefusedError(`Cannot create ${name}: "${path.name}" is a word of the command line`);
  }
  if (dirname(configFileOf(path)) === "." && NODE_FILES.has(path.name)) {
    throw new RefusedError(
      `Cannot create ${name}: ${path.name}.conf is the configuration of the ${path.name}`,
    );
  }
}

function refuseExisting(agent: Agent, path: ObjectPath, name: string): void {
  if (agent.system.files.facts(configPath(agent.folders, path)) === undefined) return;
  throw new RefusedError(`Cannot create ${name}: it exists, expected a new name, or set or edit config`);
}

function build(agent: Agent, path: ObjectPath, request: CreateRequest): string {
  let text = request.source === undefined ? addSection("", "DEFAULT") : readSource(request.source);
  for (const [name, value] of Object.entries(request.environment)) text = setOption(text, "env", name, value);
  return assign(agent, path, text, request.assignments.map(parseAssignment)).text;
}

/** No line of the text form starts with a brace. */
function readSource(source: string): string {
  const isJson = source.trimStart().startsWith("{");
  const text = isJson ? formatSections(parseSections(source)) : source;
  parseIni(text);
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
