/**
 * The planned instants of a schedule: its lone times and crontab expressions, without windows and periods.
 *
 * @module
 */
import type { Expression, Schedule } from "./model.ts";
import { nextRun } from "./next.ts";
import type { Zone } from "./zone.ts";

const parts = new WeakMap<Schedule, Schedule>();

/** The schedule with its planned instants only; exclusions stay, `@reboot` is none. */
export function plannedPart(schedule: Schedule): Schedule {
  let part = parts.get(schedule);
  if (!part) parts.set(schedule, part = partOf(schedule));
  return part;
}

/** Whether there are planned instants at all: only these can be missed and caught up. */
export function hasPlanned(schedule: Schedule): boolean {
  return !plannedPart(schedule).isNever;
}

function partOf(schedule: Schedule): Schedule {
  const expressions = schedule.expressions.flatMap(plannedOf);
  const isNever = expressions.every(({ isExclusion }) => isExclusion);
  return { ...schedule, expressions, isNever, isRandom: false, hasReboot: false };
}

function plannedOf(expression: Expression): Expression[] {
  if (expression.kind === "reboot") return [];
  if (expression.kind === "crontab" || expression.isExclusion) return [expression];
  const ranges = expression.ranges.filter(({ isPlanned }) => isPlanned);
  return ranges.length === 0 ? [] : [{ ...expression, ranges }];
}

/** Where a planned instant is looked for, in whole seconds since the epoch. */
export interface PlannedQuery {
  /** Not this instant, but what comes after it. */
  readonly after: number;
  /** Included. */
  readonly until: number;
  /** The last run, for lone times with an interval of their own. */
  readonly last?: number | undefined;
  readonly zone: Zone;
}

/**
 * Finds the latest planned instant of a span of time; undefined when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 * import { UTC } from "./zone.ts";
 *
 * const noon = Date.UTC(2026, 0, 2, 12) / 1000;
 * const hourly = parseSchedule("30 * * * *");
 * assertEquals(lastPlanned(hourly, { after: noon - 86_400, until: noon, zone: UTC }), noon - 1_800);
 * assertEquals(lastPlanned(hourly, { after: noon - 1_800, until: noon, zone: UTC }), undefined);
 * ```
 */
export function lastPlanned(schedule: Schedule, query: PlannedQuery): number | undefined {
  const { after, until } = query;
  const part = plannedPart(schedule);
  if (part.isNever || after >= until) return undefined;
  let from = after + 1;
  let found = firstFrom(part, from, query);
  // A search from later on never finds an earlier instant: the half in which the last one lies is looked at again.
  for (let end = until; found !== undefined && from < end;) {
    from = Math.max(from, found);
    const middle = Math.ceil((from + end) / 2);
    const next = from < end ? firstFrom(part, middle, query) : undefined;
    if (next === undefined) end = middle - 1;
    else from = found = next;
  }
  return found;
}

function firstFrom(part: Schedule, from: number, { until, last, zone }: PlannedQuery): number | undefined {
  const begin = nextRun(part, { now: from, zone, last, plannedFrom: from })?.begin;
  return begin !== undefined && begin <= until ? begin : undefined;
}
