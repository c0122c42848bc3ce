import { type NextRun, nextRun } from "../../core/schedule/next.ts";
import { windowsBetween } from "../../core/schedule/windows_between.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import type { ScheduleEntry } from "./entries.ts";

/** An instant at which time alone may change whether a task is due. */
export interface NextChange {
  /** Seconds since the epoch. */
  readonly at: number;
  /** What happens then, such as `its window closes`. */
  readonly text: string;
}

/** How far the end of an open window is looked for, in seconds; one that is open for longer never closes. */
const HORIZON = 40 * 86_400;

/**
 * Finds the next instant at which the answer to "would it be started now?" may be another one, as far as the schedule
 * is concerned. Undefined when time alone changes nothing: the scheduler may not start it at all, or it is due and
 * stays so.
 */
export function nextChange(entry: ScheduleEntry, now: number): NextChange | undefined {
  const { schedule, last, zone, draw, isRunnable, pausedUntil } = entry;
  if (!isRunnable || !schedule) return undefined;
  const next = nextOfEntry(entry, now);
  if (next === undefined) return undefined;
  if (next === pausedUntil) return { at: next, text: "its pause ends" };
  const run = nextRun(schedule, { now: Math.max(now, pausedUntil ?? now), last, zone, draw });
  if (next > now) return { at: next, text: run?.at === next ? reasonOf(entry, run) : "its next run" };
  if (run?.at !== now) return undefined;
  if (run.isPlanned) return { at: now + 1, text: "its planned instant is over" };
  const [open] = windowsBetween(schedule, zone, { from: now, to: now + HORIZON });
  return open && open.to < now + HORIZON ? { at: open.to, text: "its window closes" } : undefined;
}

/** Why a run is possible at that instant, and not a second earlier. */
function reasonOf({ schedule, zone }: ScheduleEntry, { at, isPlanned, occurrence }: NextRun): string {
  if (isPlanned) return "its planned instant";
  if (windowsBetween(schedule!, zone, { from: at - 1, to: at }).length === 0) return "its window opens";
  return occurrence.startsWith("~") ? "the instant that was drawn in its window" : "its interval is over";
}
