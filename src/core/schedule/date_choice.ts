import { civilFromDays, DAY, monthLength } from "./civil.ts";
import type { DateSet, MonthPlace } from "./date_set.ts";
import type { Zone } from "./zone.ts";

/** Some dates less others: `kept`, without `dropped`, and without `droppedWhenSteady` in months of one offset. */
export interface DateChoice {
  readonly kept: DateSet;
  readonly dropped: readonly DateSet[];
  readonly droppedWhenSteady: readonly DateSet[];
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

function chosenDays({ kept, dropped, droppedWhenSteady }: DateChoice, month: MonthPlace, zone: Zone): number {
  let bits = kept.daysIn(month);
  if (bits === 0) return 0;
  for (const dates of dropped) bits &= ~dates.daysIn(month);
  if (bits === 0 || droppedWhenSteady.length === 0) return bits;
  const steady = ~daysNearChange(month.firstDay, zone);
  for (const dates of droppedWhenSteady) bits &= ~(dates.daysIn(month) & steady);
  return bits;
}

/** The days of a month, as bits, that are two days or less from a change of the offset. */
function daysNearChange(firstDay: number, zone: Zone): number {
  let bits = 0;
  let change = zone.changeAfter((firstDay - 3) * DAY, (firstDay + 34) * DAY);
  while (change !== undefined) {
    const date = Math.floor(change / DAY) - firstDay;
    for (let near = Math.max(0, date - 2); near <= Math.min(30, date + 2); near++) bits |= 1 << near;
    change = zone.changeAfter(change, (firstDay + 34) * DAY);
  }
  return bits;
}
