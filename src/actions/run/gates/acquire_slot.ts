import type { TaskSettings } from "../../../drivers/task/settings.ts";
import type { SlotOutcome, SlotRecord } from "../../../state/slots.ts";
import { runFolderOf } from "../../../state/run_folder.ts";
import { takeSlot } from "../../../state/slots.ts";
import { reapRun } from "../supervision/adopt.ts";
import { settleLost } from "../supervision/lost_runs.ts";
import type { Prepared } from "../preparation/prepare_task.ts";
import type { TaskRun } from "../task_run.ts";
import { actionIdOf } from "../task_run.ts";

const RETRY_MS = 100;

/** Takes a slot of the task, waiting for one as long as the request allows; tells of runs that lost their agent. */
export async function acquireSlot(
  run: TaskRun,
  { maxParallel }: Pick<TaskSettings, "maxParallel">,
  prepared: Pick<Prepared, "identity" | "token">,
): Promise<SlotOutcome> {
  const { agent, request } = run;
  const { clock } = agent.system;
  const deadline = clock.monotonic() + request.waitMs;
  for (;;) {
    const outcome = await takeSlot(agent.system, {
      ridFolder: run.resource.ridFolder,
      limit: maxParallel,
      // By hand, a killed agent leaves no slot taken: the operator is told of its command, and decides.
      countsOrphans: request.isScheduled,
      record: slotRecord(run, prepared),
    });
    for (const stale of outcome.stale) await settleLost(run, stale);
    for (const ended of outcome.ended) await reapRun(run, ended);
    if (outcome.kind === "taken") { for (const orphan of outcome.orphans) tellOrphan(run, orphan); }
    const isOver = clock.monotonic() >= deadline || request.stop.asked.aborted;
    if (outcome.kind === "taken" || isOver) return outcome;
    await clock.sleep(RETRY_MS, request.stop.asked);
  }
}

function slotRecord(run: TaskRun, { identity, token }: Pick<Prepared, "identity" | "token">) {
  const { request, agent, sessionId } = run;
  const { plannedAt } = request;
  return {
    session_id: sessionId,
    at: new Date(agent.system.clock.now()).toISOString(),
    planned_at: plannedAt === undefined ? null : new Date(plannedAt * 1000).toISOString(),
    origin: request.origin,
    user: identity.name,
    mark: token,
    ...(run.isAlone === false ? { action_id: actionIdOf(run, { token }) } : {}),
    ...(request.leaving === undefined ? {} : { folder: runFolderOf(run.resource.ridFolder, sessionId) }),
  };
}

function tellOrphan({ journal, resource }: TaskRun, { command_pid, at }: SlotRecord): void {
  const text = `the command started at ${at} goes on without its agent (process ${command_pid})`;
  journal.warning(text, resource.rid);
}
