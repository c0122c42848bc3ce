import { zoneOf } from "../../core/schedule/zone.ts";
import type { Status } from "../../core/status.ts";
import type { Origin, RunRecord } from "../../state/last_run.ts";
import { readHistoryLines } from "../../state/last_run.ts";
import type { Agent } from "../agent.ts";
import type { TaskPlace } from "./task_places.ts";

/** A row of `history`: a documented contract, to which fields are only added. Instants are RFC 3339, or null. */
export interface HistoryRow {
  readonly path: string;
  readonly rid: string;
  /** When the attempt was made. */
  readonly at: string;
  readonly planned_at: string | null;
  /** Seconds from the planned instant to the attempt; null for a run by hand. */
  readonly lateness: number | null;
  /** Null when nobody saw the end. */
  readonly ended_at: string | null;
  /** Seconds; null when nobody saw the end. */
  readonly duration: number | null;
  readonly exitcode: number | null;
  readonly signal: string | null;
  readonly status: Status | null;
  readonly reason: string | null;
  readonly origin: Origin | null;
  readonly user: string | null;
  readonly session_id: string | null;
  readonly pid: number | null;
  /** The zone of the task's schedule, in which the table shows its times. */
  readonly timezone: string;
}

export interface HistoryRequest {
  /** The last so many of all rows; all when it is undefined. */
  readonly count: number | undefined;
  /** Only those that did not do well; an end that nobody saw counts as one. */
  readonly isFailedOnly: boolean;
  /** Only attempts from this instant on, in milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** Runs that are over, oldest first, and how many lines of the files could not be read. */
export interface HistoryReport {
  readonly rows: readonly HistoryRow[];
  readonly unreadable: number;
}

/** Reads what is on record of the tasks. */
export function historyRows(
  agent: Agent,
  places: readonly TaskPlace[],
  { count, isFailedOnly, since }: HistoryRequest,
): HistoryReport {
  let unreadable = 0;
  const rows: HistoryRow[] = [];
  for (const place of places) {
    const history = readHistoryLines(agent.system.files, place.memoryFolder);
    unreadable += history.unreadable;
    const timezone = zoneNameOf(agent, place);
    for (const record of history.records) {
      const row = rowOf(place, record, timezone);
      if (row === undefined) unreadable++;
      else rows.push(row);
    }
  }
  const wanted = rows
    .filter((row) => (!isFailedOnly || isFailed(row)) && (since === undefined || Date.parse(row.at) >= since))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    rows: count === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - count)),
    unreadable,
  };
}

/** A record that does not say when it was cannot be put among the others. */
function rowOf(
  { path, rid }: TaskPlace,
  record: Partial<RunRecord>,
  timezone: string,
): HistoryRow | undefined {
  const { at } = record;
  if (secondsBetween(at, at) === null || at === undefined) return undefined;
  return {
    path,
    rid,
    at,
    planned_at: record.planned_at ?? null,
    lateness: secondsBetween(record.planned_at, at),
    ended_at: record.ended_at ?? null,
    duration: secondsBetween(at, record.ended_at),
    exitcode: record.exitcode ?? null,
    signal: record.signal ?? null,
    status: record.status ?? null,
    reason: record.reason ?? null,
    origin: record.origin ?? null,
    user: record.user ?? null,
    session_id: record.session_id ?? null,
    pid: record.pid ?? null,
    timezone,
  };
}

function secondsBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  if (typeof from !== "string" || typeof to !== "string") return null;
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** A code that `retcodes` declares harmless has no reason. */
function isFailed({ reason, exitcode, status }: HistoryRow): boolean {
  return reason !== null || exitcode === null || (status === null && exitcode !== 0);
}

/** The zone of the schedule, as `print schedule` has it; the node's where it cannot be read. */
function zoneNameOf({ node }: Agent, { configured, rid }: TaskPlace): string {
  try {
    return zoneOf(configured?.instance.configuration.find(rid, "timezone")?.text || node.timeZone).name;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return "UTC";
    throw error;
  }
}
