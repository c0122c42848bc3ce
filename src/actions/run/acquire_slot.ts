import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { RunRecord } from "../../state/last_run.ts";
import { writeLostRun } from "../../state/last_run.ts";
import type { SlotOutcome, SlotRecord, StaleSlot } from "../../state/slots.ts";
import { takeSlot } from "../../state/slots.ts";
import type { TaskRun } from "./task_run.ts";

const RETRY_MS = 100;

/** Takes a slot of the task, waiting for one as long as the request allows; tells of runs that lost their agent. */
export async function acquireSlot(run: TaskRun, settings: TaskSettings): Promise<SlotOutcome> {
  const { agent, request } = run;
  const { clock } = agent.system;
  const deadline = clock.monotonic() + request.waitMs;
  for (;;) {
    const outcome = await takeSlot(agent.system, {
      ridFolder: run.resource.ridFolder,
      limit: settings.maxParallel,
      // By hand, a killed agent leaves no slot taken: the operator is told of its command, and decides.
      countsOrphans: request.isScheduled,
      record: slotRecord(run, settings),
    });
    for (const stale of outcome.stale) await settleStale(run, stale);
    if (outcome.kind === "taken") { for (const orphan of outcome.orphans) tellOrphan(run, orphan); }
    const isOver = clock.monotonic() >= deadline || request.stop.asked.aborted;
    if (outcome.kind === "taken" || isOver) return outcome;
    await clock.sleep(RETRY_MS, request.stop.asked);
  }
}

function slotRecord(run: TaskRun, settings: TaskSettings) {
  const { request, agent, sessionId } = run;
  const { plannedAt } = request;
  return {
    session_id: sessionId,
    at: new Date(agent.system.clock.now()).toISOString(),
    planned_at: plannedAt === undefined ? null : new Date(plannedAt * 1000).toISOString(),
    origin: request.origin,
    user: settings.user ?? "",
  };
}

function tellOrphan({ journal, resource }: TaskRun, { command_pid, at }: SlotRecord): void {
  const text = `the command started at ${at} goes on without its agent (process ${command_pid})`;
  journal.warning(text, resource.rid);
}

/** The agent of that run was killed: what is known goes on record. */
async function settleStale(run: TaskRun, { record, pid }: StaleSlot): Promise<void> {
  const { journal, resource, agent } = run;
  journal.info(`clean up stale run file (process ${pid} does not run)`, resource.rid);
  if (record === undefined) return;
  const lost: RunRecord = {
    at: record.at,
    planned_at: record.planned_at,
    ended_at: null,
    exitcode: null,
    signal: null,
    reason: "the agent was ended before the command",
    status: "undef",
    origin: record.origin,
    session_id: record.session_id,
    user: record.user,
    pid: record.command_pid ?? null,
  };
  await writeLostRun(agent.system.files, resource.memoryFolder, lost);
}
