import { explainMonthDays, explainMonths, explainNth, explainWeekdays } from "./explain_dates.ts";
import { formatTime } from "./format_times.ts";
import type { CrontabExpression } from "../model.ts";
import { plainMonthDays, plainWeekdays, withoutNickname } from "../read/plain_crontab.ts";
import { listWords, numberWords, ordinalWord } from "./words.ts";

/** More times than this are said by their fields. */
const MOST_TIMES = 6;

/** Says a crontab expression: at which times, and on which dates. */
export function explainCrontab(crontab: CrontabExpression): string {
  const fields = withoutNickname(crontab.text).split(" ");
  const [monthDay = "*", , weekday = "*", year = "*"] = fields.slice(fields.length === 5 ? 2 : 3);
  const isBoth = weekday.startsWith("+");
  const days = [explainMonthDayField(monthDay), explainWeekdayField(weekday.replace(/^\+/, ""))].filter(
    Boolean,
  );
  return [
    explainClock(crontab),
    ...(days.length > 0 ? [days.join(isBoth ? ", but only " : " or ")] : []),
    ...(crontab.months ? [explainMonths(crontab.months)] : []),
    ...(year === "*" ? [] : [`in the years ${year.replaceAll(",", ", ").replaceAll("-", " to ")}`]),
  ].join(", ");
}

function explainClock(crontab: CrontabExpression): string {
  const { seconds, minutes, hours } = crontab;
  if (seconds.length * minutes.length * hours.length <= MOST_TIMES) {
    const times = hours.flatMap((hour) =>
      minutes.flatMap((minute) => seconds.map((second) => formatTime(hour * 3600 + minute * 60 + second)))
    );
    return `at ${listWords(times)}`;
  }
  const clock = explainMinutes(crontab) + explainHours(crontab);
  return [...explainSeconds(crontab), clock].join(", ");
}

function explainSeconds({ seconds }: CrontabExpression): string[] {
  if (seconds.length === 1 && seconds[0] === 0) return [];
  const step = stepOf(seconds, 60);
  if (step !== undefined) return [step === 1 ? "every second" : `every ${step} seconds`];
  return [`at second${seconds.length > 1 ? "s" : ""} ${numberWords(seconds, String)}`];
}

function explainMinutes({ minutes }: CrontabExpression): string {
  const step = stepOf(minutes, 60);
  if (step !== undefined) return step === 1 ? "every minute" : `every ${step} minutes on the clock`;
  return `at minute${minutes.length > 1 ? "s" : ""} ${numberWords(minutes, String)}`;
}

function explainHours({ hours, minutes }: CrontabExpression): string {
  if (hours.length === 24) return stepOf(minutes, 60) === undefined ? " of every hour" : "";
  return `, in the hour${hours.length > 1 ? "s" : ""} ${
    numberWords(hours, (hour) => formatTime(hour * 3600))
  }`;
}

/** The distance of values that are evenly spaced all around; undefined when they are not, or only one. */
function stepOf(values: readonly number[], count: number): number | undefined {
  const step = count / values.length;
  return values.length > 1 && Number.isInteger(step) && values.every((value, index) => value === index * step)
    ? step
    : undefined;
}

/** Empty when all days count. */
function explainMonthDayField(field: string): string {
  if (field === "*" || field === "?") return "";
  const days = plainMonthDays(field);
  if (days) return explainMonthDays(days);
  return `on ${listWords(field.toUpperCase().split(",").map(monthDayWords))}`;
}

function monthDayWords(member: string): string {
  if (member === "L") return "the last day of the month";
  if (member === "LW") return "the last working day (Monday to Friday) of the month";
  const near = /^(\d+)W$/.exec(member)?.[1];
  if (near) {
    return `the working day (Monday to Friday) nearest to the ${ordinalWord(Number(near))} of the month`;
  }
  const days = plainMonthDays(member);
  return days ? `the ${numberWords(days, ordinalWord)}` : `month days ${member}`;
}

/** Empty when all weekdays count. */
function explainWeekdayField(field: string): string {
  if (field === "*" || field === "?") return "";
  const weekdays = plainWeekdays(field);
  if (weekdays) return explainWeekdays(weekdays);
  return `on ${listWords(field.split(",").map(weekdayWords))}`;
}

/** `fri#2`, `5L` and their like: weekdays by their number in the month. */
function weekdayWords(member: string): string {
  const plain = plainWeekdays(member);
  if (plain) return explainWeekdays(plain).replace(/^on /, "");
  const [, weekday, nth = "L"] = /^(.+?)(?:#(\d|l)|l)$/i.exec(member) ?? [];
  const names = weekday === undefined ? undefined : plainWeekdays(weekday);
  if (!names) return `weekdays ${member}`;
  return explainNth(names, nth.toUpperCase() === "L" ? -1 : Number(nth)).replace(/^on /, "");
}
