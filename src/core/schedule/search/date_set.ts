import { civilFromDays, isLeapYear, isoWeekOf, monthLength, weekdayOf } from "../civil.ts";
import type { CrontabExpression, DateFilter, DayRule, MonthDay } from "../model.ts";

const EVERY_DAY = 0x7fffffff;
const EVERY_MONTH = 0x1fff;
/** First weekdays times month lengths. */
const SHAPES = 28;
/** First weekdays times leap or not, this year and the one before, times months: they tell the weeks of a month. */
const WEEK_SHAPES = 336;
const UNKNOWN = -1;
/** Days of a common year before the 1st of a month, from 1. */
const DAYS_BEFORE = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

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
  readonly #weekShapes: Int32Array | undefined;

  constructor({ daysOf, weeks, months, years }: DateRule) {
    this.isAll = !daysOf && !weeks && !months && !years;
    this.#daysOf = daysOf;
    this.#weeks = weeks && new Set(weeks);
    this.#months = months ? months.reduce((bits, month) => bits | (1 << month), 0) : EVERY_MONTH;
    this.#years = years;
    this.#shapes = daysOf && new Int32Array(SHAPES).fill(UNKNOWN);
    this.#weekShapes = weeks && new Int32Array(WEEK_SHAPES).fill(UNKNOWN);
  }

  /** The days of one month, as bits. */
  daysIn(place: MonthPlace): number {
    const { year, month, firstDay } = place;
    if ((this.#months & (1 << month)) === 0) return 0;
    if (this.#years && !this.#years.has(year)) return 0;
    const length = monthLength(year, month);
    const bits = this.#shapes ? this.#daysOfShape(this.#shapes, weekdayOf(firstDay), length) : EVERY_DAY;
    const inMonth = bits & (EVERY_DAY >>> (31 - length));
    return this.#weekShapes && inMonth ? inMonth & this.#daysOfWeeks(this.#weekShapes, place) : inMonth;
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

  #daysOfWeeks(shapes: Int32Array, place: MonthPlace): number {
    const { year, month, firstDay } = place;
    const isLeap = isLeapYear(year);
    const january1 = weekdayOf(firstDay - DAYS_BEFORE[month]! - (isLeap && month > 2 ? 1 : 0));
    const shape = january1 * 4 + (isLeap ? 2 : 0) + (isLeapYear(year - 1) ? 1 : 0);
    const index = shape * 12 + month - 1;
    const known = shapes[index]!;
    return known !== UNKNOWN ? known : shapes[index] = weekBits(this.#weeks!, place);
  }
}

/** Sets by what was written: thousands of tasks share a few. */
const KEPT = 500;
const kept = new Map<string, DateSet>();

/** The dates of an OpenSVC expression. */
export function dateSetOf({ text, days, weeks, months }: DateFilter): DateSet {
  const daysOf = days && ((first: number, length: number) => bitsOf(days, first, length));
  return keep(text, () => new DateSet({ daysOf, weeks, months }));
}

/** The dates of a crontab expression. */
export function dateSetOfCrontab({ datesText, daysOf, months, years }: CrontabExpression): DateSet {
  return keep(`crontab ${datesText}`, () => new DateSet({ daysOf, months, years }));
}

function keep(key: string, make: () => DateSet): DateSet {
  const known = kept.get(key);
  if (known) return known;
  const dates = make();
  if (kept.size >= KEPT) kept.clear();
  kept.set(key, dates);
  return dates;
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

function weekBits(weeks: ReadonlySet<number>, { year, month, firstDay }: MonthPlace): number {
  const length = monthLength(year, month);
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
