import type { DateFilter, DayRule, MonthDay } from "../model.ts";
import { MONTH_NAMES, WEEKDAY_NAMES } from "./names.ts";
import { runsOf } from "./words.ts";

const WEEKS = 53;
/** Fewer values than this are a list rather than a step. */
const LEAST_OF_STEP = 4;

/** Writes the days, weeks and months of an expression in their canonical spelling, without fields at the end that let all pass. */
export function formatDates({ days, weeks, months }: DateFilter): string[] {
  const fields = [
    days ? formatDays(days) : "*",
    weeks ? formatNumbers(weeks, { last: WEEKS, write: String }) : "*",
    months ? formatNumbers(months, { last: 12, write: (month) => MONTH_NAMES[month - 1]! }) : "*",
  ];
  while (fields.at(-1) === "*") fields.pop();
  return fields;
}

function formatDays(rules: readonly DayRule[]): string {
  const plain = rules.filter((rule) => !rule.monthDay).flatMap((rule) => rule.weekdays);
  const weekdays = [...new Set(plain)].sort((a, b) => a - b);
  if (weekdays.length === 7) return "*";
  const special = rules.flatMap(({ weekdays, monthDay }) =>
    monthDay ? [formatWeekdays(weekdays) + formatMonthDay(monthDay)] : []
  );
  return [...runsOf(weekdays).flatMap((run) => formatRun(run, weekdayName)), ...new Set(special)].join(",");
}

/** Weekdays beside a month day are one range, which may go over the end of the week. */
function formatWeekdays(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return "*";
  const first = weekdays.find((weekday) => !weekdays.includes((weekday + 6) % 7))!;
  const last = (first + weekdays.length - 1) % 7;
  return first === last ? weekdayName(first) : `${weekdayName(first)}-${weekdayName(last)}`;
}

function formatMonthDay(monthDay: MonthDay): string {
  switch (monthDay.kind) {
    case "day":
      return `:${lastOr(monthDay.day)}`;
    case "nth":
      return `#${lastOr(monthDay.nth)}`;
    case "step":
      return `:${formatStep(monthDay.modulo, monthDay.shift % monthDay.modulo)}`;
  }
}

function lastOr(day: number): string {
  return day === -1 ? "last" : String(day);
}

function formatStep(modulo: number, shift: number): string {
  return shift === 0 ? `%${modulo}` : `%${modulo}+${shift}`;
}

function weekdayName(weekday: number): string {
  return WEEKDAY_NAMES[weekday]!;
}

function formatNumbers(
  values: readonly number[],
  { last, write }: { readonly last: number; readonly write: (value: number) => string },
): string {
  // No number up to the last one is a multiple of the next one.
  if (values.length === 0) return `%${last + 1}`;
  const step = stepOf(values, last);
  if (step) return formatStep(step.modulo, step.shift);
  return runsOf(values).flatMap((run) => formatRun(run, write)).join(",");
}

/** The step that names just these sorted numbers up to `last`; undefined when there is none, or only a few of them. */
export function stepOf(
  values: readonly number[],
  last: number,
): { readonly modulo: number; readonly shift: number } | undefined {
  const [first = 0, second = 0] = values;
  const modulo = second - first;
  if (values.length < LEAST_OF_STEP || modulo < 2 || first > modulo) return undefined;
  if (values.at(-1)! + modulo <= last) return undefined;
  const isEven = values.every((value, index) => value === first + index * modulo);
  return isEven ? { modulo, shift: modulo - first } : undefined;
}

/** Three and more in a row are a range. */
function formatRun(run: readonly number[], write: (value: number) => string): string[] {
  if (run.length < 3) return run.map(write);
  return [`${write(run[0]!)}-${write(run.at(-1)!)}`];
}
