import type { System } from "../ports.ts";
import { daemonSocket } from "../state/daemon_record.ts";
import type { Folders } from "../state/folders.ts";
import { parseRecord } from "../state/last_run.ts";

/** A run that the daemon has under way. */
export interface RunningJob {
  readonly path: string;
  readonly rid: string;
  /** RFC 3339, like every instant here. */
  readonly planned_at: string;
  readonly started_at: string;
}

/** What was counted since the daemon's start. */
export interface DaemonCounters {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Runs that the agent would not do: identity, requirements, a slot. */
  readonly refused: number;
  readonly skipped: number;
  /** Planned instants that passed while the host slept or its clock was set. */
  readonly missed: number;
  /** Planned instants that were not used, by what kept them from running. */
  readonly given_up: Readonly<Record<string, number>>;
  readonly reloads: number;
  /** Ended processes that were collected, as the first process of a container. */
  readonly orphans_reaped: number;
}

/** What the courier did since the daemon's start. */
export interface CollectorReport {
  readonly state: "registered" | "not registered";
  readonly delivered: number;
  /** Messages that the collector will never take. */
  readonly rejected: number;
  /** Tries that have to be made again. */
  readonly failed: number;
  /** When an address (`feeder`, `compliance`), or what failed of a kind, is tried again, RFC 3339. */
  readonly next_tries: Readonly<Record<string, string>>;
}

/** What the daemon tells on its socket. */
export interface DaemonReport {
  readonly version: string;
  readonly pid: number;
  readonly node: string;
  readonly state: "running" | "stopping";
  readonly started_at: string;
  readonly uptime_s: number;
  readonly services: number;
  readonly schedules: number;
  /** How many tasks may run at the same time. */
  readonly max_parallel: number;
  readonly running_jobs: readonly RunningJob[];
  /** How many runs are due and wait for a free place. */
  readonly waiting: number;
  /** When something is due next; null for never, and while every place is taken. */
  readonly next_wakeup_at: string | null;
  readonly counters: DaemonCounters;
  /** How late runs were started, in seconds after the instants they were planned for. */
  readonly start_lag: { readonly count: number; readonly sum_s: number; readonly max_s: number };
  /** What is told to the collector; null when there is none. */
  readonly collector: CollectorReport | null;
  /** Memory that the daemon itself occupies; null where that is not told. */
  readonly resident_bytes: number | null;
}

/** How long a daemon is waited for that does not answer, in milliseconds. */
const PATIENCE_MS = 1_000;

/** Asks the daemon of this root about itself; undefined when it does not answer within a second. */
export async function askDaemon(
  { server }: Pick<System, "server">,
  folders: Folders,
): Promise<DaemonReport | undefined> {
  const reply = await server.ask(daemonSocket(folders), "/status", PATIENCE_MS);
  return reply?.status === 200 ? parseRecord(reply.body) as DaemonReport | undefined : undefined;
}
