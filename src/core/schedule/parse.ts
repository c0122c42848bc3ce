import { ScheduleSyntaxError } from "./error.ts";
import type { Expression, Schedule } from "./model.ts";
import { NICKNAMES, parseCrontab } from "./read/parse_crontab.ts";
import { parseDates } from "./read/parse_dates.ts";
import { parseTimeRanges } from "./read/parse_times.ts";
import { readPlainCrontab } from "./read/plain_crontab.ts";
import { type Piece, Source } from "./read/source.ts";

/** The most fields of the OpenSVC grammar, and of a crontab expression with seconds and a year. */
const WINDOW_FIELDS = 4;
const CRONTAB_FIELDS = 7;
/** Schedules by what was written, as thousands of tasks share a few; long ones are not worth the memory. */
const KEPT = 1000;
const KEPT_LENGTH = 200;
const kept = new Map<string, Schedule>();

/**
 * Reads the value of a `schedule` keyword: nothing, `null` or `@0` (never), one expression, or a list of them, also as
 * the text of a JSON list.
 *
 * An expression has one to four fields (`[!] timeranges [days [weeks [months]]]`), five to seven (a crontab), or is a
 * nickname. Throws `ScheduleSyntaxError` at the first thing that is wrong in any of them.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseSchedule('["@10", "!09:00-11:00 mon-fri"]').expressions.length, 2);
 * assertEquals(parseSchedule("@0").isNever, true);
 * assertThrows(() => parseSchedule("25:00"), SyntaxError, "at character 1: hour 25, expected 0 to 23");
 * ```
 */
export function parseSchedule(value: string | readonly string[] | null): Schedule {
  if (typeof value !== "string") return readSchedule(value);
  const known = kept.get(value);
  if (known) return known;
  const schedule = readSchedule(value);
  if (kept.size >= KEPT) kept.clear();
  if (value.length <= KEPT_LENGTH) kept.set(value, schedule);
  return schedule;
}

/** The most expressions of a list, and the most characters of all of them: each one costs time at every question. */
const MAX_MEMBERS = 1000;
const MAX_LENGTH = 32 * 1024;

function refuseLarge(value: string | readonly string[]): void {
  const isText = typeof value === "string";
  const length = isText ? value.length : value.reduce((sum, member) => sum + String(member).length, 0);
  if (length > MAX_LENGTH) {
    fail(isText ? value : value[0]!, `it has ${length} characters`, `at most ${MAX_LENGTH}`);
  }
  if (!isText && value.length > MAX_MEMBERS) {
    fail(value[0]!, `the list has ${value.length} expressions`, `at most ${MAX_MEMBERS}`);
  }

  function fail(expression: string, problem: string, expected: string): never {
    throw new ScheduleSyntaxError({ expression, memberIndex: 0, position: 0, problem, expected });
  }
}

function readSchedule(value: string | readonly string[] | null): Schedule {
  if (value !== null) refuseLarge(value);
  const plain = typeof value === "string" ? readPlainCrontab(value) : undefined;
  if (plain) return scheduleOfPlain(value as string, plain);
  const members = typeof value === "string" ? membersOf(value) : value ?? [];
  refuseLarge(members);
  const expressions = members.flatMap((member, index) => parseExpression(member, index) ?? []);
  const inclusions = expressions.filter((expression) => !expression.isExclusion);
  return {
    text: typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
    expressions,
    isNever: inclusions.length === 0,
    isRandom: inclusions.some((it) => it.kind === "windows" && it.ranges.some((range) => range.isRandom)),
    hasReboot: inclusions.some((it) => it.kind === "reboot"),
  };
}

function scheduleOfPlain(text: string, expression: Expression): Schedule {
  return { text, expressions: [expression], isNever: false, isRandom: false, hasReboot: false };
}

/** Splits a value into its expressions: those of a JSON list, or the value itself. */
function membersOf(value: string): readonly string[] {
  const text = value.trim();
  if (text === "null") return [];
  return text.startsWith("[") ? parseList(value) : [value];
}

function parseList(value: string): readonly string[] {
  try {
    return JSON.parse(value);
  } catch {
    throw new ScheduleSyntaxError({
      expression: value,
      memberIndex: 0,
      position: readableLength(value),
      problem: "this is no JSON list",
      expected: 'texts in double quotes with commas between, such as ["@10", "!09:00-11:00"]',
    });
  }
}

/** How much of a broken JSON list is right; the engine's own messages say it only sometimes. */
function readableLength(value: string): number {
  const text = String.raw`\s*"(?:[^"\\]|\\.)*"\s*`;
  const readable = new RegExp(String.raw`^\s*\[\s*(?:${text}(?:,${text})*(?:\]|,\s*)?)?`);
  return readable.exec(value)?.[0].length ?? 0;
}

/** Undefined when the expression is empty or `@0`: it adds nothing. */
function parseExpression(text: unknown, memberIndex: number): Expression | undefined {
  if (typeof text !== "string") return failAtValue(text, memberIndex);
  const plain = readPlainCrontab(text);
  if (plain) return plain;
  const source = new Source(text, memberIndex);
  const mark = /^\s*!/.exec(text)?.[0].length ?? 0;
  const fields = fieldsOf(text, mark);
  const first = fields[0];
  if (mark > 0) return parseExclusion(source, fields, mark);
  if (!first || (fields.length === 1 && first.text === "@0")) return undefined;
  if (/^@[a-z]+$/i.test(first.text)) return parseNickname(source, fields);
  if (fields.length <= WINDOW_FIELDS) return parseWindows(source, fields, false);
  const extra = fields[CRONTAB_FIELDS];
  if (extra) source.fail(extra.position, "an eighth field", "four fields, or five to seven of a crontab");
  return parseCrontab(source, fields.map((field) => field.text).join(" "), fields);
}

function parseExclusion(source: Source, fields: readonly Piece[], position: number): Expression {
  const extra = fields[WINDOW_FIELDS];
  if (extra) {
    source.fail(extra.position, "a fifth field in an exclusion", "time ranges, days, weeks and months only");
  }
  if (fields.length === 0) source.fail(position, "nothing after the !", "a time range such as 09:00-18:00");
  if (NICKNAMES.includes(fields[0]!.text.toLowerCase())) {
    source.fail(fields[0]!.position, "a nickname in an exclusion", "a time range such as 09:00-18:00");
  }
  return parseWindows(source, fields, true);
}

function parseNickname(source: Source, fields: readonly Piece[]): Expression {
  const { text, position } = fields[0]!;
  const name = text.toLowerCase();
  if (name !== "@reboot" && !NICKNAMES.includes(name)) {
    const expected = `an interval such as @10 or @1h30m, ${NICKNAMES.join(", ")} or @reboot`;
    source.fail(position, `"${text}" is no interval and no nickname`, expected);
  }
  if (fields[1]) source.fail(fields[1].position, `a field after ${text}`, `${text} alone`);
  return name === "@reboot"
    ? { kind: "reboot", text, isExclusion: false }
    : parseCrontab(source, name, fields);
}

function parseWindows(source: Source, fields: readonly Piece[], isExclusion: boolean): Expression {
  const [times, ...dates] = fields;
  return {
    kind: "windows",
    text: source.expression.trim(),
    isExclusion,
    ranges: parseTimeRanges(source, times!),
    dates: parseDates(source, dates),
  };
}

function fieldsOf(text: string, from: number): Piece[] {
  const found = text.slice(from).matchAll(/\S+/g);
  return [...found].map((match) => ({ text: match[0], position: from + match.index }));
}

function failAtValue(value: unknown, memberIndex: number): never {
  throw new ScheduleSyntaxError({
    expression: JSON.stringify(value) ?? String(value),
    memberIndex,
    position: 0,
    problem: value === null
      ? "it is null"
      : `it is ${typeof value === "object" ? "no text" : `a ${typeof value}`}`,
    expected: "an expression in double quotes",
  });
}
