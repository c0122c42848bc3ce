import type { Agent } from "../actions/agent.ts";
import type { Instance } from "../actions/load.ts";
import { isConfirmationWanted } from "../actions/run/gates/confirm.ts";
import { startDetached } from "../actions/run/detached.ts";
import { foreseeRefusals } from "../actions/run/preparation/preview.ts";
import type { RunRequest } from "../actions/run/request.ts";
import { askForRuns, planRuns } from "../actions/run/run.ts";
import type { ServiceRun } from "../actions/run/run_service.ts";
import { isInteractive } from "../actions/run/gates/unattended.ts";
import type { Invocation } from "../cli/command.ts";
import type { FlagSpec } from "../cli/flag_spec.ts";
import { dashed } from "../cli/flag_spec.ts";
import type { Flags } from "../cli/flag_values.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { UsageError } from "../cli/usage_error.ts";
import { RefusedError } from "../core/errors.ts";
import type { System } from "../ports.ts";
import type { SessionTask } from "../state/sessions.ts";
import { selectorOf } from "./context.ts";

/** A run that goes on in the background: a documented contract, to which fields are only added. */
interface DetachedRow {
  readonly session_id: string;
  /** The agent in the background. */
  readonly pid: number;
  readonly tasks: readonly SessionTask[];
}

const VIEW: View<DetachedRow> = {
  fields: ["session_id", "pid", "tasks"],
  columns: [{ title: "session", cell: ({ session_id }) => session_id }],
  hasNoTitles: true,
};

/**
 * Starts a run in the background and tells its session. Everything that a person must see comes first: what cannot be
 * found, what would be refused, and the questions; then the exit code is not 0, and nothing was started.
 */
export async function detachRun(
  agent: Agent,
  invocation: Invocation,
  instances: readonly Instance[],
  asked: RunRequest,
): Promise<number> {
  const { system } = agent;
  if (invocation.flags.boolean("dry-run")) {
    throw new UsageError("Cannot use --detach with --dry-run: there is nothing to start");
  }
  refuseInput(system);
  const sessionId = system.host.uuid();
  const request = { ...asked, sessionId };
  const planned = planRuns(agent, instances, request);
  refuseInteractive(planned);
  const code = await tellRefusals(agent, planned, request);
  if (code !== 0) return code;
  const answered = await askForRuns(planned);
  if ("exitCode" in answered) return answered.exitCode;
  const { runs } = answered;
  const tasks = runs.flatMap(({ instance, tasks }) => tasks.map(({ rid }) => ({ path: instance.name, rid })));
  const rows: DetachedRow[] = [];
  if (tasks.length > 0) {
    const isConfirmed = request.isConfirmed || runs.some((run) => run.tasks.some(isConfirmationWanted));
    const argv = [...system.host.self, ...wordsOf(invocation, isConfirmed)] as const;
    const detached = { sessionId, tasks, environment: request.environment };
    const pid = await startDetached(agent, argv as readonly [string, ...string[]], detached);
    rows.push({ session_id: sessionId, pid, tasks });
  }
  writeRows(system.terminal, rows, VIEW, invocation.flags.format);
  return 0;
}

/** A file that is meant for the command would be lost without a word. */
function refuseInput({ files, terminal }: Pick<System, "files" | "terminal">): void {
  if (terminal.isTerminal.stdin) return;
  const path = files.realPath("/proc/self/fd/0");
  if (path === undefined || files.facts(path)?.kind !== "file") return;
  throw new RefusedError(`Cannot detach the run: ${path} is its input, which cannot be handed on`);
}

/** Nobody could work with it. */
function refuseInteractive(runs: readonly ServiceRun[]): void {
  for (const { tasks, instance, request } of runs) {
    const task = request.isScheduled ? undefined : tasks.find(isInteractive);
    if (task) throw new RefusedError(`Cannot detach the run: ${task.rid} of ${instance.name} is interactive`);
  }
}

async function tellRefusals(
  agent: Agent,
  runs: readonly ServiceRun[],
  request: RunRequest,
): Promise<number> {
  const chosen = runs.filter(({ tasks }) => tasks.length > 0).map(({ instance }) => instance);
  const refusals = chosen.length === 0 ? [] : await foreseeRefusals(agent, chosen, request);
  for (const { path, rid, reason } of refusals) {
    runs.find(({ instance }) => instance.name === path)?.journal.error(reason, rid);
  }
  if (refusals.length > 0) runs[0]?.journal.error("nothing was started");
  return refusals[0]?.code ?? 0;
}

/** Flags that are not handed on: what they ask for is done in front. */
const IN_FRONT: ReadonlySet<string> = new Set(["detach", "dry-run", "env", "confirm"]);

/** The command line of the agent in the background, after the executable. */
function wordsOf(invocation: Invocation, isConfirmed: boolean): string[] {
  const { command, flags, passthrough } = invocation;
  const handed = command.flags.filter(({ name }) => !IN_FRONT.has(name));
  const root = flags.string("root");
  return [
    selectorOf(invocation),
    ...command.words,
    ...handed.flatMap((flag) => flagWords(flags, flag)),
    ...(isConfirmed ? ["--confirm"] : []),
    ...(root === undefined ? [] : [`--root=${root}`]),
    ...(passthrough === undefined ? [] : ["--", ...passthrough]),
  ];
}

function flagWords(flags: Flags, { name, kind }: FlagSpec): string[] {
  if (!flags.has(name)) return [];
  const word = (value: string | number | boolean) => `${dashed(name)}=${value}`;
  switch (kind) {
    case "boolean":
      return [word(flags.boolean(name))];
    case "strings":
      return flags.strings(name).map(word);
    case "integer":
    case "duration":
      return [word(flags.integer(name) ?? 0)];
    case "string":
    case "choice":
      return [word(flags.string(name) ?? "")];
  }
}
