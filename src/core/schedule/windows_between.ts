import { DAY } from "./civil.ts";
import { hasDate } from "./search/date_choice.ts";
import { freeStretches, type Stretch } from "./search/excluded.ts";
import type { Schedule } from "./model.ts";
import { planOf } from "./search/plan.ts";
import type { Zone } from "./zone.ts";

export type { Stretch };

/**
 * The windows of a schedule within a stretch of instants, in order, those that touch joined; what is excluded is left
 * out. Lone times and crontab expressions are planned instants, and have no window.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 * import { UTC } from "./zone.ts";
 *
 * const schedule = parseSchedule('["01:00-02:59@10", "!02:00-04:00"]');
 * assertEquals(windowsBetween(schedule, UTC, { from: 0, to: 86_400 }), [{ from: 3600, to: 7200 }]);
 * ```
 */
export function windowsBetween(schedule: Schedule, zone: Zone, { from, to }: Stretch): Stretch[] {
  const plan = planOf(schedule);
  const found: Stretch[] = [];
  const lastDay = Math.floor(zone.toWall(to) / DAY) + 1;
  for (const { begin, end, dates, range } of plan.slots) {
    if (range.isPlanned) continue;
    for (let day = Math.floor(zone.toWall(from) / DAY) - 1; day <= lastDay; day++) {
      if (!hasDate(dates, day) || !zone.hasDay(day)) continue;
      const window = {
        from: Math.max(from, zone.first(day * DAY + begin)),
        to: Math.min(to, zone.first(day * DAY + end) + 1),
      };
      if (window.from < window.to) found.push(...freeStretches(plan, zone, window));
    }
  }
  return join(found);
}

function join(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { from, to } of stretches.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || from > last.to) joined.push({ from, to });
    else if (to > last.to) joined[joined.length - 1] = { from: last.from, to };
  }
  return joined;
}
