/**
 * Crontab expressions: croner reads them, and tells which seconds, minutes, hours, days, months and years they name.
 *
 * @module
 */
import { CronPattern } from "croner";
import type { CrontabExpression } from "../model.ts";
import { readPlainCrontab } from "./plain_crontab.ts";
import type { Piece, Source } from "./source.ts";

/** Words for common crontab expressions; each stands alone. */
export const NICKNAMES: readonly string[] = [
  "@hourly",
  "@daily",
  "@midnight",
  "@weekly",
  "@monthly",
  "@yearly",
  "@annually",
];

const FIELDS = [
  { name: "second", expected: "0 to 59" },
  { name: "minute", expected: "0 to 59" },
  { name: "hour", expected: "0 to 23" },
  { name: "month day", expected: "1 to 31, L, or 15W" },
  { name: "month", expected: "1 to 12 or jan to dec" },
  { name: "weekday", expected: "0 to 7 (0 and 7 are Sunday), sun to sat, fri#2 or fri#L" },
  { name: "year", expected: "1 to 9999" },
] as const;

const LAST_WEEK = 32;
/** Reading one costs more than anything else here, and the same few are written everywhere. */
const KEPT = 500;
const kept = new Map<string, CrontabExpression>();

/** Reads five to seven fields, or a nickname; throws `ScheduleSyntaxError` at the first wrong field. */
export function parseCrontab(source: Source, text: string, fields: readonly Piece[]): CrontabExpression {
  const known = kept.get(text);
  if (known) return known;
  const crontab = readPlainCrontab(text) ?? describe(text, readPattern(text) ?? failAtField(source, fields));
  if (kept.size >= KEPT) kept.clear();
  kept.set(text, crontab);
  return crontab;
}

function readPattern(text: string): CronPattern | undefined {
  try {
    return new CronPattern(text, undefined, { fixedTimeRule: "no-wildcard" });
  } catch {
    return undefined;
  }
}

/** croner does not say where, so each field is tried alone. */
function failAtField(source: Source, fields: readonly Piece[]): never {
  const skipped = fields.length === 5 ? 1 : 0;
  for (const [index, { text, position }] of fields.entries()) {
    const alone: string[] = Array(7).fill("*");
    alone[index + skipped] = text;
    if (readPattern(alone.join(" "))) continue;
    const { name, expected } = FIELDS[index + skipped]!;
    source.fail(position, `"${text}" is no ${name} of a crontab`, `${expected}, with "," "-" or "*/2"`);
  }
  source.fail(fields[0]?.position ?? 0, "it is no crontab expression", "minute hour day month weekday");
}

function describe(text: string, pattern: CronPattern): CrontabExpression {
  return {
    kind: "crontab",
    text,
    isExclusion: false,
    isFixedTime: pattern.isFixedTime,
    seconds: indexesOf(pattern.second),
    minutes: indexesOf(pattern.minute),
    hours: indexesOf(pattern.hour),
    datesText: text,
    daysOf: daysOf(pattern),
    months: monthsOf(pattern),
    ...(pattern.starYear ? {} : { years: new Set(indexesOf(pattern.year)) }),
    isEitherDay: !pattern.starDOM && !pattern.starDOW && !pattern.useAndLogic,
  };
}

/** Undefined for all of them. */
function monthsOf({ month }: CronPattern): readonly number[] | undefined {
  const months = indexesOf(month).map((index) => index + 1);
  return months.length === 12 ? undefined : months;
}

function indexesOf(flags: readonly number[]): number[] {
  return flags.flatMap((flag, index) => flag ? [index] : []);
}

/** Both restricted: either is enough, unless the weekday has a `+`; else both must hold. */
function daysOf(pattern: CronPattern): NonNullable<CrontabExpression["daysOf"]> {
  const { day, dayOfWeek, nearestWeekdays, lastDayOfMonth, lastWeekday } = pattern;
  const isEither = !pattern.starDOM && !pattern.useAndLogic;
  const isAnyWeekday = pattern.starDOW;
  const nearest = indexesOf(nearestWeekdays).map((index) => index + 1);
  return (firstWeekday, length) => {
    let monthDays = 0;
    let weekdays = 0;
    for (let date = 1; date <= length; date++) {
      if (day[date - 1]) monthDays |= 1 << (date - 1);
      if (isNthWeekday(dayOfWeek[(firstWeekday + date) % 7] ?? 0, date, length)) weekdays |= 1 << (date - 1);
    }
    if (lastDayOfMonth) monthDays |= 1 << (length - 1);
    if (lastWeekday) monthDays |= 1 << (workdayNear(length, firstWeekday, length) - 1);
    for (const date of nearest) {
      if (date <= length) monthDays |= 1 << (workdayNear(date, firstWeekday, length) - 1);
    }
    if (isAnyWeekday) return monthDays;
    return isEither ? monthDays | weekdays : monthDays & weekdays;
  };
}

/** `bits`: bit 0 for the first such weekday of the month to bit 4 for the fifth, bit 5 for the last. */
function isNthWeekday(bits: number, date: number, length: number): boolean {
  const isLast = date + 7 > length;
  return (bits & (1 << Math.floor((date - 1) / 7))) !== 0 || (isLast && (bits & LAST_WEEK) !== 0);
}

/** The day from Monday to Friday that is nearest to a date, in the same month. */
function workdayNear(date: number, firstWeekday: number, length: number): number {
  const weekday = (firstWeekday + date - 1) % 7;
  if (weekday === 5) return date === 1 ? 3 : date - 1;
  if (weekday === 6) return date === length ? date - 2 : date + 1;
  return date;
}
