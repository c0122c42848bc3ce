/**
 * A schedule made ready for searching: ranges over midnight in two parts, exclusions sorted by how they are applied.
 *
 * @module
 */
import { DAY } from "./civil.ts";
import { nextSecond } from "./crontab_second.ts";
import { coversOf } from "./cover.ts";
import type { DateChoice, DayPart } from "./date_choice.ts";
import { type DateSet, dateSetOf, dateSetOfCrontab } from "./date_set.ts";
import type { CrontabExpression, Expression, Schedule, TimeRange, WindowExpression } from "./model.ts";

const LAST_SECOND = DAY - 1;
const WHOLE_DAY: DayPart = { begin: 0, end: LAST_SECOND };

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
  /** Those that instants are looked up in: the others take whole days away before. */
  readonly searched: readonly Exclusion[];
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
  const slots = expressions.flatMap((it) =>
    it.kind === "windows" && !it.isExclusion ? slotsOf(it, exclusions) : []
  );
  return {
    slots,
    crontabs: expressions.flatMap((it) =>
      it.kind === "crontab" ? { expression: it, dates: chooseForCrontab(it, exclusions) } : []
    ),
    exclusions,
    searched: slots.some(endsOnNextDay) ? exclusions : exclusions.filter((it) => !isWholeDay(it)),
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
  part: DayPart,
): DateChoice {
  const relevant = endsOnNextDay(part) ? [] : exclusions;
  return choiceOf(kept, relevant, { part, isNeeded: (from, to) => part.begin < to && part.end >= from });
}

/** A lone time at 23:59:59 may run at midnight, too, and then what is excluded on the next day counts. */
function endsOnNextDay({ end }: { readonly end: number }): boolean {
  return end >= DAY;
}

/** The same for a crontab expression: what counts are the seconds that it names. */
function chooseForCrontab(expression: CrontabExpression, exclusions: readonly Exclusion[]): DateChoice {
  return choiceOf(dateSetOfCrontab(expression), exclusions, {
    part: WHOLE_DAY,
    isNeeded: (from, to) => nextSecond(expression, from) < to,
  });
}

function choiceOf(
  kept: DateSet,
  exclusions: readonly Exclusion[],
  { part, isNeeded }: { readonly part: DayPart; readonly isNeeded: (from: number, to: number) => boolean },
): DateChoice {
  if (exclusions.length === 0) return { kept, dropped: [], covers: [], part, isAll: kept.isAll };
  const dropped = exclusions.filter(isWholeDay).map((exclusion) => exclusion.dates);
  // In a gap both ends of an exclusion may be one instant, which it leaves free: hence apart from whole days.
  const covers = coversOf(exclusions.filter((exclusion) => !isWholeDay(exclusion)), isNeeded);
  return { kept, dropped, covers, part, isAll: kept.isAll && dropped.length + covers.length === 0 };
}

function isWholeDay({ begin, freeAt }: Exclusion): boolean {
  return begin === 0 && freeAt === DAY;
}
