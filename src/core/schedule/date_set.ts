import { civilFromDays, isoWeekOf, monthLength, weekdayOf } from "./civil.ts";
import type { CrontabExpression, DateFilter, DayRule, MonthDay } from "./model.ts";

const EVERY_DAY = 0x7fffffff;
const EVERY_MONTH = 0x1fff;
/** First weekdays times month lengths. */
const SHAPES = 28;
const UNKNOWN = -1;

/** A month, and the day number of its 1st. */
export interface MonthPlace {
  readonly year: number;
  readonly month: number;
  readonly firstDay: number;
}

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

  /** The days of one month, as bits. */
  daysIn(place: MonthPlace): number {
    const { year, month, firstDay } = place;
    if ((this.#months & (1 << month)) === 0) return 0;
    if (this.#years && !this.#years.has(year)) return 0;
    const length = monthLength(year, month);
    const bits = this.#shapes ? this.#daysOfShape(this.#shapes, weekdayOf(firstDay), length) : EVERY_DAY;
    const inMonth = bits & (EVERY_DAY >>> (31 - length));
    return this.#weeks && inMonth ? inMonth & weekBits(this.#weeks, place, length) : inMonth;
  }

  has(day: number): boolean {
    if (this.isAll) return true;
    const date = civilFromDays(day);
    return (this.daysIn({ ...date, firstDay: day - date.day + 1 }) & (1 << (date.day - 1))) !== 0;
  }

  #daysOfShape(shapes: Int32Array, firstWeekday: number, length: number): number {
    const index = firstWeekday * 4 + length - 28;
    const known = shapes[index]!;
    return known !== UNKNOWN ? known : shapes[index] = this.#daysOf!(firstWeekday, length);
  }
}

/** Sets by what was written: thousands of tasks share a few. */
const KEPT = 500;
const kept = new Map<string, DateSet>();

/** The dates of an OpenSVC expression. */
export function dateSetOf({ text, days, weeks, months }: DateFilter): DateSet {
  const known = kept.get(text);
  if (known) return known;
  const dates = new DateSet({
    daysOf: days && ((first, length) => bitsOf(days, first, length)),
    weeks,
    months,
  });
  if (kept.size >= KEPT) kept.clear();
  kept.set(text, dates);
  return dates;
}

/** The dates of a crontab expression. */
export function dateSetOfCrontab({ daysOf, months, years }: CrontabExpression): DateSet {
  return new DateSet({ daysOf, months, years });
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

function weekBits(weeks: ReadonlySet<number>, { month, firstDay }: MonthPlace, length: number): number {
  let bits = 0;
  let week = isoWeekOf(firstDay);
  let date = 1;
  while (date <= length) {
    const sunday = Math.min(length, date + 6 - weekdayOf(firstDay + date - 1));
    if (weeks.has(week)) bits |= (EVERY_DAY >>> (31 - sunday)) & (-1 << (date - 1));
    date = sunday + 1;
    // The count begins again somewhere around the New Year.
    week = month === 1 || month === 12 ? isoWeekOf(firstDay + date - 1) : week + 1;
  }
  return bits;
}
