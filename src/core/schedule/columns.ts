/**
 * A stretch of time cut into columns of equal length, and what falls into each of them.
 *
 * @module
 */
import type { Schedule } from "./model.ts";
import { type NextQuery, nextRun } from "./next.ts";
import type { Stretch } from "./windows_between.ts";
import type { Zone } from "./zone.ts";

/** Columns of time, from left to right. */
export interface Columns {
  /** The first instant of the first column. */
  readonly from: number;
  /** Seconds of one column. */
  readonly step: number;
  readonly count: number;
}

/** What a column shows: nothing, an open window, one run, or several. */
export type Mark = "closed" | "open" | "run" | "runs";

const STEPS = [60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200];

/** Cuts a stretch into at most `width` columns that begin at round times of the zone's clock. */
export function columnsOf({ from, to }: Stretch, zone: Zone, width: number): Columns {
  for (const step of STEPS) {
    const start = from - zone.toWall(from) % step;
    const count = Math.ceil((to - start) / step);
    if (count <= width) return { from: start, step, count };
  }
  return { from, step: to - from, count: 1 };
}

/** What is asked about the runs: as `NextQuery`, and the first run when it is known. */
export interface MarksQuery extends Omit<NextQuery, "now"> {
  readonly first: number | undefined;
  readonly windows: readonly Stretch[];
  /** Runs from here on do not count, although the last column may reach beyond it. */
  readonly to: number;
}

/**
 * Marks each column. Once a column holds several runs the search goes on at the next one, so that a task of every
 * second costs no more than two questions a column.
 */
export function marksOf(schedule: Schedule, columns: Columns, query: MarksQuery): Mark[] {
  const { from, step, count } = columns;
  const marks: Mark[] = Array(count).fill("closed");
  for (const window of query.windows) {
    const end = Math.min(count, Math.ceil((window.to - from) / step));
    for (let i = Math.max(0, Math.floor((window.from - from) / step)); i < end; i++) marks[i] = "open";
  }
  let at = query.first;
  while (at !== undefined && at < query.to) {
    const column = Math.floor((at - from) / step);
    const isSecond = marks[column] === "run";
    marks[column] = isSecond ? "runs" : "run";
    const now = isSecond ? from + (column + 1) * step : at;
    at = nextRun(schedule, { ...query, now, last: at })?.at;
  }
  return marks;
}

/** The runs from the first one up to `to`, itself left out, and whether these are all; each is the last one of the next. */
export function runsUntil(
  schedule: Schedule,
  query: Omit<MarksQuery, "windows"> & { readonly limit: number },
): { readonly runs: readonly number[]; readonly isComplete: boolean } {
  const runs: number[] = [];
  let at = query.first;
  while (at !== undefined && at < query.to) {
    if (runs.length === query.limit) return { runs, isComplete: false };
    runs.push(at);
    at = nextRun(schedule, { ...query, now: at, last: at })?.at;
  }
  return { runs, isComplete: true };
}
