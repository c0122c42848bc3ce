import { civilFromDays, DAY, daysFromCivil, isoWeekOf, monthLength, weekdayOf } from "./civil.ts";
import type { CrontabExpression, DateFilter, DayRule, MonthDay } from "./model.ts";
import type { Zone } from "./zone.ts";

const EVERY_DAY = 0x7fffffff;
const EVERY_MONTH = 0x1fff;
/** First weekdays times month lengths. */
const SHAPES = 28;
const UNKNOWN = -1;

/** The allowed days of a month as bits (bit 0 is the 1st), from its first weekday and its length. */
type DaysOf = (firstWeekday: number, length: number) => number;

interface DateRule {
  readonly daysOf?: DaysOf | undefined;
  readonly weeks?: readonly number[] | undefined;
  readonly months?: readonly number[] | undefined;
  readonly years?: ReadonlySet<number> | undefined;
}

/** The dates that a filter lets pass, a month at a time: 31 bits say it all. */
export class DateSet {
  /** Whether every date is in it. */
  readonly isAll: boolean;
  readonly #daysOf: DaysOf | undefined;
  readonly #weeks: ReadonlySet<number> | undefined;
  readonly #months: number;
  readonly #years: ReadonlySet<number> | undefined;
  readonly #shapes: Int32Array | undefined;

  constructor({ daysOf, weeks, months, years }: DateRule) {
    this.isAll = !daysOf && !weeks && !months && !years;
    this.#daysOf = daysOf;
    this.#weeks = weeks && new Set(weeks);
    this.#months = months ? months.reduce((bits, month) => bits | (1 << month), 0) : EVERY_MONTH;
    this.#years = years;
    this.#shapes = daysOf && new Int32Array(SHAPES).fill(UNKNOWN);
  }

  /** The days of one month, as bits; `firstDay` is the day number of its 1st. */
  daysIn(year: number, month: number, firstDay: number): number {
    if ((this.#months & (1 << month)) === 0) return 0;
    if (this.#years && !this.#years.has(year)) return 0;
    const length = monthLength(year, month);
    const bits = this.#shapes ? this.#daysOfShape(this.#shapes, weekdayOf(firstDay), length) : EVERY_DAY;
    const inMonth = bits & (EVERY_DAY >>> (31 - length));
    return this.#weeks && inMonth ? inMonth & weekBits(this.#weeks, firstDay, length) : inMonth;
  }

  has(day: number): boolean {
    if (this.isAll) return true;
    const date = civilFromDays(day);
    return (this.daysIn(date.year, date.month, day - date.day + 1) & (1 << (date.day - 1))) !== 0;
  }

  #daysOfShape(shapes: Int32Array, firstWeekday: number, length: number): number {
    const index = firstWeekday * 4 + length - 28;
    const known = shapes[index]!;
    return known !== UNKNOWN ? known : shapes[index] = this.#daysOf!(firstWeekday, length);
  }
}

/** The dates of an OpenSVC expression. */
export function dateSetOf({ days, weeks, months }: DateFilter): DateSet {
  return new DateSet({ daysOf: days && ((first, length) => bitsOf(days, first, length)), weeks, months });
}

/** The dates of a crontab expression. */
export function dateSetOfCrontab({ daysOf, months, years }: CrontabExpression): DateSet {
  return new DateSet({ daysOf, months, years });
}

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

interface MonthPlace {
  readonly year: number;
  readonly month: number;
  readonly firstDay: number;
}

function chosenDays(
  { kept, dropped, droppedWhenSteady }: DateChoice,
  { year, month, firstDay }: MonthPlace,
  zone: Zone,
): number {
  let bits = kept.daysIn(year, month, firstDay);
  if (bits === 0) return 0;
  for (const dates of dropped) bits &= ~dates.daysIn(year, month, firstDay);
  if (bits === 0 || droppedWhenSteady.length === 0) return bits;
  if (!zone.isSteady((firstDay - 2) * DAY, (firstDay + 33) * DAY)) return bits;
  for (const dates of droppedWhenSteady) bits &= ~dates.daysIn(year, month, firstDay);
  return bits;
}

function bitsOf(rules: readonly DayRule[], firstWeekday: number, length: number): number {
  let bits = 0;
  for (let date = 1; date <= length; date++) {
    const weekday = (firstWeekday + date - 1) % 7;
    if (rules.some((rule) => rule.weekdays.includes(weekday) && isMonthDay(rule.monthDay, date, length))) {
      bits |= 1 << (date - 1);
    }
  }
  return bits;
}

function isMonthDay(rule: MonthDay | undefined, date: number, length: number): boolean {
  switch (rule?.kind) {
    case undefined:
      return true;
    case "day":
      return date === (rule.day > 0 ? rule.day : length + 1 + rule.day);
    case "step":
      return (date + rule.shift) % rule.modulo === 0;
    case "nth":
      return rule.nth === (rule.nth > 0 ? Math.ceil(date / 7) : -Math.ceil((length + 1 - date) / 7));
  }
}

function weekBits(weeks: ReadonlySet<number>, firstDay: number, length: number): number {
  let bits = 0;
  let date = 1;
  while (date <= length) {
    const day = firstDay + date - 1;
    const upTo = Math.min(length, date + 6 - weekdayOf(day));
    if (weeks.has(isoWeekOf(day))) bits |= (EVERY_DAY >>> (31 - upTo)) & (-1 << (date - 1));
    date = upTo + 1;
  }
  return bits;
}

/** Whether a filter lets some date pass in the 400 years after which the calendar begins again. */
export function hasAnyDate(dates: DateSet): boolean {
  for (let year = 2000; year < 2400; year++) {
    for (let month = 1; month <= 12; month++) {
      if (dates.daysIn(year, month, daysFromCivil(year, month, 1)) !== 0) return true;
    }
  }
  return false;
}
