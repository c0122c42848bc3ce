import { readTask } from "../../drivers/task/settings.ts";
import type { StatusMessage } from "../../drivers/driver.ts";
import type { RunRecord } from "../../state/last_run.ts";
import { readLastRuns } from "../../state/last_runs.ts";
import type { Pause } from "../../state/pauses.ts";
import type { SlotRecord, StaleSlot } from "../../state/slots.ts";
import { surveySlots } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import type { PausedTask, RunningRun, RunSummary } from "./instance_status.ts";
import type { Instance, Resource } from "../load.ts";
import { describePause, findPause } from "../paused.ts";
import { startProblem } from "../run/gates/start_problem.ts";

/** What there is to say about the schedule of a task or a synchronisation. */
export interface ScheduleReport {
  readonly messages: readonly StatusMessage[];
  readonly paused: PausedTask | undefined;
}

/** What there is to say about a task besides its status. */
export interface TaskReport extends ScheduleReport {
  readonly running: readonly RunningRun[];
  readonly lastRun: RunSummary | null;
  readonly lastManualRun: RunSummary | null;
}

/** A schedule that cannot be used, and a pause. */
export function reportSchedule(
  agent: Agent,
  resource: Resource,
  scheduleError: string | undefined,
): ScheduleReport {
  const pause = findPause(agent, resource);
  return {
    paused: pause && { rid: resource.rid, until: pause.until ?? null, reason: pause.reason },
    messages: [
      ...(scheduleError === undefined ? [] : [error(scheduleError)]),
      ...(pause === undefined ? [] : [pauseMessage(agent, pause)]),
    ],
  };
}

/** Looks at the runs of a task, at what was left by runs that nobody saw the end of, and at its settings. */
export function reportTask(
  agent: Agent,
  instance: Instance,
  task: Resource,
  scheduleError: string | undefined,
): TaskReport {
  const { living, orphans, stale } = surveySlots(agent.system, task.ridFolder);
  const messages: StatusMessage[] = [];
  const warn = (text: string) => void messages.push({ level: "warn", text });
  const { manual, scheduled } = readLastRuns(agent.system.files, task.memoryFolder, warn);
  const schedule = reportSchedule(agent, task, scheduleError);
  return {
    paused: schedule.paused,
    running: living.map((record) => runningOf(task.rid, record)),
    lastRun: scheduled ? summaryOf(scheduled) : null,
    lastManualRun: manual ? summaryOf(manual) : null,
    messages: [
      ...settingMessages(agent, instance, task, living.length),
      ...schedule.messages,
      ...orphans.map(orphanMessage),
      ...stale.map(staleMessage),
      ...messages,
    ],
  };
}

function runningOf(rid: string, { pid, session_id, at, origin }: SlotRecord): RunningRun {
  return { rid, pid, session_id, at, origin };
}

function summaryOf(record: Partial<RunRecord>): RunSummary {
  const { at, ended_at } = record;
  const ms = Date.parse(ended_at ?? "") - Date.parse(at ?? "");
  return { ...record, duration: Number.isNaN(ms) ? null : ms / 1000 };
}

/** What refuses every run of the task is said here, with its line where it has one. */
function settingMessages(
  agent: Agent,
  instance: Instance,
  task: Resource,
  running: number,
): StatusMessage[] {
  if (task.problem !== undefined || task.isDisabled) return [];
  const problem = startProblem(agent, instance, task);
  if (problem !== undefined) return [error(problem)];
  const { maxParallel } = readTask(task.configuration, task.rid);
  if (running === 0 || running < maxParallel) return [];
  return [{ level: "info", text: `${running}/${maxParallel} max parallel runs reached` }];
}

/** A pause that somebody wanted is no problem; one without an end is. */
function pauseMessage(agent: Pick<Agent, "node">, pause: Pause): StatusMessage {
  return { level: pause.until === undefined ? "warn" : "info", text: describePause(agent, pause) };
}

function orphanMessage({ pid, at, command_pid }: SlotRecord): StatusMessage {
  const end = `its command ${command_pid} goes on without supervision`;
  return { level: "warn", text: `the agent ${pid} that ran it since ${at} is gone: ${end}` };
}

function staleMessage({ record, pid, corrupt }: StaleSlot): StatusMessage {
  if (corrupt !== undefined) return { level: "warn", text: corrupt };
  const since = record === undefined ? "" : ` since ${record.at}`;
  return { level: "warn", text: `the agent ${pid} that ran it${since} is gone: nobody saw how it ended` };
}

function error(text: string): StatusMessage {
  return { level: "error", text };
}
