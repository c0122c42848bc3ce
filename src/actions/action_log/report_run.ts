import type { ActionBegin } from "../../core/collector/action_body.ts";
import { messageOf } from "../../core/error_text.ts";
import type { RunResult } from "../../core/run/result.ts";
import type { Slot } from "../../state/slots.ts";
import type { TaskRun } from "../run/task_run.ts";
import { ActionLog, isActionLogged } from "./action_log.ts";
import { argvOf } from "./argv.ts";

/**
 * Does the work of a run that has its slot, and tells the collector of its begin, its lines and its end, where there is
 * one that wants to know. Of a run that is left to its supervisor, the end is told by who takes it over.
 */
export async function reportRun(
  run: TaskRun,
  { startedAt, actionId, slot }: {
    readonly startedAt: number;
    /** What joins begin and end. */
    readonly actionId: string;
    readonly slot: Pick<Slot, "isLeft">;
  },
  work: (run: TaskRun) => Promise<RunResult>,
): Promise<RunResult> {
  const { agent, request } = run;
  if (!isActionLogged(agent, request.isScheduled)) return await work(run);
  const begin = beginOf(run, actionId, startedAt);
  const hidden = [...Object.values(request.environment), ...request.extraArgs];
  const log = new ActionLog({ ...run, begin, subset: run.resource.subset, hidden });
  log.begin();
  try {
    const result = await work({ ...run, journal: log.listening(run.journal) });
    if (!slot.isLeft) await log.end(masked(run, result));
    return result;
  } catch (error) {
    await log.end({ is_failed: true, reason: run.journal.mask.apply(messageOf(error)), status: null });
    throw error;
  }
}

function beginOf(run: TaskRun, sessionId: string, beganAt: number): ActionBegin {
  const { agent, instance, resource, request: { origin, isScheduled } } = run;
  return {
    path: instance.name,
    argv: argvOf(run),
    rid: resource.rid,
    origin,
    isScheduled,
    sessionId,
    pid: agent.system.processes.self.pid,
    beganAt,
  };
}

function masked({ journal }: TaskRun, result: RunResult): RunResult {
  return result.reason === null ? result : { ...result, reason: journal.mask.apply(result.reason) };
}
