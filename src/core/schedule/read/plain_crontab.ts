/**
 * The crontab expressions of every day: numbers, names, ranges, lists and steps in five or six fields, read into our own
 * model without croner, field by field.
 *
 * @module
 */
import type { CrontabExpression } from "../model.ts";

/** What a field counts. */
interface FieldKind {
  readonly first: number;
  readonly last: number;
  /** The largest step that croner takes. */
  readonly maxStep: number;
  /** Three letters each, the first one for `first`. */
  readonly words: readonly string[];
  /** Fields of this kind by their text: the same few are written everywhere. */
  readonly kept: Map<string, Field>;
}

const SIXTY: FieldKind = { first: 0, last: 59, maxStep: 60, words: [], kept: new Map() };
const HOUR: FieldKind = { first: 0, last: 23, maxStep: 24, words: [], kept: new Map() };
const MONTH_DAY: FieldKind = { first: 1, last: 31, maxStep: 31, words: [], kept: new Map() };
const MONTH: FieldKind = {
  first: 1,
  last: 12,
  maxStep: 12,
  words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  kept: new Map(),
};
const WEEKDAY: FieldKind = {
  first: 0,
  last: 7,
  maxStep: 7,
  words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
  kept: new Map(),
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
/** What five fields say about the seconds. */
const NO_SECONDS: Field = { values: [0], isWild: false };
/** Longer fields are not worth the memory. */
const KEPT_LENGTH = 50;
type DaysOf = NonNullable<CrontabExpression["daysOf"]>;

/** A field that was read. */
interface Field {
  /** Sorted. */
  readonly values: readonly number[];
  /** Whether it has a star or a step. */
  readonly isWild: boolean;
}

const KEPT = 2000;
const keptDays = new Map<string, DaysOf>();

/** Reads a crontab expression or a nickname; undefined for what croner has to read, wrong fields included. */
export function readPlainCrontab(text: string): CrontabExpression | undefined {
  const fields = withoutNickname(text).split(" ");
  const shift = fields.length - 5;
  if (shift !== 0 && shift !== 1) return undefined;
  const second = shift === 0 ? NO_SECONDS : fieldOf(fields[0]!, SIXTY);
  const minute = second && fieldOf(fields[shift]!, SIXTY);
  const hour = minute && fieldOf(fields[shift + 1]!, HOUR);
  const monthDay = hour && fieldOf(fields[shift + 2]!, MONTH_DAY);
  const month = monthDay && fieldOf(fields[shift + 3]!, MONTH);
  const weekday = month && fieldOf(fields[shift + 4]!, WEEKDAY);
  if (!weekday) return undefined;
  const days = `${fields[shift + 2]} ${fields[shift + 4]}`;
  return {
    kind: "crontab",
    text,
    isExclusion: false,
    isFixedTime: !second.isWild && !minute.isWild && !hour.isWild,
    seconds: second.values,
    minutes: minute.values,
    hours: hour.values,
    daysOf: days === "* *" ? undefined : rememberedDays(days, monthDay, weekday),
    months: month.values.length === 12 ? undefined : month.values,
    datesText: `${days} ${fields[shift + 3]}`,
    isEitherDay: fields[shift + 2] !== "*" && fields[shift + 4] !== "*",
  };
}

/** The five fields that a nickname stands for; anything else as it is. */
export function withoutNickname(text: string): string {
  return (text.startsWith("@") && NICKNAME_FIELDS.get(text)) || text;
}

/** The month days that a plain field names; undefined when it is not plain. */
export function plainMonthDays(field: string): readonly number[] | undefined {
  return fieldOf(field, MONTH_DAY)?.values;
}

/** The weekdays that a plain field names, from 0 (Monday); undefined when it is not plain. */
export function plainWeekdays(field: string): readonly number[] | undefined {
  return fieldOf(field, WEEKDAY)?.values.map((weekday) => (weekday + 6) % 7);
}

/** Reads one field, once; undefined when it is not plain. */
function fieldOf(text: string, kind: FieldKind): Field | undefined {
  const known = kind.kept.get(text);
  if (known) return known;
  const field = readField(text, kind);
  if (!field || text.length > KEPT_LENGTH) return field;
  if (kind.kept.size >= KEPT) kind.kept.clear();
  kind.kept.set(text, field);
  return field;
}

function readField(text: string, kind: FieldKind): Field | undefined {
  const values = new Set<number>();
  for (const member of text.split(",")) {
    const range = rangeOf(member, kind);
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return { values: [...values].sort((a, b) => a - b), isWild: /[*/]/.test(text) };
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

function rememberedDays(text: string, monthDay: Field, weekday: Field): DaysOf {
  const known = keptDays.get(text);
  if (known) return known;
  const daysOf = makeDays(
    text.startsWith("* ") ? undefined : monthDay.values.reduce((bits, day) => bits | (1 << (day - 1)), 0),
    text.endsWith(" *") ? undefined : weekday.values,
  );
  if (keptDays.size >= KEPT) keptDays.clear();
  keptDays.set(text, daysOf);
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
