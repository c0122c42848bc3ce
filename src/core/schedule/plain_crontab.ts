/**
 * The crontab expressions of every day: numbers, names, ranges, lists and steps in five or six fields, read into our own
 * model without croner, field by field. The same fields are written everywhere, so that most are known already.
 *
 * @module
 */
import type { CrontabExpression } from "./model.ts";

/** What a field counts. */
interface FieldKind {
  readonly first: number;
  readonly last: number;
  /** The largest step that croner takes. */
  readonly maxStep: number;
  /** Three letters each, the first one for `first`. */
  readonly words: readonly string[];
}

const SIXTY: FieldKind = { first: 0, last: 59, maxStep: 60, words: [] };
const HOUR: FieldKind = { first: 0, last: 23, maxStep: 24, words: [] };
const MONTH_DAY: FieldKind = { first: 1, last: 31, maxStep: 31, words: [] };
const MONTH: FieldKind = {
  first: 1,
  last: 12,
  maxStep: 12,
  words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY: FieldKind = {
  first: 0,
  last: 7,
  maxStep: 7,
  words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/** Plain expressions in place of nicknames. */
const NICKNAME_FIELDS: ReadonlyMap<string, string> = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

const MEMBER_REGEXP = /^(?:(\*)|(\d+|[a-z]{3})(?:-(\d+|[a-z]{3}))?)(?:\/(\d+))?$/i;
const EVERY_DAY = 0x7fffffff;
type DaysOf = NonNullable<CrontabExpression["daysOf"]>;
/** Fields by their text: what a field of one kind names. */
const KEPT = 2000;
const kept = new Map<FieldKind, Map<string, readonly number[] | undefined>>();
const keptDays = new Map<string, DaysOf>();

/** Reads a crontab expression or a nickname; undefined for what croner has to read, wrong fields included. */
export function readPlainCrontab(text: string): CrontabExpression | undefined {
  const fields = (NICKNAME_FIELDS.get(text) ?? text).split(" ");
  if (fields.length === 5) fields.unshift("0");
  if (fields.length !== 6) return undefined;
  const [second, minute, hour, monthDay, month, weekday] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const seconds = valuesOf(second, SIXTY);
  const minutes = valuesOf(minute, SIXTY);
  const hours = valuesOf(hour, HOUR);
  const months = valuesOf(month, MONTH);
  const monthDays = valuesOf(monthDay, MONTH_DAY);
  const weekdays = valuesOf(weekday, WEEKDAY);
  if (!seconds || !minutes || !hours || !months || !monthDays || !weekdays) return undefined;
  const isEveryMonth = months.length === 12;
  const daysOf = rememberedDays(monthDay, weekday, { monthDays, weekdays });
  return {
    kind: "crontab",
    text,
    isExclusion: false,
    isFixedTime: !isWild(second) && !isWild(minute) && !isWild(hour),
    seconds,
    minutes,
    hours,
    ...(daysOf && { daysOf }),
    ...(isEveryMonth ? {} : { months }),
    datesText: `${monthDay} ${month} ${weekday}`,
    isEitherDay: monthDay !== "*" && weekday !== "*",
  };
}

function isWild(field: string): boolean {
  return field.includes("*") || field.includes("/");
}

/** The values that a field names, sorted; undefined when it is not plain. */
function valuesOf(field: string, kind: FieldKind): readonly number[] | undefined {
  let known = kept.get(kind);
  if (!known) kept.set(kind, known = new Map());
  let values = known.get(field);
  if (values !== undefined || known.has(field)) return values;
  values = readField(field, kind);
  if (known.size >= KEPT) known.clear();
  known.set(field, values);
  return values;
}

function readField(field: string, kind: FieldKind): readonly number[] | undefined {
  const values = new Set<number>();
  for (const member of field.split(",")) {
    const range = rangeOf(member, kind);
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function rangeOf(
  member: string,
  kind: FieldKind,
): { readonly from: number; readonly to: number; readonly step: number } | undefined {
  const match = MEMBER_REGEXP.exec(member);
  if (!match) return undefined;
  const [, star, begin, end, written] = match;
  const step = written === undefined ? 1 : Number(written);
  // A step goes with a star or a range only.
  if (step < 1 || step > kind.maxStep || (written !== undefined && !star && end === undefined)) {
    return undefined;
  }
  const from = star ? kind.first : valueOf(begin!, kind, false);
  // Sunday is 0 as a star counts, and 7 at the end of a range.
  const to = star ? (kind === WEEKDAY ? 6 : kind.last) : end === undefined ? from : valueOf(end, kind, true);
  return from === undefined || to === undefined || from > to ? undefined : { from, to, step };
}

function valueOf(text: string, kind: FieldKind, isEnd: boolean): number | undefined {
  if (/^\d/.test(text)) {
    const value = Number(text);
    return value >= kind.first && value <= kind.last ? value : undefined;
  }
  const index = kind.words.indexOf(text.toLowerCase());
  if (index < 0) return undefined;
  return kind === WEEKDAY && isEnd && index === 0 ? 7 : kind.first + index;
}

function rememberedDays(
  monthDay: string,
  weekday: string,
  values: { readonly monthDays: readonly number[]; readonly weekdays: readonly number[] },
): DaysOf | undefined {
  if (monthDay === "*" && weekday === "*") return undefined;
  const key = `${monthDay} ${weekday}`;
  let daysOf = keptDays.get(key);
  if (daysOf) return daysOf;
  daysOf = makeDays(
    monthDay === "*" ? undefined : values.monthDays.reduce((bits, day) => bits | (1 << (day - 1)), 0),
    weekday === "*" ? undefined : values.weekdays,
  );
  if (keptDays.size >= KEPT) keptDays.clear();
  keptDays.set(key, daysOf);
  return daysOf;
}

/** Month days as bits, weekdays from 0 (Sunday); either of them is enough when both are there. */
function makeDays(monthDays: number | undefined, weekdays: readonly number[] | undefined): DaysOf {
  return (firstWeekday) => {
    let bits = monthDays ?? 0;
    for (const weekday of weekdays ?? []) {
      for (let date = (weekday + 6 - firstWeekday + 7) % 7; date < 31; date += 7) bits |= 1 << date;
    }
    return bits & EVERY_DAY;
  };
}
