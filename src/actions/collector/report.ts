import type { CollectorTarget } from "../../core/collector/message.ts";
import { readKindState } from "../../state/collector/collector_state.ts";
import type { Rejection, StateName } from "../../state/collector/collector_state.ts";
import type { Queue } from "../../state/collector/spool.ts";
import type { Agent } from "../agent.ts";
import { askDaemon } from "../daemon_report.ts";
import { openDoor } from "./door.ts";
import { spoolOf } from "./push.ts";

/** What waits of a kind, and how the last tries went. */
export interface QueueReport {
  /** `ping` are the signs of life, which never wait. */
  readonly kind: StateName;
  readonly waiting: number;
  readonly bytes: number;
  /** When the oldest one was written, RFC 3339 like every instant here. */
  readonly oldest_at: string | null;
  /** Files that could not be used, and are kept aside. */
  readonly aside: number;
  readonly delivered: number;
  readonly rejected: number;
  readonly last_code: number | null;
  readonly last_at: string | null;
  readonly last_error: string | null;
  /** When the daemon tries again; null when it need not, and while none runs. */
  readonly next_try_at: string | null;
  readonly last_rejected: Rejection | null;
}

/** All about the collector: the contract of `node print collector --format json`. */
export interface CollectorOverview {
  readonly feeder: string | null;
  readonly server: string | null;
  readonly compliance: string | null;
  readonly problems: readonly string[];
  readonly registered: boolean;
  /** Whether a daemon runs that sends what waits. */
  readonly courier: boolean;
  readonly spool_bytes: number;
  readonly spool_max: number;
  readonly spool_count: number;
  /** Messages that were given up because the spool was full, ever. */
  readonly dropped: number;
  readonly dropped_at: string | null;
  readonly queues: readonly QueueReport[];
}

/** What still waits where node.conf names no collector any more. */
export function countLeft(agent: Agent): number {
  return spoolOf(agent).survey().reduce((sum, { count }) => sum + count, 0);
}

/** Looks at the spool and what is remembered; undefined when node.conf names no collector. */
export async function reportCollector(agent: Agent): Promise<CollectorOverview | undefined> {
  const { collector } = agent.node;
  if (collector === undefined) return undefined;
  const spool = spoolOf(agent);
  const queues = spool.survey();
  const daemon = await askDaemon(agent.system, agent.folders);
  const nextTries = daemon?.collector?.next_tries ?? {};
  const { dropped, dropped_at } = spool.ledger;
  const sum = (field: "bytes" | "count") => queues.reduce((total, queue) => total + queue[field], 0);
  return {
    feeder: collector.feeder ?? null,
    server: collector.server ?? null,
    compliance: collector.compliance ?? null,
    problems: collector.problems,
    registered: openDoor(agent).isRegistered,
    courier: (daemon?.collector ?? null) !== null,
    spool_bytes: sum("bytes"),
    spool_max: collector.spoolMax,
    spool_count: sum("count"),
    dropped,
    dropped_at,
    queues: [NO_PINGS, ...queues].map((queue) => reportQueue(agent, queue, nextTries)),
  };
}

type NamedQueue = Omit<Queue, "kind"> & { readonly kind: StateName };

const NO_PINGS: NamedQueue = { kind: "ping", count: 0, bytes: 0, oldest: undefined, aside: 0 };

function reportQueue(
  { system: { files }, folders }: Agent,
  { kind, count, bytes, oldest, aside }: NamedQueue,
  nextTries: Readonly<Record<string, string>>,
): QueueReport {
  const state = readKindState(files, folders, kind);
  const target: CollectorTarget = kind === "compliance" ? "compliance" : "feeder";
  return {
    kind,
    waiting: count,
    bytes,
    oldest_at: oldest === undefined ? null : new Date(oldest).toISOString(),
    aside,
    delivered: state.delivered,
    rejected: state.rejected,
    last_code: state.code,
    last_at: state.at,
    last_error: state.error,
    next_try_at: count === 0 && kind !== "ping" ? null : nextTries[target] ?? nextTries[kind] ?? null,
    last_rejected: state.last_rejected,
  };
}
