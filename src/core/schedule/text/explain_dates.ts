import { stepOf } from "./format_dates.ts";
import type { DateFilter, DayRule, MonthDay } from "../model.ts";
import { listWords, numberWords, ordinalWord, runsOf } from "./words.ts";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKS = 53;

/** Says which dates count, one phrase for each field that restricts them: days, weeks, months. */
export function explainDates({ days, weeks, months }: DateFilter): string[] {
  return [
    ...(days ? [explainDays(days)] : []),
    ...(weeks ? [explainWeeks(weeks)] : []),
    ...(months ? [explainMonths(months)] : []),
  ];
}

/** Says weekdays, from 0 (Monday): `Monday to Friday`, `on Saturdays and Sundays`. */
export function explainWeekdays(weekdays: readonly number[]): string {
  const runs = runsOf([...new Set(weekdays)].sort((a, b) => a - b));
  const isPlain = runs.every((run) => run.length < 3);
  const words = numberWords(runs.flat(), (day) => WEEKDAYS[day]! + (isPlain ? "s" : ""));
  return isPlain ? `on ${words}` : words;
}

/** Says days of the month, `on the 1st and 15th of the month`. */
export function explainMonthDays(days: readonly number[]): string {
  return `on the ${numberWords(days, ordinalWord)} of the month`;
}

/** Says months, from 1: `from February to April`, `in January and July`. */
export function explainMonths(months: readonly number[]): string {
  if (months.length === 0) return "in no month";
  const isRange = months.length > 2 && runsOf(months).length === 1;
  return `${isRange ? "from" : "in"} ${numberWords(months, (month) => MONTHS[month - 1]!)}`;
}

function explainWeeks(weeks: readonly number[]): string {
  if (weeks.length === 0) return "in no week";
  const step = stepOf(weeks, WEEKS);
  if (step?.modulo === 2) return `in ${step.shift === 0 ? "even" : "odd"} ISO weeks`;
  return `in ISO week${weeks.length > 1 ? "s" : ""} ${numberWords(weeks, String)}`;
}

function explainDays(rules: readonly DayRule[]): string {
  const plain = rules.filter((rule) => !rule.monthDay).flatMap((rule) => rule.weekdays);
  const special = rules.flatMap(({ weekdays, monthDay }) => monthDay ? [explainDay(weekdays, monthDay)] : []);
  return listWords([...(plain.length > 0 ? [explainWeekdays(plain)] : []), ...new Set(special)], "or");
}

function explainDay(weekdays: readonly number[], monthDay: MonthDay): string {
  if (monthDay.kind === "nth") return explainNth(weekdays, monthDay.nth);
  const days = monthDay.kind === "step" ? stepWords(monthDay) : `on ${dayWords(monthDay.day)}`;
  if (weekdays.length === 7) return days;
  const names = weekdays.map((weekday) => WEEKDAYS[weekday]!);
  const isRun = names.length > 2 && runsOf(weekdays).length === 1;
  return `${days} when it is ${isRun ? `${names[0]} to ${names.at(-1)}` : `a ${listWords(names, "or")}`}`;
}

function dayWords(day: number): string {
  if (day > 0) return `the ${ordinalWord(day)} of the month`;
  return day === -1 ? "the last day of the month" : `the ${ordinalWord(-day)} day from the end of the month`;
}

/** Says weekdays by their number in the month, from its end when negative: `on the 2nd Friday of the month`. */
export function explainNth(weekdays: readonly number[], nth: number): string {
  if (weekdays.length === 7) return `on ${sevenDays(nth)} of the month`;
  const which = nth > 0 ? ordinalWord(nth) : nth === -1 ? "last" : `${ordinalWord(-nth)} from last`;
  return `on the ${which} ${listWords(weekdays.map((weekday) => WEEKDAYS[weekday]!), "and")} of the month`;
}

function sevenDays(nth: number): string {
  if (nth === -1) return "the last 7 days";
  const [from, to] = [7 * Math.abs(nth) - 6, 7 * Math.abs(nth)];
  if (nth < 0) return `the ${ordinalWord(from)} to ${ordinalWord(Math.min(to, 31))} day from the end`;
  return `the ${ordinalWord(from)} to ${ordinalWord(Math.min(to, 31))}`;
}

function stepWords({ modulo, shift }: { readonly modulo: number; readonly shift: number }): string {
  const days = Array.from({ length: 31 }, (_, index) => index + 1).filter((day) =>
    (day + shift) % modulo === 0
  );
  if (days.length === 0) return "on no day of the month";
  if (modulo === 1) return "on every day of the month";
  if (modulo === 2) return `on ${shift % 2 === 0 ? "even" : "odd"} days of the month`;
  return explainMonthDays(days);
}
