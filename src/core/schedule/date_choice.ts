import { civilFromDays, DAY, monthLength } from "./civil.ts";
import type { DateSet, MonthPlace } from "./date_set.ts";
import type { Zone } from "./zone.ts";

/** Some dates less others. */
export interface DateChoice {
  readonly kept: DateSet;
  /** Dates that do not count. */
  readonly dropped: readonly DateSet[];
  /**
   * Stretches of the day, and for each the exclusions that cover it: a date on which one of each holds does not count,
   * unless the offset changes on it. Empty when nothing can be dropped so.
   */
  readonly covers: readonly (readonly DateSet[])[];
  /** Whether every date counts, without a look. */
  readonly isAll: boolean;
}

/** How far dates may be looked for. */
export interface Reach {
  readonly zone: Zone;
  /** The last day that counts, itself included. */
  readonly lastDay: number;
}

/** The first chosen date from `day` to `lastDay`, both included; `Infinity` when there is none. */
export function nextDate(choice: DateChoice, day: number, { lastDay, zone }: Reach): number {
  if (choice.isAll) return day <= lastDay ? day : Infinity;
  let { year, month, day: date } = civilFromDays(day);
  let firstDay = day - date + 1;
  while (firstDay <= lastDay) {
    const bits = chosenDays(choice, { year, month, firstDay }, zone) & (-1 << (date - 1));
    if (bits !== 0) {
      const found = firstDay + 31 - Math.clz32(bits & -bits);
      return found <= lastDay ? found : Infinity;
    }
    firstDay += monthLength(year, month);
    date = 1;
    if (++month > 12) {
      month = 1;
      year++;
    }
  }
  return Infinity;
}

/** Whether a date is chosen. */
export function hasDate(choice: DateChoice, day: number): boolean {
  return choice.kept.has(day) && !choice.dropped.some((dates) => dates.has(day));
}

function chosenDays({ kept, dropped, covers }: DateChoice, month: MonthPlace, zone: Zone): number {
  let bits = kept.daysIn(month);
  if (bits === 0) return 0;
  for (const dates of dropped) bits &= ~dates.daysIn(month);
  if (bits === 0 || covers.length === 0) return bits;
  let covered = bits;
  for (const cover of covers) {
    let covering = 0;
    for (const dates of cover) covering |= dates.daysIn(month);
    covered &= covering;
  }
  return covered === 0 ? bits : bits & ~(covered & ~daysOfChange(month.firstDay, zone));
}

/** The days of a month, as bits, on which the offset changes: those that the clocks show just before and after it. */
function daysOfChange(firstDay: number, zone: Zone): number {
  let bits = 0;
  let change = zone.changeAfter((firstDay - 2) * DAY, (firstDay + 33) * DAY);
  while (change !== undefined) {
    const before = Math.floor(zone.toWall(change - 1) / DAY);
    const after = Math.floor(zone.toWall(change) / DAY);
    const from = Math.max(0, Math.min(before, after) - firstDay);
    const to = Math.min(30, Math.max(before, after) - firstDay);
    for (let date = from; date <= to; date++) bits |= 1 << date;
    change = zone.changeAfter(change, (firstDay + 33) * DAY);
  }
  return bits;
}
