import { type Columns, columnsOf, type Mark, marksOf, runsUntil } from "../../core/schedule/columns.ts";
import { windowsBetween } from "../../core/schedule/windows_between.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import { whereNamed } from "../run/gates/choose.ts";
import type { ScheduledAction, ScheduleEntry } from "./entries.ts";
import { entriesAsked } from "./filter.ts";

/** How far a timeline looks, in seconds. */
const SPAN = 86_400;
/** More runs, or windows, of one schedule than these are cut off. */
const LIMIT = 1000;

/** What runs in the next 24 hours: a documented contract, to which fields are only added. */
export interface TimelineRow {
  readonly path: string;
  /** Null for what the service does whatever its resources. */
  readonly rid: string | null;
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
  /** Why there are no runs, when something keeps it from running. */
  readonly reason: string | null;
  readonly action: ScheduledAction;
}

/** What is asked: the services, and which of their entries. */
export interface TimelineQuery {
  readonly instances: readonly Instance[];
  readonly filter: ResourceFilterTexts;
}

/** The schedules of services in the next 24 hours; throws `NotFoundError` when the filters name none. */
export function timelineRows(agent: Agent, query: TimelineQuery): TimelineRow[] {
  const span = spanOf(agent);
  return entriesOf(agent, query).map((entry) => {
    const first = firstRun(entry, span.from);
    const { runs, isComplete } = entry.schedule
      ? runsUntil(entry.schedule, { ...queryOf(entry), first, to: span.to, limit: LIMIT })
      : { runs: [], isComplete: true };
    const windows = windowsOf(entry, span).slice(0, LIMIT).map(({ from, to }) => [from, to] as const);
    const { path, rid = null, zoneName: timezone, action } = entry;
    const facts = { path, rid, timezone, ...span, windows, runs };
    return { ...facts, is_complete: isComplete, reason: reasonOf(entry), action };
  });
}

/** A schedule as a line of the chart. */
export interface TimelineLine {
  readonly path: string;
  /** The rid, else the action. */
  readonly name: string;
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

/** The same, cut into the columns that are left beside the names; throws as `timelineRows` does. */
export function timeline(
  agent: Agent,
  query: TimelineQuery,
  widthBeside: (names: readonly Pick<TimelineLine, "path" | "name">[]) => number,
): Timeline {
  const span = spanOf(agent);
  const zone = zoneOf(agent.node.timeZone);
  const entries = entriesOf(agent, query).map((entry) => ({ entry, name: entry.rid ?? entry.action }));
  const names = entries.map(({ entry: { path }, name }) => ({ path, name }));
  const columns = columnsOf(span, zone, widthBeside(names));
  const lines = entries.map(({ entry, name }) => {
    const first = firstRun(entry, span.from);
    const chosen = { ...queryOf(entry), first, to: span.to, windows: windowsOf(entry, span) };
    const marks = entry.schedule ? marksOf(entry.schedule, columns, chosen) : [];
    return { path: entry.path, name, marks, first, reason: reasonOf(entry) };
  });
  return { columns, zone, lines };
}

function spanOf({ system: { clock } }: Agent): { readonly from: number; readonly to: number } {
  const from = Math.ceil(clock.now() / 1000);
  return { from, to: from + SPAN };
}

function entriesOf(agent: Agent, { instances, filter }: TimelineQuery): ScheduleEntry[] {
  return whereNamed(instances, (instance) => entriesAsked(agent, instance, filter, { isFresh: true })).flat();
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

function reasonOf({ error, reason, schedule }: ScheduleEntry): string | null {
  if (error !== undefined || reason !== undefined) return error ?? reason ?? null;
  if (schedule?.hasReboot) return "it runs once per boot";
  return schedule?.isNever ? "it has no schedule" : null;
}
