/**
 * One time field of a crontab line, read as cron(8) reads it and not as croner does, which takes more.
 *
 * @module
 */

/** What a field may hold. */
export interface FieldRule {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, the first one for `from`. */
  readonly names?: readonly string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");

/** Minute, hour, day of month, month, day of week. */
export const FIELD_RULES: readonly [FieldRule, FieldRule, FieldRule, FieldRule, FieldRule] = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of the month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12, names: MONTHS },
  { name: "day of the week", from: 0, to: 7, names: WEEKDAYS },
];

/** A field that was read. */
export interface CronField {
  /** Spelled so that our schedules mean the same: `*`, or members of numbers, names, ranges and steps. */
  readonly text: string;
  /** Ascending, each once; a Sunday is both 0 and 7 as it was written. */
  readonly values: readonly number[];
  /** Whether every value is in it. */
  readonly isAll: boolean;
  /** Whether it begins with a star, which is what cron looks at when both day fields are restricted. */
  readonly isStarred: boolean;
}

/** Thrown for a field that cron would refuse. */
export class CronFieldError extends SyntaxError {
  override readonly name = "CronFieldError";

  constructor(field: string, rule: FieldRule, expected: string) {
    super(`"${field}" is no ${rule.name} of cron, expected ${expected}`);
  }
}

/**
 * Reads a field: a star, numbers, names, ranges, steps behind a star or a range, and lists of these.
 *
 * Throws `CronFieldError` for everything else: croner's `L`, `W`, `#` and `5/10` mean nothing to cron.
 */
export function readField(text: string, rule: FieldRule): CronField {
  const members = text.toLowerCase().split(",").map((member) => readMember(text, member, rule));
  const values = [...new Set(members.flatMap((member) => member.values))].toSorted((a, b) => a - b);
  const isStarred = text.startsWith("*");
  const isAll = members.some((member) => member.text === "*");
  return { text: isAll ? "*" : members.map((member) => member.text).join(","), values, isAll, isStarred };
}

interface Member {
  readonly text: string;
  readonly values: readonly number[];
}

function readMember(field: string, member: string, rule: FieldRule): Member {
  const fail = (expected: string): never => {
    throw new CronFieldError(field, rule, expected);
  };
  const match = /^(?:(\*)|([a-z\d]+)(?:-([a-z\d]+))?)(?:\/(\d+))?$/.exec(member);
  if (!match) return fail(rangeOf(rule));
  const [, star, first, last, stepText] = match;
  const step = Number(stepText ?? 1);
  if (step === 0) fail("a step of 1 or more");
  if (star) return starMember(step, rule);
  if (last === undefined && stepText !== undefined) {
    fail(`a range before the step, such as ${first}-${rule.to}/${step}`);
  }
  const from = numberOf(first!, rule) ?? fail(rangeOf(rule));
  const to = last === undefined ? from : numberOf(last, rule) ?? fail(rangeOf(rule));
  if (from > to) fail("the lower end of a range first (a Sunday at its end is 7)");
  const values = everyNth(from, to, step);
  const range = `${spell(first!)}${last === undefined ? "" : `-${spell(last)}`}`;
  if (step === 1) return { text: range, values };
  return { text: step > to - from ? spell(first!) : `${range}/${step}`, values };
}

/** Sunday counts once in a star. */
function starMember(step: number, rule: FieldRule): Member {
  const to = rule.to === 7 ? 6 : rule.to;
  const values = everyNth(rule.from, to, step);
  if (step === 1) return { text: "*", values };
  return { text: step > to - rule.from ? String(rule.from) : `*/${step}`, values };
}

function everyNth(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

function numberOf(text: string, { from, to, names }: FieldRule): number | undefined {
  const named = names?.indexOf(text) ?? -1;
  if (named >= 0) return from + named;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return number >= from && number <= to ? number : undefined;
}

function spell(text: string): string {
  return /^\d+$/.test(text) ? String(Number(text)) : text;
}

function rangeOf({ from, to, names }: FieldRule): string {
  const words = names ? ` or ${names[0]} to ${names.at(-1)}` : "";
  return `${from} to ${to}${words}, with "," "-" or "*/2"`;
}
