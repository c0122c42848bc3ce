import { formatDates } from "./text/format_dates.ts";
import { formatTimeRange } from "./text/format_times.ts";
import type { CrontabExpression, Expression, Schedule, WindowExpression } from "./model.ts";
import { MONTH_NAMES, WEEKDAY_NAMES } from "./text/names.ts";

/** Nicknames that mean the same as another one. */
const OTHER_NICKNAMES: ReadonlyMap<string, string> = new Map([
  ["@midnight", "@daily"],
  ["@annually", "@yearly"],
]);

/** The letters L and W of a crontab, told from those of names. */
const MARK_REGEXP = new RegExp(`(${[...WEEKDAY_NAMES, ...MONTH_NAMES].join("|")})|[lw]`, "g");

/**
 * Writes a schedule in its canonical spelling: read again, it means the same and is spelled the same.
 *
 * - Nothing, `@0` and an empty list are `@0`. One expression stands alone; several are a JSON list in their order,
 *   without the empty ones.
 * - Times are `HH:MM`, or `HH:MM:SS` when there are seconds; `24:00` is `23:59:59`, `B-B` is `B`. A whole day is `*`, or
 *   nothing before an `@`. Intervals have units, the largest first: `@10` is `@10m`, `@90` is `@1h30m`.
 * - Weekdays and months are lower-case names of three letters, weeks are numbers. Three and more in a row are a range,
 *   evenly spaced ones a step (`%2`, `%2+1`), all of them `*`; what no week or month satisfies is a step that is too
 *   large. Weekdays come first and in order, then each `weekday:monthday` and `weekday#number` as written, without
 *   repetitions; `-1` and ordinals are `last` and numbers there.
 * - A `*` at the end is left out. `!` stands in front, without a blank.
 * - A crontab expression has one blank between its fields, names in lower case, and `L` and `W` in upper case; its
 *   numbers stay. Nicknames are lower case; `@midnight` is `@daily`, `@annually` is `@yearly`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 *
 * assertEquals(formatSchedule(parseSchedule("8:00-9:00@90 Monday,2,3 *")), "08:00-09:00@1h30m mon-wed");
 * assertEquals(formatSchedule(parseSchedule(["@10", "! 9:00"])), '["@10m","!09:00"]');
 * ```
 */
export function formatSchedule({ expressions }: Schedule): string {
  const texts = expressions.map(formatExpression);
  if (texts.length > 1) return JSON.stringify(texts);
  return texts[0] ?? "@0";
}

/** Writes one expression of a schedule in its canonical spelling. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case "windows":
      return formatWindows(expression);
    case "crontab":
      return formatCrontab(expression);
    case "reboot":
      return "@reboot";
  }
}

function formatWindows({ ranges, dates, isExclusion }: WindowExpression): string {
  const times = [...new Set(ranges.map(formatTimeRange))].join(",");
  return [(isExclusion ? "!" : "") + times, ...formatDates(dates)].join(" ");
}

function formatCrontab({ text }: CrontabExpression): string {
  if (text.startsWith("@")) return OTHER_NICKNAMES.get(text) ?? text;
  return text.toLowerCase().replaceAll(
    MARK_REGEXP,
    (letters, name?: string) => name ?? letters.toUpperCase(),
  );
}
