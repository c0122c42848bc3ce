import { DAY, daysFromCivil } from "./civil.ts";
import type { Expression, Schedule, WindowExpression } from "./model.ts";
import { nextRun } from "./next.ts";
import { parseSchedule } from "./parse.ts";
import { UTC } from "./zone.ts";

const WEEKDAYS = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
const NTH_REGEXP = /^(?:[1-5]|[+-][1-5]|1st|first|2nd|second|3rd|third|4th|fourth|5th|fifth|last)$/i;

/**
 * Reads a schedule and says, one sentence each, what in it may mean something else than it seems to.
 *
 * An empty list: nothing to say. Throws `ScheduleSyntaxError` when it cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(checkSchedule("09:00 mon-fri"), []);
 * assertEquals(checkSchedule("09:00 fri:last"), [
 *   '"fri:last" is the last day of the month when it is also fri; such a weekday by its number is "fri#last"',
 * ]);
 * ```
 */
export function checkSchedule(value: string | readonly string[] | null): string[] {
  const schedule = parseSchedule(value);
  return [...schedule.expressions.flatMap(hintsOf), ...neverHints(schedule)];
}

function hintsOf(expression: Expression): string[] {
  if (expression.kind === "reboot") return [];
  if (expression.kind === "windows") {
    return [...rangeHints(expression), ...dayHints(expression), ...starHint(expression)];
  }
  const hints: string[] = [];
  if (expression.text === "* * * * *") {
    hints.push('"* * * * *" is a crontab expression, once a minute; once a day is "*"');
  }
  if (expression.isEitherDay) {
    hints.push(`"${expression.text}" restricts month day and weekday: either of them is enough`);
  }
  return hints;
}

function starHint({ text }: WindowExpression): string[] {
  return /^\*\s+\*\s+\*\s+\*$/.test(text)
    ? ['four stars are once a day; once a minute is "@1" or "* * * * *"']
    : [];
}

function rangeHints({ ranges, isExclusion }: WindowExpression): string[] {
  return ranges.flatMap((range) => {
    if (isExclusion) {
      const isPlain = range.isWallInterval && !range.isTilde;
      return isPlain ? [] : [`in the exclusion "${range.text}", "~" and the interval have no effect`];
    }
    if (!range.isTilde || range.isRandom) return [];
    const why = range.isPlanned
      ? "there is no window to draw from"
      : "the interval is shorter than the window";
    return [`in "${range.text}", "~" has no effect: ${why}`];
  });
}

function dayHints({ text }: WindowExpression): string[] {
  const members = text.replace(/^!\s*/, "").split(/\s+/)[1]?.split(",") ?? [];
  return members.flatMap((member, index) => {
    const [weekday, monthDay] = member.split(":");
    if (monthDay !== undefined) return isBoth(weekday!, monthDay) ? [bothHint(weekday!, monthDay)] : [];
    const isNumberAfterMonthDay = /^[1-7]$/.test(member) && hasMonthDay(members, index);
    return isNumberAfterMonthDay ? [weekdayHint(members[index - 1]!, Number(member))] : [];
  });
}

/** Signed numbers go on with the month days of a `dow:dom` before them. */
function hasMonthDay(members: readonly string[], index: number): boolean {
  const previous = members[index - 1];
  if (previous === undefined) return false;
  return previous.includes(":") || (/^[+-]/.test(previous) && hasMonthDay(members, index - 1));
}

function isBoth(weekday: string, monthDay: string): boolean {
  return weekday !== "" && weekday !== "*" && NTH_REGEXP.test(monthDay);
}

function bothHint(weekday: string, monthDay: string): string {
  const day = /^(?:last|-1)$/i.test(monthDay) ? "the last day of the month" : `day ${monthDay} of the month`;
  const nth = `${weekday}#${monthDay}`;
  return `"${weekday}:${monthDay}" is ${day} when it is also ${weekday}; such a weekday by its number is "${nth}"`;
}

function weekdayHint(previous: string, weekday: number): string {
  const month = `"*:${weekday}"`;
  return `"${weekday}" after "${previous}" means ${
    WEEKDAYS[weekday - 1]
  }; day ${weekday} of the month is ${month}`;
}

/** How many inclusions of a list are searched for an instant; each may take a tenth of a millisecond. */
const MAX_SEARCHED = 50;

/** What adds nothing: a value of exclusions only, and inclusions without an instant in 400 years of calendar. */
function neverHints({ expressions, isNever }: Schedule): string[] {
  const exclusions = expressions.filter((it) => it.isExclusion);
  if (isNever) return exclusions.length > 0 ? ["there are only exclusions: it never runs"] : [];
  const inclusions = expressions.filter((it) => !it.isExclusion && it.kind !== "reboot");
  return inclusions.slice(0, MAX_SEARCHED).filter((it) => neverRuns([it, ...exclusions])).map(({ text }) =>
    exclusions.length > 0
      ? `"${text}" never runs: no date satisfies it, or the exclusions cover it`
      : `"${text}" never runs: no date satisfies it`
  );
}

function neverRuns(expressions: readonly Expression[]): boolean {
  const alone: Schedule = { text: "", expressions, isNever: false, isRandom: false, hasReboot: false };
  for (let year = 2000; year < 2400; year += 40) {
    if (nextRun(alone, { now: daysFromCivil(year, 1, 1) * DAY, zone: UTC })) return false;
  }
  return true;
}
