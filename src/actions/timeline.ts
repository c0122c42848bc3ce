import { type Columns, columnsOf, type Mark, marksOf, runsUntil } from "../core/schedule/columns.ts";
import { windowsBetween } from "../core/schedule/windows_between.ts";
import type { Zone } from "../core/schedule/zone.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import type { Agent } from "./agent.ts";
import type { Instance } from "./load.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import type { ScheduleEntry } from "./schedule_entries.ts";
import { scheduleEntries } from "./schedule_entries.ts";

/** How far a timeline looks, in seconds. */
const SPAN = 86_400;
/** More runs, or windows, of one task than these are cut off. */
const LIMIT = 1000;

/** What a task does in the next 24 hours: a documented contract, to which fields are only added. */
export interface TimelineRow {
  readonly path: string;
  readonly rid: string;
  readonly timezone: string;
  /** The first instant, and the one after the last; like all others, in seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Begins, and first instants after the end, of the windows; 1000 at most. */
  readonly windows: readonly (readonly [from: number, to: number])[];
  /** Each run is taken as the last one for the next; 1000 at most. */
  readonly runs: readonly number[];
  /** Whether these are all runs of the 24 hours. */
  readonly is_complete: boolean;
  /** Why there are no runs, when something keeps the task from running. */
  readonly reason: string | null;
}

/** The tasks of services in the next 24 hours. */
export function timelineRows(agent: Agent, instances: readonly Instance[]): TimelineRow[] {
  const span = spanOf(agent);
  return entriesOf(agent, instances).map((entry) => {
    const first = firstRun(entry, span.from);
    const { runs, isComplete } = entry.schedule
      ? runsUntil(entry.schedule, { ...queryOf(entry), first, to: span.to, limit: LIMIT })
      : { runs: [], isComplete: true };
    const windows = windowsOf(entry, span).slice(0, LIMIT).map(({ from, to }) => [from, to] as const);
    return { ...factsOf(entry), ...span, windows, runs, is_complete: isComplete, reason: reasonOf(entry) };
  });
}

/** A task as a line of the chart. */
export interface TimelineLine {
  readonly path: string;
  readonly rid: string;
  readonly marks: readonly Mark[];
  /** The first run in the 24 hours. */
  readonly first: number | undefined;
  readonly reason: string | null;
}

/** A chart of the next 24 hours, on the clock of the node. */
export interface Timeline {
  readonly columns: Columns;
  readonly zone: Zone;
  readonly lines: readonly TimelineLine[];
}

/** The same, cut into at most `width` columns. */
export function timeline(agent: Agent, instances: readonly Instance[], width: number): Timeline {
  const span = spanOf(agent);
  const zone = zoneOf(agent.node.timeZone);
  const columns = columnsOf(span, zone, width);
  const lines = entriesOf(agent, instances).map((entry) => {
    const first = firstRun(entry, span.from);
    const query = { ...queryOf(entry), first, to: span.to, windows: windowsOf(entry, span) };
    const marks = entry.schedule ? marksOf(entry.schedule, columns, query) : [];
    return { path: entry.path, rid: entry.rid!, marks, first, reason: reasonOf(entry) };
  });
  return { columns, zone, lines };
}

function spanOf({ system: { clock } }: Agent): { readonly from: number; readonly to: number } {
  const from = Math.ceil(clock.now() / 1000);
  return { from, to: from + SPAN };
}

function entriesOf(agent: Agent, instances: readonly Instance[]): ScheduleEntry[] {
  const entries = instances.flatMap((instance) => scheduleEntries(agent, instance, { isFresh: true }));
  return entries.filter(({ action }) => action === "run");
}

function firstRun(entry: ScheduleEntry, now: number): number | undefined {
  return entry.isRunnable ? nextOfEntry(entry, now) : undefined;
}

function queryOf({ zone, draw }: ScheduleEntry) {
  return { zone, draw };
}

function windowsOf({ schedule, zone }: ScheduleEntry, span: { readonly from: number; readonly to: number }) {
  return schedule ? windowsBetween(schedule, zone, span) : [];
}

function factsOf({ path, rid, zoneName }: ScheduleEntry) {
  return { path, rid: rid!, timezone: zoneName };
}

function reasonOf({ error, reason, schedule }: ScheduleEntry): string | null {
  if (error !== undefined || reason !== undefined) return error ?? reason ?? null;
  if (schedule?.hasReboot) return "it runs once per boot";
  return schedule?.isNever ? "it has no schedule" : null;
}
