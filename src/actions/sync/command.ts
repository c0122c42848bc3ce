import type { TransferStats } from "../../core/sync/rsync_output.ts";
import { addStats } from "../../core/sync/rsync_output.ts";
import { DEFAULT_OUTPUT_MAX } from "../../drivers/task/settings.ts";
import { execute } from "../run/execute.ts";
import { prepareCommand } from "../run/preparation/prepare.ts";
import type { Execution, ExecutionOutcome } from "../run/run_end.ts";
import type { SyncRun } from "./request.ts";

/** Seconds between TERM and KILL. */
const KILL_GRACE = 10;

/** How a program is run for a synchronisation, and what is told while it runs. */
export interface SyncCommand extends Pick<Execution, "filter" | "onStart"> {
  readonly argv: readonly [string, ...string[]];
  /** Seconds; undefined for no limit. */
  readonly timeout: number | undefined;
}

/** How it ended, with what rsync counted. */
export interface SyncCommandEnd
  extends Pick<ExecutionOutcome, "code" | "reason" | "isTimedOut" | "isStopped"> {
  readonly stats: TransferStats;
}

/** Runs a program as the agent's own user, with its output in the log, to its end or until it is stopped. */
export async function runSyncCommand(run: SyncRun, command: SyncCommand): Promise<SyncCommandEnd> {
  const { agent, instance, resource: { rid }, request, journal, sessionId } = run;
  const [program, ...extraArgs] = command.argv;
  agent.system.files.makeFolder(instance.stateFolder);
  const prepared = prepareCommand(program, {
    agent,
    instance,
    rid,
    shell: false,
    extraArgs,
    variables: [{ OPENSVC_ACTION: "sync_all" }],
    origin: request.origin,
    plannedAt: request.plannedAt,
    sessionId,
    runId: agent.system.host.uuid(),
  });
  if ("refusal" in prepared) {
    return { code: 1, reason: prepared.refusal, isTimedOut: false, isStopped: false, stats: {} };
  }
  let stats: TransferStats = {};
  const outcome = await execute(agent.system, journal, {
    spec: prepared.spec,
    rid,
    isLogged: true,
    outputMax: DEFAULT_OUTPUT_MAX,
    timeout: command.timeout,
    killGrace: KILL_GRACE,
    token: prepared.token,
    stop: request.stop,
    onLine: (line) => void (stats = addStats(stats, line)),
    ...(command.filter ? { filter: command.filter } : {}),
    ...(command.onStart ? { onStart: command.onStart } : {}),
  });
  return { ...outcome, stats };
}
