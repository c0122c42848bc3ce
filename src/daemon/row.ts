import { lastPlanned } from "../core/schedule/planned.ts";
import { nextUnused } from "../core/schedule/unused.ts";
import type { Span } from "../core/schedule/unused.ts";
import type { Entry } from "./entries.ts";

/** When an entry is looked at next, and what for. */
export interface Armed {
  /** When it is looked at. */
  readonly at: number;
  /** What is stamped when it runs then. */
  readonly plannedAt: number;
  readonly isPlanned: boolean;
}

/** An entry of the timetable and what is known about it; all instants in whole seconds since the epoch. */
export interface Row {
  entry: Entry;
  /** The last run, on the clock as it is now: a clock that went back takes it along. */
  last: number | undefined;
  /** The stamp that is known already, as it was written. */
  stamp: number | undefined;
  /** Since when the clock went on without a jump. */
  since: number;
  /** No later than this instant, and not before `since`, was already decided upon: nothing planned is used twice. */
  decided: number;
  /** The same for the times before the clock jumped. */
  passed: readonly Span[];
  /** Runs that the clock, set back, shows in the future. */
  ahead: readonly number[];
  /** A planned instant that was missed, and is caught up. */
  missed: number | undefined;
  armed: Armed | undefined;
  /** Not looked at before this instant, after a refusal or an unmet requirement. */
  heldUntil: number;
  /** Whether it was held since it became due: a window is then used from the instant at which that is possible. */
  isLate: boolean;
  /** The planned instant for which it was first found due: its place in the queue, which time does not take away. */
  queuedFor: number | undefined;
  /** The planned instant for which it has been due, without being used, since then. */
  dueSince: number | undefined;
}

/** How many jumps of the clock are remembered for an entry. */
const MAX_SPANS = 16;

/** Makes the row of a new or changed entry, and arms it: nothing planned that lies before the change is ever run. */
export function newRow(entry: Entry, old: Row | undefined, last: number | undefined, now: number): Row {
  const row: Row = {
    entry,
    last: latest(last, old?.last),
    stamp: last,
    since: now,
    decided: Math.max(now - 1, old?.decided ?? -Infinity),
    ...usedBefore(entry, old),
    missed: undefined,
    armed: undefined,
    heldUntil: 0,
    isLate: false,
    queuedFor: undefined,
    dueSince: undefined,
  };
  if (entry.missedSince !== undefined) row.missed = lastMissed(row, entry.missedSince, now - 1);
  arm(row, now);
  return row;
}

const NOTHING_USED: Pick<Row, "passed" | "ahead"> = { passed: [], ahead: [] };

/** Of thousands of rows, nearly none has a clock that went back in its past. */
function usedBefore(entry: Entry, old: Row | undefined): Pick<Row, "passed" | "ahead"> {
  const { passed, ahead } = old ?? NOTHING_USED;
  if (entry.ahead.length === 0) return { passed, ahead };
  return {
    passed: [...entry.ahead.map((at) => ({ from: at, to: at })), ...passed],
    ahead: [...entry.ahead, ...ahead],
  };
}

/** The latest planned instant of a span of time, if the entry catches up what was missed. */
export function lastMissed({ entry, last }: Row, after: number, until: number): number | undefined {
  if (!entry.isCaughtUp) return undefined;
  return lastPlanned(entry.schedule, { after, until, last, zone: entry.zone });
}

/** Arms the row with what it is to catch up, else with its next instant. */
export function arm(row: Row, now: number): void {
  const { entry: { schedule, zone, draw }, last, decided, passed, ahead, missed } = row;
  if (missed !== undefined) {
    row.armed = { at: Math.min(row.armed?.at ?? now, now), plannedAt: missed, isPlanned: true };
    return;
  }
  // The clock may go back, and an instant that was used already come again.
  const query = { now, zone, last, draw, plannedFrom: decided + 1 };
  const next = nextUnused(schedule, query, { planned: passed, runs: ahead });
  row.armed = next &&
    { at: next.at, plannedAt: next.isPlanned ? next.begin : next.at, isPlanned: next.isPlanned };
}

/** Arms the row without holds and places in a queue. */
export function restart(row: Row, now: number): void {
  Object.assign(row, { heldUntil: 0, isLate: false, queuedFor: undefined, dueSince: undefined });
  arm(row, now);
}

/** The row's instant was used, run or not. */
export function use(row: Row, plannedAt: number): void {
  row.last = row.stamp = plannedAt;
  row.missed = undefined;
  if (plannedAt < row.since) remember(row, { from: plannedAt, to: plannedAt });
  else row.decided = plannedAt;
}

/** The clock jumped: what was decided before is kept, and what comes now is counted afresh. */
export function jump(row: Row, now: number, movedBy: number): void {
  if (row.decided >= row.since) remember(row, { from: row.since, to: row.decided });
  row.since = now;
  if (movedBy > 0) return;
  row.decided = now - 1;
  if (row.missed !== undefined && row.missed >= now) row.missed = undefined;
  if (row.last === undefined) return;
  if (row.last > now) row.ahead = [...row.ahead, row.last].slice(-MAX_SPANS);
  // A period is elapsed time: it ends as much earlier on the clock as the clock was set back.
  row.last += movedBy;
}

function remember(row: Row, span: Span): void {
  row.passed = [...row.passed, span].slice(-MAX_SPANS);
}

/** The later one of two instants that may not be known. */
export function latest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
