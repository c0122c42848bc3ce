import { compareNatural } from "../../core/naming/natural_order.ts";
import { formatInstant } from "../../core/schedule/instant.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import { findDaemon } from "../../state/daemon_record.ts";
import { readLastManualRun } from "../../state/last_runs.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import { nodeEntries } from "../node/entries.ts";
import type { EntryOptions, ScheduleEntry } from "./entries.ts";
import { scheduleEntries } from "./entries.ts";

/** A row of `print schedule`: a documented contract, to which fields are only added. Instants are epoch seconds. */
export interface ScheduleRow {
  readonly action: ScheduleEntry["action"];
  readonly rid: string | null;
  readonly config_parameter: string;
  /** The stamp of the last scheduled attempt. */
  readonly last_run: number | null;
  /** Null when it is never scheduled, or not as things are: then `reason` or `error` says why. */
  readonly next_run: number | null;
  readonly last_manual_run: number | null;
  /** Null when none is set. */
  readonly schedule_definition: string | null;
  readonly error: string | null;
  readonly reason: string | null;
  /** What is wrong with the stamp, so that the time of its file counts. */
  readonly warning: string | null;
  readonly timezone: string;
  readonly node: string;
  /** Null for what the node does. */
  readonly path: string | null;
  /** Until when a task is paused; `next_run` is then counted from there. */
  readonly paused_until: number | null;
}

/** How rows of several services are ordered. */
export type RowOrder = "path" | "next";

/** Tells the schedule of services: by path and then in the order of `scheduleEntries`, or by the next run. */
export function scheduleRows(
  agent: Agent,
  instances: readonly Instance[],
  order: RowOrder = "path",
  options: EntryOptions = {},
): readonly ScheduleRow[] {
  const now = Math.ceil(agent.system.clock.now() / 1000);
  const rows = instances
    .toSorted((a, b) => compareNatural(a.name, b.name))
    .flatMap((instance) => rowsOf(agent, instance, now, options));
  if (order === "path") return rows;
  return rows.toSorted((a, b) =>
    (a.next_run ?? Infinity) === (b.next_run ?? Infinity)
      ? 0
      : (a.next_run ?? Infinity) - (b.next_run ?? Infinity)
  );
}

function rowsOf(agent: Agent, instance: Instance, now: number, options: EntryOptions): ScheduleRow[] {
  const manualRuns = new ManualRuns(agent, instance);
  return scheduleEntries(agent, instance, { ...options, isFresh: true }).map((entry) => ({
    ...rowOf(agent, entry, now),
    last_manual_run: manualRuns.read(entry.rid) ?? null,
  }));
}

/** Tells what the node does by itself. */
export function nodeScheduleRows(agent: Agent): readonly ScheduleRow[] {
  const now = Math.ceil(agent.system.clock.now() / 1000);
  return nodeEntries(agent).map((entry) => ({ ...rowOf(agent, entry, now), path: null }));
}

function rowOf(agent: Agent, entry: ScheduleEntry, now: number): ScheduleRow {
  return {
    action: entry.action,
    rid: entry.rid ?? null,
    config_parameter: entry.configParameter,
    last_run: entry.last === undefined ? null : Math.floor(entry.last),
    next_run: nextOf(entry, now) ?? null,
    last_manual_run: null,
    schedule_definition: entry.definition || null,
    error: entry.error ?? null,
    reason: entry.reason ?? null,
    warning: entry.stampProblem ?? null,
    timezone: entry.zoneName,
    node: agent.node.name,
    path: entry.path,
    paused_until: entry.pausedUntil ?? null,
  };
}

function nextOf(entry: ScheduleEntry, now: number): number | undefined {
  return entry.isRunnable ? nextOfEntry(entry, now) : undefined;
}

/** Looks into the folder of a task only when there is one: of thousands of tasks, most were never run by hand. */
class ManualRuns {
  readonly #agent: Agent;
  readonly #instance: Instance;
  #folders: ReadonlySet<string> | undefined;

  constructor(agent: Agent, instance: Instance) {
    this.#agent = agent;
    this.#instance = instance;
  }

  read(rid: string | undefined): number | undefined {
    if (rid === undefined) return undefined;
    const { files } = this.#agent.system;
    const { memoryFolder, stateFolder, hadState } = this.#instance;
    if (memoryFolder === stateFolder && !hadState) return undefined;
    this.#folders ??= new Set(files.list(memoryFolder).map(({ name }) => name));
    return this.#folders.has(rid) ? readLastManualRun(files, `${memoryFolder}/${rid}`) : undefined;
  }
}

/** Writes an instant as the clocks of a zone show it: `2016-11-28 04:01:00`. */
export function formatLocal(seconds: number, zone: Zone): string {
  return formatInstant(Math.floor(seconds), zone).replace("T", " ");
}

/** Whether a daemon runs for this root, without which nothing starts on schedule. */
export function isDaemonRunning(agent: Agent): boolean {
  return findDaemon(agent.system, agent.folders) !== undefined;
}
