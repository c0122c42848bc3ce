import { DAY } from "../civil.ts";
import { nextSecond } from "./crontab_second.ts";
import { nextDate, type Reach } from "./date_choice.ts";
import type { CrontabPlan } from "./plan.ts";

/**
 * The first instant of a crontab expression at or after `from`; `Infinity` when there is none up to the last day.
 *
 * Fixed times run once in each night: at the first occurrence in a fold, at the first instant after a gap. Others
 * follow the clock's hands: both occurrences, none in the gap.
 */
export function nextCrontab(plan: CrontabPlan, { from, reach }: { from: number; reach: Reach }): number {
  return plan.expression.isFixedTime ? nextFixed(plan, { from, reach }) : nextWild(plan, { from, reach });
}

function nextFixed(plan: CrontabPlan, { from, reach }: { from: number; reach: Reach }): number {
  const { zone } = reach;
  // One second back, the clock shows where a gap began that ends here.
  let wall = Math.min(zone.toWall(from), zone.toWall(from - 1) + 1);
  for (;;) {
    wall = nextWall(plan, wall, reach);
    if (wall === Infinity) return Infinity;
    const instant = zone.first(wall);
    if (instant >= from && zone.hasDay(Math.floor(wall / DAY))) return instant;
    wall++;
  }
}

function nextWild(plan: CrontabPlan, { from, reach }: { from: number; reach: Reach }): number {
  const { zone } = reach;
  let instant = from;
  for (;;) {
    const start = zone.toWall(instant);
    const wall = nextWall(plan, start, reach);
    if (wall === Infinity) return Infinity;
    const offset = wall - start;
    const change = zone.changeAfter(instant, instant + offset);
    if (change === undefined) return instant + offset;
    // A fold shows hands again that were passed by before `from`; a gap jumps over some: look again from there.
    instant = zone.toWall(change) < start ? change : Math.max(change, zone.first(wall));
    if (zone.toWall(instant) === wall) return instant;
  }
}

/** The first wall time at or after `wall` that the fields name. */
function nextWall({ expression, dates }: CrontabPlan, wall: number, reach: Reach): number {
  const start = Math.floor(wall / DAY);
  const today = nextDate(dates, start, reach);
  if (today === start) {
    const second = nextSecond(expression, wall - start * DAY);
    if (second < DAY) return start * DAY + second;
  }
  const day = today > start ? today : nextDate(dates, start + 1, reach);
  return day * DAY + nextSecond(expression, 0);
}
