import type { Agent } from "../actions/agent.ts";
import type { Instance } from "../actions/load.ts";
import { needOfPerson } from "../actions/run/gates/unattended.ts";
import type { ScheduledAction, ScheduleEntry } from "../actions/schedule/entries.ts";
import { scheduleEntries, stampFolderOf } from "../actions/schedule/entries.ts";
import { OWN_ROWS } from "../actions/schedule/own_rows.ts";
import type { Schedule } from "../core/schedule/model.ts";
import type { Zone } from "../core/schedule/zone.ts";

/** One scheduled action of one service, or of one of its resources, as the timetable keeps it. */
export interface Entry {
  /** Unique over all services, such as `testmd run task#1`. */
  readonly key: string;
  readonly path: string;
  readonly action: ScheduledAction;
  readonly rid: string | undefined;
  readonly schedule: Schedule;
  readonly zone: Zone;
  /** Lower is sooner among entries planned for the same second. */
  readonly priority: number;
  /** How many runs of it may overlap. */
  readonly maxParallel: number;
  /** Entries that share one take turns. */
  readonly lockGroups: readonly string[];
  /** What a change of makes the entry a new one: its schedule, zone, and whether it catches up. */
  readonly fingerprint: string;
  /** The schedule and zone, as remembered with what is settled of it. */
  readonly settledFor: string;
  /** Whether missed planned instants are made up for. */
  readonly isCaughtUp: boolean;
  /** Planned instants after this one were missed when the entry was read; undefined for none. */
  readonly missedSince: number | undefined;
  /** Runs that lie in the future because the clock went back. */
  readonly ahead: readonly number[];
  /** Whether somebody wants to know of runs that do not happen. */
  readonly hasSkipHook: boolean;
  /** Where its stamp is. */
  readonly memoryFolder: string;
  /** The private state folder of the service on this node. */
  readonly stateFolder: string;
  /** A number in [0, 1) for one occurrence of a `~` window. */
  draw(occurrence: string): number;
}

/** What the daemon follows of a service, and what it cannot. */
export interface Entries {
  readonly entries: readonly Entry[];
  /** Why a schedule cannot be used, with its parameter. */
  readonly problems: readonly string[];
}

/**
 * The entries of a service that the scheduler may ever launch. What is only closed for now (frozen, not provisioned,
 * requirements) is decided at each launch.
 */
export function entriesOf(agent: Agent, instance: Instance): Entries {
  const entries: Entry[] = [];
  const problems: string[] = [];
  if (!instance.isMember) return { entries, problems };
  for (const row of scheduleEntries(agent, instance)) {
    if (row.error !== undefined) problems.push(`${row.configParameter}: ${row.error}`);
    else if (row.schedule && isFollowed(agent, instance, row, row.schedule)) {
      entries.push(entryOf(agent, instance, row, row.schedule));
    }
  }
  return { entries, problems };
}

function isFollowed(
  agent: Agent,
  instance: Instance,
  { action, rid }: ScheduleEntry,
  schedule: Schedule,
): boolean {
  if (schedule.isNever && !schedule.hasReboot) return false;
  const own = OWN_ROWS.find((row) => row.action === action);
  if (own || rid === undefined) return own?.isFollowed?.(agent, instance) ?? true;
  const resource = instance.resources.find((candidate) => candidate.rid === rid);
  if (!resource?.driver || instance.isDisabled || resource.isDisabled) return false;
  // A keyword that cannot be read counts as a need: nobody is there.
  return action !== "run" || readOr(() => needOfPerson(resource) === undefined, false);
}

function entryOf(agent: Agent, instance: Instance, row: ScheduleEntry, schedule: Schedule): Entry {
  const { path, action, rid, zone } = row;
  const { configuration } = instance;
  const task = action === "run" ? rid : undefined;
  return {
    key: rid === undefined ? `${path} ${action}` : `${path} ${action} ${rid}`,
    path,
    action,
    rid,
    schedule,
    zone,
    priority: readOr(() => configuration.integer("DEFAULT", "priority") ?? 100, 100),
    maxParallel: task === undefined ? 1 : readOr(() => configuration.integer(task, "max_parallel") ?? 1, 1),
    lockGroups: task === undefined ? [] : readOr(() => configuration.names(task, "lock_group"), []),
    fingerprint: row.isCaughtUp ? `${row.fingerprint}, caught up` : row.fingerprint,
    settledFor: row.fingerprint,
    isCaughtUp: row.isCaughtUp,
    missedSince: row.missedSince,
    ahead: row.ahead,
    hasSkipHook: task !== undefined && readOr(() => Boolean(configuration.string(task, "on_skip")), false),
    memoryFolder: stampFolderOf(instance, action),
    stateFolder: instance.stateFolder,
    draw: row.draw ?? freshDraw(agent),
  };
}

/** `jitter = random`: another place in each window, which then stays the same as long as the entry lives. */
export function freshDraw({ system: { host } }: Agent): (occurrence: string) => number {
  let drawn: { readonly occurrence: string; readonly value: number } | undefined;
  return (occurrence) => {
    if (drawn?.occurrence !== occurrence) drawn = { occurrence, value: host.random() };
    return drawn.value;
  };
}

/** A value that cannot be used is told by the run itself, and must not keep the others from being planned. */
function readOr<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return fallback;
    throw error;
  }
}
