import { civilFromDays, DAY, monthLength } from "../civil.ts";
import type { DateSet, MonthPlace } from "./date_set.ts";
import type { Zone } from "../zone.ts";

/** Seconds since midnight on the wall clock, both included. */
export interface DayPart {
  readonly begin: number;
  readonly end: number;
}

/** Some dates less others. */
export interface DateChoice {
  readonly kept: DateSet;
  /** Dates that do not count. */
  readonly dropped: readonly DateSet[];
  /**
   * Stretches of the day, and for each the exclusions that cover it: a date on which one of each holds does not count,
   * unless the clocks change in the part of it that is meant. Empty when nothing can be dropped so.
   */
  readonly covers: readonly (readonly DateSet[])[];
  /** The part of the day that is meant, in seconds, both included. */
  readonly part: DayPart;
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

function chosenDays({ kept, dropped, covers, part }: DateChoice, month: MonthPlace, zone: Zone): number {
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
  return covered === 0 ? bits : bits & ~(covered & ~daysOfChange(month.firstDay, zone, part));
}

/** The days of a month, as bits, on which the clocks change in a part of the day: by what they skip, or show again. */
function daysOfChange(firstDay: number, zone: Zone, part: DayPart): number {
  let bits = 0;
  let change = zone.changeAfter((firstDay - 2) * DAY, (firstDay + 33) * DAY);
  while (change !== undefined) {
    const before = zone.toWall(change - 1) + 1;
    const after = zone.toWall(change);
    const from = Math.min(before, after) - part.end - 1;
    const to = Math.max(before, after) - part.begin + 1;
    const lastDate = Math.min(30, Math.floor(to / DAY) - firstDay);
    for (let date = Math.max(0, Math.ceil(from / DAY) - firstDay); date <= lastDate; date++) {
      bits |= 1 << date;
    }
    change = zone.changeAfter(change, (firstDay + 33) * DAY);
  }
  return bits;
}
