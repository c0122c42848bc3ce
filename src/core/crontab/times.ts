/**
 * The time fields of a crontab line as the value of a `schedule` keyword.
 *
 * @module
 */
import { type CronField, FIELD_RULES, readField } from "./field.ts";

/** The words for times that cron knows, and how our schedules spell them. */
const WORDS: Readonly<Record<string, string>> = {
  "@reboot": "@reboot",
  "@hourly": "@hourly",
  "@daily": "@daily",
  "@midnight": "@midnight",
  "@weekly": "@weekly",
  "@monthly": "@monthly",
  "@yearly": "@yearly",
  "@annually": "@annually",
  "@every_minute": "* * * * *",
};

/** What the nicknames stand for, where a delay needs their fields. */
const FIELDS_OF: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** More windows than this in one expression are no longer what a person would write. */
const MAX_WINDOWS = 24;
const DAY_MINUTES = 1440;

/**
 * The schedule for a nickname such as `@daily`, or undefined when cron knows no such word.
 */
export function scheduleOfWord(word: string): string | undefined {
  return WORDS[word.toLowerCase()];
}

/**
 * The schedule for five fields. Throws `CronFieldError` for what cron would refuse.
 *
 * As soon as one day field begins with a star, even with a step behind it, cron wants both of them to hold; our
 * crontab expressions write that with a `+` before the weekday.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scheduleOfFields(["09,39", "*", "*", "*", "*"]), "9,39 * * * *");
 * assertEquals(scheduleOfFields(["0", "4", "1,15", "*", "FRI"]), "0 4 1,15 * fri");
 * ```
 */
export function scheduleOfFields(fields: readonly string[]): string {
  const [minute, hour, day, month, weekday] = readFields(fields);
  const isBoth = !day.isAll && !weekday.isAll && (day.isStarred || weekday.isStarred);
  const weekdayText = isBoth ? `+${weekday.text}` : weekday.text;
  return [minute.text, hour.text, day.text, month.text, weekdayText].join(" ");
}

/**
 * The schedule for five fields, or a nickname, of which every run is delayed at random by up to `delay` minutes: windows
 * with a random instant in them. Undefined where such windows cannot say it.
 */
export function delayedSchedule(times: readonly string[], delay: number): string | undefined {
  const fields = times.length === 1 ? FIELDS_OF[times[0]!.toLowerCase()]?.split(" ") : times;
  if (!fields) return undefined;
  const [minute, hour, day, month, weekday] = readFields(fields);
  const windows = hour.values.flatMap((h) => minute.values.map((m) => windowOf(h * 60 + m, delay)));
  const isBoth = !day.isAll && !weekday.isAll && (day.isStarred || weekday.isStarred);
  if (isBoth || windows.length > MAX_WINDOWS || windows.includes(undefined)) return undefined;
  const ranges = windows.join(",");
  const months = month.isAll ? [] : [month.values.join(",")];
  const expressions = dayFields(day, weekday).map((days) => {
    const dates = months.length > 0 ? [days, "*", ...months] : days === "*" ? [] : [days];
    return [ranges, ...dates].join(" ");
  });
  return expressions.length === 1 ? expressions[0]! : JSON.stringify(expressions);
}

function readFields(fields: readonly string[]) {
  const [minute, hour, day, month, weekday] = FIELD_RULES;
  return [
    readField(fields[0]!, minute),
    readField(fields[1]!, hour),
    readField(fields[2]!, day),
    readField(fields[3]!, month),
    readField(fields[4]!, weekday),
  ] as const;
}

/** Undefined when the window would reach into another day, whose date may not be one of those that are meant. */
function windowOf(begin: number, delay: number): string | undefined {
  const end = begin + delay;
  return end < DAY_MINUTES ? `~${clockOf(begin)}-${clockOf(end)}` : undefined;
}

function clockOf(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Days for our own grammar: two of them where either field is enough. */
function dayFields(day: CronField, weekday: CronField): string[] {
  const dates = day.isAll ? [] : [`*:${day.values.join(`,*:`)}`];
  const days = weekday.isAll ? [] : [[...new Set(weekday.values.map((value) => WEEKDAYS[value]))].join(",")];
  const all = [...dates, ...days];
  return all.length > 0 ? all : ["*"];
}
