/**
 * A schedule made ready for searching: ranges over midnight in two parts, exclusions sorted by how they are applied.
 *
 * @module
 */
import { DAY } from "../civil.ts";
import { nextSecond } from "./crontab_second.ts";
import { coversOf } from "./cover.ts";
import type { DateChoice, DayPart } from "./date_choice.ts";
import { type DateSet, dateSetOf, dateSetOfCrontab } from "./date_set.ts";
import type { CrontabExpression, Expression, Schedule, TimeRange, WindowExpression } from "../model.ts";

const LAST_SECOND = DAY - 1;
const NONE: readonly never[] = [];
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
const plainChoices = new WeakMap<DateSet, DateChoice>();

/** Makes the plan of a schedule, once. */
export function planOf(schedule: Schedule): Plan {
  let plan = plans.get(schedule);
  if (!plan) plans.set(schedule, plan = makePlan(schedule.expressions));
  return plan;
}

function makePlan(expressions: readonly Expression[]): Plan {
  const exclusions = exclusionsOf(expressions);
  let slots: readonly Slot[] = NONE;
  let crontabs: readonly CrontabPlan[] = NONE;
  for (const it of expressions) {
    if (it.kind === "crontab") {
      crontabs = joined(crontabs, [{ expression: it, dates: chooseForCrontab(it, exclusions) }]);
    } else if (it.kind === "windows" && !it.isExclusion) {
      slots = joined(slots, slotsOf(it, exclusions));
    }
  }
  const isAllSearched = exclusions.length === 0 || slots.some(endsOnNextDay);
  const searched = isAllSearched ? exclusions : exclusions.filter((it) => !isWholeDay(it));
  return { slots, crontabs, exclusions, searched };
}

/** Most plans have one list only, which is kept as it is. */
function joined<T>(some: readonly T[], more: readonly T[]): readonly T[] {
  return some.length === 0 ? more : [...some, ...more];
}

function exclusionsOf(expressions: readonly Expression[]): readonly Exclusion[] {
  let exclusions: Exclusion[] | undefined;
  for (const it of expressions) {
    if (it.kind === "windows" && it.isExclusion) addExclusions(it, exclusions ??= []);
  }
  return exclusions ?? NONE;
}

function addExclusions(expression: WindowExpression, exclusions: Exclusion[]): void {
  const dates = dateSetOf(expression.dates);
  for (const range of expression.ranges) {
    for (const { begin, end } of partsOf(range)) {
      exclusions.push({ begin, end, freeAt: end === LAST_SECOND ? DAY : end, dates });
    }
  }
}

function slotsOf({ ranges, dates }: WindowExpression, exclusions: readonly Exclusion[]): Slot[] {
  const kept = dateSetOf(dates);
  if (ranges.some(isOvernight)) {
    return ranges.flatMap((range) =>
      partsOf(range).map((piece) => ({ ...piece, range, dates: choose(kept, exclusions, piece) }))
    );
  }
  return ranges.map((range) => {
    const { begin, end } = range;
    return { range, begin, end, part: "whole", dates: choose(kept, exclusions, range) };
  });
}

function isOvernight({ begin, end }: TimeRange): boolean {
  return end < begin;
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
  if (exclusions.length === 0) return withoutExclusions(kept);
  const relevant = endsOnNextDay(part) ? [] : exclusions;
  return choiceOf(kept, relevant, { part, isNeeded: (from, to) => part.begin < to && part.end >= from });
}

/** A lone time at 23:59:59 may run at midnight, too, and then what is excluded on the next day counts. */
function endsOnNextDay({ end }: { readonly end: number }): boolean {
  return end >= DAY;
}

/** The same for a crontab expression: what counts are the seconds that it names. */
function chooseForCrontab(expression: CrontabExpression, exclusions: readonly Exclusion[]): DateChoice {
  const kept = dateSetOfCrontab(expression);
  if (exclusions.length === 0) return withoutExclusions(kept);
  return choiceOf(kept, exclusions, {
    part: WHOLE_DAY,
    isNeeded: (from, to) => nextSecond(expression, from) < to,
  });
}

/** Without anything to cover, the part of the day says nothing: one choice will do for all. */
function withoutExclusions(kept: DateSet): DateChoice {
  let choice = plainChoices.get(kept);
  if (!choice) {
    choice = { kept, dropped: NONE, covers: NONE, part: WHOLE_DAY, isAll: kept.isAll };
    plainChoices.set(kept, choice);
  }
  return choice;
}

function choiceOf(
  kept: DateSet,
  exclusions: readonly Exclusion[],
  { part, isNeeded }: { readonly part: DayPart; readonly isNeeded: (from: number, to: number) => boolean },
): DateChoice {
  const dropped = exclusions.filter(isWholeDay).map((exclusion) => exclusion.dates);
  // In a gap both ends of an exclusion may be one instant, which it leaves free: hence apart from whole days.
  const covers = coversOf(exclusions.filter((exclusion) => !isWholeDay(exclusion)), isNeeded);
  return { kept, dropped, covers, part, isAll: kept.isAll && dropped.length + covers.length === 0 };
}

function isWholeDay({ begin, freeAt }: Exclusion): boolean {
  return begin === 0 && freeAt === DAY;
}
