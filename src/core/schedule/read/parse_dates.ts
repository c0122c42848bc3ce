import type { DateFilter, DayRule, MonthDay } from "../model.ts";
import type { Piece, Source } from "./source.ts";

/** What a field counts: the words for its numbers, in order, and how they are called in messages. */
interface Names {
  readonly what: string;
  readonly first: number;
  readonly last: number;
  /** Lower-case full names, the first one for `first`; three letters of them are enough. */
  readonly words: readonly string[];
  readonly expected: string;
}

const WEEKDAYS: Names = {
  what: "weekday",
  first: 1,
  last: 7,
  words: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  expected: "1 (Monday) to 7, or a name such as mon",
};
const WEEKS: Names = { what: "week", first: 1, last: 53, words: [], expected: "1 to 53" };
const MONTHS: Names = {
  what: "month",
  first: 1,
  last: 12,
  words: [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
  ],
  expected: "1 to 12, or a name such as jan",
};

const ORDINALS = [["first", "1st"], ["second", "2nd"], ["third", "3rd"], ["fourth", "4th"], ["fifth", "5th"]];
const STEP_REGEXP = /^(\d+)(?:\+(\d+))?$/;
const SIGNED_REGEXP = /^[+-]\d+$/;

/** Reads the fields after the time ranges: days, weeks, months, each of them optional; throws `ScheduleSyntaxError`. */
export function parseDates(source: Source, fields: readonly Piece[]): DateFilter {
  const [days, weeks, months] = fields;
  return {
    text: fields.map((field) => field.text).join(" "),
    ...(days && restricted("days", parseDays(source, days), (all) => all.some(isEveryDay))),
    ...(weeks && restricted("weeks", parseNumbers(source, weeks, WEEKS), (all) => all.length === WEEKS.last)),
    ...(months &&
      restricted("months", parseNumbers(source, months, MONTHS), (all) => all.length === MONTHS.last)),
  };
}

function restricted<Key extends string, Value>(
  key: Key,
  value: Value,
  isAll: (value: Value) => boolean,
): { readonly [K in Key]?: Value } {
  return isAll(value) ? {} : { [key]: value } as { [K in Key]: Value };
}

function isEveryDay(rule: DayRule): boolean {
  return rule.weekdays.length === 7 && !rule.monthDay;
}

function parseDays(source: Source, field: Piece): DayRule[] {
  const rules: DayRule[] = [];
  for (const piece of source.split(field, ",", "a day such as mon, mon-fri or *:last")) {
    const previous = rules.at(-1);
    const goesOn = SIGNED_REGEXP.test(piece.text) && previous?.monthDay && previous.monthDay.kind !== "nth";
    rules.push(
      goesOn
        ? { weekdays: previous.weekdays, monthDay: parseMonthDay(source, piece) }
        : parseDayRule(source, piece),
    );
  }
  return rules;
}

function parseDayRule(source: Source, piece: Piece): DayRule {
  const mark = /[:#]/.exec(piece.text)?.[0];
  if (!mark) return { weekdays: parseWeekdays(source, piece) };
  const index = piece.text.indexOf(mark);
  const left = { text: piece.text.slice(0, index), position: piece.position };
  const right = { text: piece.text.slice(index + 1), position: piece.position + index + 1 };
  const extra = /[:#]/.exec(right.text);
  if (extra) source.fail(right.position + extra.index, `a second "${extra[0]}"`, 'one ":" or "#" at most');
  const weekdays = left.text === ""
    ? parseWeekdays(source, { ...left, text: "*" })
    : parseWeekdays(source, left);
  return { weekdays, monthDay: mark === ":" ? parseMonthDay(source, right) : parseNth(source, right) };
}

function parseWeekdays(source: Source, piece: Piece): number[] {
  return parseRange(source, piece, WEEKDAYS).map((day) => day - 1).sort((a, b) => a - b);
}

function parseMonthDay(source: Source, piece: Piece): MonthDay {
  if (piece.text.startsWith("%")) return { kind: "step", ...parseStep(source, tail(piece)) };
  const day = ordinalOf(piece.text);
  if (day !== undefined && Math.abs(day) >= 1 && Math.abs(day) <= 31) return { kind: "day", day };
  const found = piece.text === "" ? "the month day is missing" : `month day ${quoted(piece.text, day)}`;
  source.fail(piece.position, found, "1 to 31, -1 (the last) to -31, first to fifth, last, or %2");
}

function parseNth(source: Source, piece: Piece): MonthDay {
  const nth = ordinalOf(piece.text);
  if (nth !== undefined && Math.abs(nth) >= 1 && Math.abs(nth) <= 5) return { kind: "nth", nth };
  const found = piece.text === "" ? "the number is missing" : `weekday number ${quoted(piece.text, nth)}`;
  source.fail(piece.position, found, "1 to 5, -1 (the last) to -5, first to fifth, or last");
}

/** `third`, `3rd`, `3` and `+3` are 3, `last` and `-1` are -1. */
function ordinalOf(text: string): number | undefined {
  const word = text.toLowerCase();
  if (word === "last") return -1;
  const index = ORDINALS.findIndex((words) => words.includes(word));
  if (index >= 0) return index + 1;
  return /^[+-]?\d+$/.test(word) ? Number(word) : undefined;
}

function parseNumbers(source: Source, field: Piece, names: Names): number[] {
  const values = new Set<number>();
  for (const piece of source.split(field, ",", `a ${names.what}: ${names.expected}`)) {
    for (const value of parseStepped(source, piece, names)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** A range with an optional step, `jan-jun%2+1`: keeps what gives 0 when the shift is added and divided. */
function parseStepped(source: Source, piece: Piece, names: Names): number[] {
  const [range, step] = source.cut(piece, "%");
  if (!step) return parseRange(source, range, names);
  const { modulo, shift } = parseStep(source, step);
  const all = parseRange(source, range.text === "" ? { ...range, text: "*" } : range, names);
  return all.filter((value) => (value + shift) % modulo === 0);
}

function parseStep(source: Source, piece: Piece): { modulo: number; shift: number } {
  const match = STEP_REGEXP.exec(piece.text);
  const modulo = Number(match?.[1] ?? 0);
  if (modulo > 0) return { modulo, shift: Number(match?.[2] ?? 0) };
  const found = piece.text === "" ? "the step is missing" : `step ${quoted(piece.text)}`;
  source.fail(piece.position, found, "a number of 1 or more, with an optional shift, such as %2 or %2+1");
}

/** `*`, one value, or `from-to`, which goes round the end when it has to. */
function parseRange(source: Source, piece: Piece, names: Names): number[] {
  const { first, last } = names;
  if (piece.text === "*") return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const [from, to] = source.cut(piece, "-");
  const begin = parseValue(source, from, names);
  const end = to ? parseValue(source, to, names) : begin;
  const count = (end - begin + (end < begin ? last - first + 1 : 0)) + 1;
  return Array.from({ length: count }, (_, index) => first + (begin - first + index) % (last - first + 1));
}

function parseValue(source: Source, { text, position }: Piece, names: Names): number {
  const word = text.toLowerCase();
  const index = names.words.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (index >= 0) return names.first + index;
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  if (value !== undefined && value >= names.first && value <= names.last) return value;
  const found = text === "" ? `the ${names.what} is missing` : `${names.what} ${quoted(text, value)}`;
  source.fail(position, found, names.expected);
}

function quoted(text: string, number?: number): string {
  return number === undefined ? `"${text}"` : text;
}

function tail({ text, position }: Piece): Piece {
  return { text: text.slice(1), position: position + 1 };
}
