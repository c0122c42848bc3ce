import type { Schedule } from "./model.ts";
import { type NextQuery, type NextRun, nextRun } from "./next.ts";
import { plannedPart } from "./planned.ts";

/** A span of time, both ends included, in whole seconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What was used before the clock went back, and which it therefore shows a second time. */
export interface Used {
  /** Every planned instant in these was decided upon. */
  readonly planned: readonly Span[];
  /** Runs that now lie in the future: a window that runs once is not run again when one of them is in it. */
  readonly runs: readonly number[];
}

/**
 * Finds the next run as `nextRun` does, and passes over what was used already: a planned instant, or a window that
 * allows one run, never runs twice, whatever the clock does. A period goes on.
 */
export function nextUnused(schedule: Schedule, query: NextQuery, used: Used): NextRun | undefined {
  let plannedFrom = query.plannedFrom;
  let run: number | undefined;
  // Each turn passes over one span or one run.
  for (;;) {
    const next = search(schedule, { ...query, plannedFrom }, run);
    const span = next?.isPlanned && used.planned.find((it) => isIn(next.begin, it));
    const taken = next && runIn(next, used.runs);
    if (span) plannedFrom = span.to + 1;
    else if (taken !== undefined) run = taken;
    else return next;
  }
}

/** After a window that was used, it is as if that run were the last one; planned instants go on from now. */
function search(schedule: Schedule, query: NextQuery, run: number | undefined): NextRun | undefined {
  if (run === undefined) return nextRun(schedule, query);
  const later = nextRun(schedule, { ...query, now: run, last: run });
  const planned = nextRun(plannedPart(schedule), query);
  return planned && (later === undefined || planned.at <= later.at) ? planned : later;
}

function runIn({ begin, windowEnd, isOncePerWindow }: NextRun, runs: readonly number[]): number | undefined {
  if (windowEnd === undefined || !isOncePerWindow) return undefined;
  const inside = runs.filter((run) => isIn(run, { from: begin, to: windowEnd }));
  return inside.length === 0 ? undefined : Math.max(...inside);
}

function isIn(instant: number, { from, to }: Span): boolean {
  return instant >= from && instant <= to;
}
