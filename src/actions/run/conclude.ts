import type { RunResult } from "../../core/run/result.ts";
import { verdictOf } from "../../core/run/verdict.ts";
import type { RunRecord } from "../../state/last_run.ts";
import { writeLastRun } from "../../state/last_run.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import { runOnError } from "../hooks/on_error.ts";
import type { Attempt } from "./supervision/attempt.ts";
import type { ExecutionOutcome } from "./run_end.ts";
import { killSettled, withKiller } from "./supervision/killed.ts";
import { memoryProblem } from "./gates/memory.ts";
import type { TaskRun } from "./task_run.ts";
import { refusedResult, resultOf } from "./task_run.ts";
import { runTriggers } from "./triggers.ts";

/** Records, durably, that the scheduler's attempt is made: a crash from here on skips rather than repeats. */
export async function stampAttempt({ run, startedAt }: Attempt): Promise<void> {
  const { agent, instance, resource, request } = run;
  if (!request.isScheduled) return;
  const seconds = plannedSeconds(run, startedAt);
  const name = stampName("run", resource.rid);
  await writeStamp(agent.system, instance.memoryFolder, name, { seconds, warn: warnOf(run) });
}

/** What is wrong with a state file is a warning of the task that it belongs to. */
function warnOf({ journal, resource }: TaskRun): (text: string) => void {
  return (text) => journal.warning(text, resource.rid);
}

function plannedSeconds({ request }: TaskRun, startedAt: number): number {
  return request.plannedAt ?? Math.floor(startedAt / 1000);
}

/** Ends a run whose command was executed: memory first, then `on_error` or the triggers that follow. */
export async function conclude(
  attempt: Attempt,
  ended: ExecutionOutcome,
  attempts: number,
): Promise<RunResult> {
  const { run, settings, isEndLogged = false } = attempt;
  const outcome = withKiller(run, ended);
  const { journal, resource } = run;
  const { status, isFailed, reason } = verdictOf(settings.retcodes, outcome);
  if (reason !== null) journal.error(`command return code [${outcome.code}]: ${reason}`, resource.rid);
  else if (isEndLogged) journal.info(`command return code [${outcome.code}]`, resource.rid);
  const record = recordOf(attempt, { ...outcome, status, reason, attempts });
  const forgotten = await remember(attempt, record, isFailed);
  await killSettled(run);
  if (isFailed) await runOnError(attempt, outcome, attempts);
  const blocked = isFailed ? undefined : await runTriggers(attempt, ["post_run", "blocking_post_run"]);
  const problem = blocked ?? forgotten;
  return {
    ...resultOf(run),
    reason: reason ?? problem ?? null,
    code: problem === undefined ? outcome.code : outcome.code || 1,
    signal: outcome.signal,
    status,
    is_failed: isFailed || problem !== undefined,
    attempts,
    started_at: record.at,
    ended_at: record.ended_at,
  };
}

/**
 * Writes the memory of a run, and says why it could not: a full disk must not hide how the command ended. A folder that
 * went away meanwhile is no failure of the run, as when the service moved to another node.
 */
async function remember(attempt: Attempt, record: RunRecord, isFailed: boolean): Promise<string | undefined> {
  const { agent, instance, resource, journal } = attempt.run;
  const problem = memoryProblem(agent, instance);
  if (problem !== undefined) return void journal.error(problem, resource.rid);
  try {
    await writeMemory(attempt, record, isFailed);
    return undefined;
  } catch (error) {
    const reason = `the run is not on record: ${error instanceof Error ? error.message : String(error)}`;
    journal.error(reason, resource.rid);
    return reason;
  }
}

async function writeMemory(
  { run, startedAt }: Attempt,
  record: RunRecord,
  isFailed: boolean,
): Promise<void> {
  const { agent: { system }, instance, resource, request } = run;
  const warn = warnOf(run);
  await writeLastRun(system.files, resource.memoryFolder, record, warn);
  if (!request.isScheduled || isFailed) return;
  const name = `${stampName("run", resource.rid)}.success`;
  await writeStamp(system, instance.memoryFolder, name, { seconds: plannedSeconds(run, startedAt), warn });
}

/** Ends a run whose command was not executed: a blocking trigger failed before, or somebody stopped it. */
export async function concludeBlocked(attempt: Attempt, reason: string): Promise<RunResult> {
  const { run } = attempt;
  const outcome = {
    code: 1,
    signal: null,
    reason,
    pid: null,
    isTimedOut: false,
    isStopped: run.request.stop.asked.aborted,
  };
  await runOnError(attempt, outcome, 0);
  const code = outcome.isStopped ? run.request.stop.exitCode : 1;
  return refusedResult(run, reason, code);
}

function recordOf(
  { run, startedAt, userName }: Attempt,
  outcome:
    & Pick<ExecutionOutcome, "code" | "signal" | "pid" | "isLost">
    & Pick<RunRecord, "status" | "reason" | "attempts">,
): RunRecord {
  const { agent, request, sessionId } = run;
  return {
    at: new Date(startedAt).toISOString(),
    planned_at: request.isScheduled ? new Date(plannedSeconds(run, startedAt) * 1000).toISOString() : null,
    ended_at: new Date(agent.system.clock.now()).toISOString(),
    exitcode: outcome.isLost ? null : outcome.code,
    signal: outcome.signal,
    reason: outcome.reason,
    status: outcome.status,
    origin: request.origin,
    session_id: sessionId,
    user: userName,
    pid: outcome.pid,
    ...(outcome.attempts === undefined ? {} : { attempts: outcome.attempts }),
  };
}
