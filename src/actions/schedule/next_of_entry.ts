import { lastPlanned } from "../../core/schedule/planned.ts";
import { nextUnused } from "../../core/schedule/unused.ts";
import type { ScheduleEntry } from "./entries.ts";

/**
 * When the scheduler would start an entry next, in seconds, as far as its schedule is concerned: `now` when it is due,
 * or has a missed instant to catch up; of a paused one, from the end of the pause on. Undefined when there is no such
 * instant within 40 years.
 */
export function nextOfEntry(entry: ScheduleEntry, from: number): number | undefined {
  const { schedule, last, zone, draw, ahead, missedSince, pausedUntil = from } = entry;
  if (!schedule) return undefined;
  const now = Math.max(from, pausedUntil);
  if (missedSince !== undefined) {
    const missed = lastPlanned(schedule, { after: missedSince, until: now - 1, last, zone });
    if (missed !== undefined) return now;
  }
  const planned = ahead.map((at) => ({ from: at, to: at }));
  return nextUnused(schedule, { now, last, zone, draw }, { planned, runs: ahead })?.at;
}
