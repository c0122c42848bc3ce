import type { Problem } from "../../core/config/problem.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import { journalFor } from "../journal_for.ts";
import { InvalidConfigError } from "./invalid_config_error.ts";
import { compareProblems, problemsOf } from "./problems.ts";
import { readConfig, whileLocked, writeConfig } from "./store.ts";

/** A new text of a configuration, and what was done to it. */
export interface ConfigEdit {
  readonly text: string;
  /** The changed keys as `section.key`: an error about them refuses the change, even an old one. */
  readonly touched: ReadonlySet<string>;
  /** One line each for the log. */
  readonly notes: readonly Note[];
}

/** A line of the log about a change. */
export interface Note {
  readonly message: string;
  readonly rid?: string;
}

export interface ChangeRequest {
  /** Such as `set`, for messages. */
  readonly action: string;
  /** Whether the operator sees the notes too; the log file has them always. */
  readonly isSaid?: boolean;
  edit(text: string, path: ObjectPath): ConfigEdit;
}

/** What became of one configuration. */
export interface ConfigChange {
  readonly path: ObjectPath;
  readonly name: string;
  readonly isChanged: boolean;
  /** New warnings and hints. */
  readonly remarks: readonly Problem[];
}

interface Planned extends ConfigChange {
  readonly edit: ConfigEdit;
}

/**
 * Changes one or several configurations, all or none. Each is validated first: errors that the change brings refuse it
 * with `InvalidConfigError`. A text that stays the same is not written.
 */
export function changeConfigs(
  agent: Agent,
  paths: readonly ObjectPath[],
  request: ChangeRequest,
): Promise<readonly ConfigChange[]> {
  return whileLocked(agent, async () => {
    const planned = paths.map((path) => plan(agent, path, request));
    for (const { path, name, edit, isChanged } of planned) {
      if (isChanged) await writeConfig(agent, path, edit.text);
      if (isChanged) tell(agent, name, edit.notes, request.isSaid);
    }
    return planned;
  });
}

function plan(agent: Agent, path: ObjectPath, { action, edit }: ChangeRequest): Planned {
  const name = formatObjectPath(path);
  const before = readConfig(agent, path);
  const edited = refusingBadText(`Cannot ${action} ${name}`, name, () => edit(before, path));
  if (edited.text === before) return { path, name, isChanged: false, remarks: [], edit: edited };
  const { errors, remarks } = compareProblems(
    problemsOf(agent, path, before),
    problemsOf(agent, path, edited.text),
    edited.touched,
  );
  if (errors.length > 0) throw new InvalidConfigError(`Cannot ${action} ${name}`, name, errors);
  return { path, name, isChanged: true, remarks, edit: edited };
}

/** What the format cannot hold (`RangeError`) is a refusal like any other. */
export function refusingBadText<T>(refusal: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const severity = "error" as const;
    const found = { severity, line: undefined, section: undefined, option: undefined };
    throw new InvalidConfigError(refusal, name, [{ ...found, message: error.message }]);
  }
}

/** Writes notes to the log of a service, and to the operator when that is wanted. */
export function tell(agent: Agent, name: string, notes: readonly Note[], isSaid = false): void {
  const { console, ...silent } = agent;
  const journal: Journal = journalFor(isSaid && console ? agent : silent, { path: name });
  for (const { message, rid } of notes) journal.info(message, rid);
}
