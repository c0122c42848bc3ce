import { join } from "@std/path";
import { toShellWords } from "../../core/convert.ts";
import type { Problem } from "../../core/config/problem.ts";
import { RefusedError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import { statePath } from "../../state/folders.ts";
import { MAX_CONFIG_BYTES } from "../../core/config/bounds.ts";
import type { Agent } from "../agent.ts";
import { tell } from "./change.ts";
import { InvalidConfigError } from "./invalid_config_error.ts";
import { compareProblems, problemsOf } from "./problems.ts";
import { readConfig, whileLocked, writeConfig } from "./store.ts";

const DRAFT = "edit.conf";

/** What to do with changes that an earlier edit left behind. */
export type Leftover = "refuse" | "recover" | "discard";

/**
 * Opens a private copy of a configuration in the operator's editor, and installs it when it is valid; gives the new
 * warnings. A draft with errors, or of a configuration that somebody else changed meanwhile, is kept for `recover`.
 */
export async function editConfig(
  agent: Agent,
  path: ObjectPath,
  leftover: Leftover,
): Promise<readonly Problem[]> {
  const { files } = agent.system;
  const name = formatObjectPath(path);
  const draft = join(statePath(agent.folders, path), DRAFT);
  const before = readConfig(agent, path);
  const found = leftover === "discard" ? undefined : readDraft(agent, draft);
  // A draft without a change is what an interrupted agent leaves behind: nothing would be lost.
  const old = found === before ? undefined : found;
  if (old !== undefined && leftover === "refuse") throw isBeingEdited(name, draft);
  if (old === undefined) await files.replace(draft, before);
  const code = await openEditor(agent, draft).finally(() => {
    if (readDraft(agent, draft) === before) files.remove(draft);
  });
  const after = readDraft(agent, draft) ?? before;
  if (code !== 0) {
    throw new RefusedError(`Cannot edit ${name}: the editor ended with ${code}${keptAs(after === before)}`);
  }
  if (after === before) return [];
  const remarks = await install(agent, path, before, after);
  files.remove(draft);
  return remarks;
}

/** Under the rules of a configuration, which it is to become: no link, no pipe, no more than 1 MiB. */
function readDraft({ system: { files } }: Agent, draft: string): string | undefined {
  return files.readUnlinked(draft, MAX_CONFIG_BYTES)?.text;
}

function isBeingEdited(name: string, draft: string): RefusedError {
  return new RefusedError(
    `Cannot edit ${name}: ${draft} holds changes that were not applied, expected --recover or --discard`,
  );
}

function keptAs(isUnchanged: boolean): string {
  return isUnchanged ? ", and nothing was changed" : ", and the changes are kept for --recover";
}

/** The editor is a command line, such as `code --wait`. */
async function openEditor({ system }: Agent, draft: string): Promise<number> {
  const { VISUAL, EDITOR } = system.host.environment;
  const words = toShellWords(VISUAL?.trim() || EDITOR?.trim() || "vi");
  const argv = [...words, draft] as unknown as [string, ...string[]];
  try {
    return await system.processes.foreground(argv);
  } catch (cause) {
    throw new RefusedError(`Cannot start the editor "${words.join(" ")}": expected a program that exists`, {
      cause,
    });
  }
}

function install(
  agent: Agent,
  path: ObjectPath,
  before: string,
  after: string,
): Promise<readonly Problem[]> {
  const name = formatObjectPath(path);
  const problems = problemsOf(agent, path, after);
  const { errors, remarks } = compareProblems(problemsOf(agent, path, before), problems);
  // A text that cannot be read at all has one problem, which may be the very one that was there before.
  const unreadable = problems.filter(({ message }) => message.startsWith("Cannot read the configuration"));
  const refused = errors.length > 0 ? errors : unreadable;
  if (refused.length > 0) throw new InvalidConfigError(`Cannot edit ${name}`, name, refused);
  return whileLocked(agent, async () => {
    if (readConfig(agent, path) !== before) {
      throw new RefusedError(
        `Cannot edit ${name}: it was changed meanwhile, and your changes are kept for --recover`,
      );
    }
    await writeConfig(agent, path, after);
    tell(agent, name, [{ message: "edit config" }]);
    return remarks;
  });
}
