/**
 * A schedule made ready for searching: ranges over midnight in two parts, exclusions sorted by how they are applied.
 *
 * @module
 */
import { DAY } from "./civil.ts";
import type { DateChoice } from "./date_choice.ts";
import { type DateSet, dateSetOf, dateSetOfCrontab } from "./date_set.ts";
import type { CrontabExpression, Expression, Schedule, TimeRange, WindowExpression } from "./model.ts";

const LAST_SECOND = DAY - 1;

/** A part of the day on certain dates. */
export interface Slot {
  readonly range: TimeRange;
  readonly begin: number;
  /** Included; a lone time at the last second of the day ends on the next day. */
  readonly end: number;
  /** Ranges over midnight have one part on either day. */
  readonly part: "whole" | "evening" | "morning";
  readonly dates: DateChoice;
}

/** What is excluded on certain dates: from `begin` up to `end`, and `end` itself when it is the last second. */
export interface Exclusion {
  readonly begin: number;
  readonly end: number;
  /** The first second of the day that is free again. */
  readonly freeAt: number;
  readonly dates: DateSet;
}

export interface CrontabPlan {
  readonly expression: CrontabExpression;
  readonly dates: DateChoice;
}

export interface Plan {
  readonly slots: readonly Slot[];
  readonly crontabs: readonly CrontabPlan[];
  readonly exclusions: readonly Exclusion[];
  /** Those that leave a part of their days free. */
  readonly partial: readonly Exclusion[];
}

const plans = new WeakMap<Schedule, Plan>();

/** Makes the plan of a schedule, once. */
export function planOf(schedule: Schedule): Plan {
  let plan = plans.get(schedule);
  if (!plan) plans.set(schedule, plan = makePlan(schedule.expressions));
  return plan;
}

function makePlan(expressions: readonly Expression[]): Plan {
  const exclusions = expressions.flatMap((it) =>
    it.kind === "windows" && it.isExclusion ? exclusionsOf(it) : []
  );
  return {
    slots: expressions.flatMap((it) =>
      it.kind === "windows" && !it.isExclusion ? slotsOf(it, exclusions) : []
    ),
    crontabs: expressions.flatMap((it) =>
      it.kind === "crontab" ? { expression: it, dates: choose(dateSetOfCrontab(it), exclusions) } : []
    ),
    exclusions,
    partial: exclusions.filter((exclusion) => !isWholeDay(exclusion)),
  };
}

function exclusionsOf(expression: WindowExpression): Exclusion[] {
  const dates = dateSetOf(expression.dates);
  return expression.ranges.flatMap(partsOf).map(({ begin, end }) => ({
    begin,
    end,
    freeAt: end === LAST_SECOND ? DAY : end,
    dates,
  }));
}

function slotsOf(expression: WindowExpression, exclusions: readonly Exclusion[]): Slot[] {
  const dates = dateSetOf(expression.dates);
  return expression.ranges.flatMap((range) =>
    partsOf(range).map((part) => ({ ...part, range, dates: choose(dates, exclusions, part) }))
  );
}

function partsOf({ begin, end }: TimeRange): Pick<Slot, "begin" | "end" | "part">[] {
  if (begin <= end) return [{ begin, end, part: "whole" }];
  return [{ begin, end: LAST_SECOND, part: "evening" }, { begin: 0, end, part: "morning" }];
}

/** Takes whole excluded days off the dates, and days on which the part of the day is excluded from end to end. */
function choose(
  kept: DateSet,
  exclusions: readonly Exclusion[],
  part: { begin: number; end: number } = { begin: 0, end: DAY },
): DateChoice {
  const whole = exclusions.filter(isWholeDay);
  // In a gap both ends of an exclusion may be one instant, which it leaves free: hence only in steady months.
  const covering = exclusions.filter((it) =>
    !isWholeDay(it) && it.begin <= part.begin && part.end < it.freeAt
  );
  return {
    kept,
    dropped: whole.map((exclusion) => exclusion.dates),
    droppedWhenSteady: covering.map((exclusion) => exclusion.dates),
    isAll: kept.isAll && whole.length + covering.length === 0,
  };
}

function isWholeDay({ begin, freeAt }: Exclusion): boolean {
  return begin === 0 && freeAt === DAY;
}
