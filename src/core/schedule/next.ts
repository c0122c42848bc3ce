import type { Draw } from "./search/drawn.ts";
import type { Schedule } from "./model.ts";
import type { NextRun } from "./search/next_run.ts";
import { planOf } from "./search/plan.ts";
import { Search } from "./search/search.ts";
import type { Zone } from "./zone.ts";

export type { Draw, NextRun };

/** A last run further than this in the future, in seconds, is ignored. */
const FUTURE_TOLERANCE = 60;

/** What is asked; all instants are in seconds since the epoch, fractions are rounded up. */
export interface NextQuery {
  readonly now: number;
  /** The stamp of the last run; one that `isLastInFuture` is ignored. */
  readonly last?: number | undefined;
  readonly zone: Zone;
  /** Gives `~` members their place in the window, 0 up to 1; without it they are windows as others. */
  readonly draw?: Draw | undefined;
  /** Planned instants before this one are passed over, as after a change of configuration. */
  readonly plannedFrom?: number | undefined;
}

/** Whether a last run lies so far in the future that `nextRun` ignores it; callers warn. */
export function isLastInFuture(last: number, now: number): boolean {
  return last > now + FUTURE_TOLERANCE;
}

/**
 * Finds the earliest instant at or after `now` at which a member of the schedule may run, and no exclusion covers it.
 *
 * Looks 40 years ahead; undefined when there is nothing. `@reboot` is no instant, and does not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 * import { zoneOf } from "./zone.ts";
 *
 * const now = Date.UTC(2026, 0, 2, 10) / 1000;
 * const next = nextRun(parseSchedule("09:00-18:00@15"), { now, last: now - 300, zone: zoneOf("UTC") });
 * assertEquals(next?.at, now + 600);
 * ```
 */
export function nextRun(schedule: Schedule, query: NextQuery): NextRun | undefined {
  if (schedule.isNever) return undefined;
  const { now, last, zone, draw, plannedFrom = -Infinity } = query;
  const isKnown = last !== undefined && !isLastInFuture(last, now);
  const search = {
    now: Math.ceil(now),
    last: isKnown ? Math.ceil(last) : undefined,
    zone,
    draw,
    plannedFrom,
  };
  return new Search(planOf(schedule), search).run();
}
