import { checkSchedule } from "./check.ts";
import { explainCrontab } from "./text/explain_crontab.ts";
import { explainDates } from "./text/explain_dates.ts";
import { explainExcludedTimes, explainTimes } from "./text/explain_times.ts";
import { formatSchedule } from "./format.ts";
import type { Expression, Schedule, WindowExpression } from "./model.ts";

/** What a schedule means, for people. */
export interface Explanation {
  /** The canonical spelling. */
  readonly spelling: string;
  /** One phrase for each expression, in the order in which they are written, inclusions first. */
  readonly meaning: readonly string[];
  /** What may mean something else than it seems to, one sentence each. */
  readonly hints: readonly string[];
}

/**
 * Says in plain words what a schedule means, and what in it may surprise.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 *
 * const { meaning } = explainSchedule(parseSchedule("08:00-17:59:59@10 mon-fri"));
 * assertEquals(meaning, ["every 10 minutes, from 08:00 to 17:59:59, Monday to Friday"]);
 * ```
 */
export function explainSchedule(schedule: Schedule): Explanation {
  const { expressions } = schedule;
  const inclusions = expressions.filter((it) => !it.isExclusion).map(explainExpression);
  const exclusions = expressions.filter((it) => it.isExclusion).map(explainExpression);
  return {
    spelling: formatSchedule(schedule),
    meaning: inclusions.length > 0 ? [...inclusions, ...exclusions] : ["never", ...exclusions],
    hints: [
      ...new Set([
        ...checkSchedule(expressions.map(({ text }) => text)),
        ...expressions.flatMap(surprisesOf),
      ]),
    ],
  };
}

function explainExpression(expression: Expression): string {
  switch (expression.kind) {
    case "windows":
      return explainWindows(expression);
    case "crontab":
      return explainCrontab(expression);
    case "reboot":
      return "once after each boot, when the daemon first starts";
  }
}

function explainWindows({ ranges, dates, isExclusion }: WindowExpression): string {
  const filters = explainDates(dates);
  if (!isExclusion) return [explainTimes(ranges, filters.length > 0), ...filters].join(", ");
  const phrases = [explainExcludedTimes(ranges, filters.length > 0), ...filters].filter((phrase) =>
    phrase !== ""
  );
  return `except ${phrases.join(", ") || "at any time"}`;
}

/** What OpenSVC's grammar does that a reader may not expect, where the canonical spelling does not show it. */
function surprisesOf(expression: Expression): string[] {
  if (expression.kind !== "windows" || expression.isExclusion) return [];
  const { ranges, dates } = expression;
  const hints: string[] = [];
  const overnight = ranges.find(({ begin, end }) => end < begin);
  if (overnight && (dates.days ?? dates.weeks ?? dates.months)) {
    hints.push(
      `"${overnight.text}" goes over midnight: each of its parts must be on a day that the filters let pass, so that the ` +
        "part after midnight needs the next day to be named, too",
    );
  }
  if (ranges.some(({ isPlanned }) => isPlanned)) {
    hints.push(
      "a lone time that passes while the agent is down is not caught up; a range of times is, as long as it lasts",
    );
  }
  return hints;
}
