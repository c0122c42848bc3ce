/**
 * What is known of an instance: the contract of `print status --format json` and of `status.json`. Fields are only
 * added.
 *
 * @module
 */
import type { Status } from "../../core/status.ts";
import type { StatusMessage } from "../../drivers/driver.ts";
import type { RunRecord } from "../../state/last_run.ts";

/** How a run went, with how long it took. */
export interface RunSummary extends Partial<RunRecord> {
  /** In seconds; null when nobody saw the end. */
  readonly duration: number | null;
}

/** A run that is under way. */
export interface RunningRun {
  readonly rid: string;
  /** The process of the agent that supervises it. */
  readonly pid: number;
  readonly session_id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly origin: RunRecord["origin"];
}

/** A task or a synchronisation that is left alone for a while. */
export interface PausedTask {
  readonly rid: string;
  /** Seconds since the epoch; null when nobody knows, and only `resume` ends it. */
  readonly until: number | null;
  /** What the operator said about it. */
  readonly reason: string | null;
}

/** Something that somebody should look at. */
export interface StatusProblem {
  /** Null when it concerns the whole service. */
  readonly rid: string | null;
  readonly level: "warn" | "error";
  readonly text: string;
}

/** One resource of an instance. */
export interface ResourceReport {
  readonly status: Status;
  /** Group and driver, such as `task.host`. */
  readonly type: string;
  readonly label: string;
  /** Absent when provisioning does not apply. */
  readonly provisioned?: { readonly state: boolean };
  readonly disable: boolean;
  readonly optional: boolean;
  readonly monitor: boolean;
  readonly standby: boolean;
  /** How often the scheduler may still start it again when it goes down. */
  readonly restart: number;
  readonly tags: readonly string[];
  readonly subset: string;
  /** Lines such as `error: last run failed`. */
  readonly log: readonly string[];
  /** How many runs of a task are under way. */
  readonly running: number;
  /** The last scheduled run of a task; null when none is remembered. */
  readonly last_run: RunSummary | null;
  readonly last_manual_run: RunSummary | null;
}

/** A service on this node. */
export interface InstanceStatus {
  readonly path: string;
  readonly node: string;
  readonly kind: string;
  /** Seconds since the epoch. */
  readonly updated: number;
  /** Why the configuration cannot be used; then there is no resource. */
  readonly unusable: "refused" | "broken" | null;
  readonly app: string;
  readonly env: string;
  readonly topology: string;
  readonly priority: number;
  readonly avail: Status;
  readonly overall: Status;
  readonly optional: Status;
  /** The instant of the freeze in seconds since the epoch; 0 when it is not frozen. */
  readonly frozen: number;
  readonly disabled: boolean;
  readonly provisioned: boolean | "mixed";
  readonly subsets: Readonly<Record<string, { readonly parallel: boolean }>>;
  readonly resources: Readonly<Record<string, ResourceReport>>;
  /** The status of each driver group. */
  readonly status_group: Readonly<Record<string, Status>>;
  readonly running: readonly RunningRun[];
  readonly problems: readonly StatusProblem[];
  /** The tasks and synchronisations that are paused at this moment. */
  readonly paused: readonly PausedTask[];
}

/** The messages that are problems. */
export function problemsOf(rid: string | null, messages: readonly StatusMessage[]): StatusProblem[] {
  return messages.flatMap(({ level, text }) => level === "info" ? [] : [{ rid, level, text }]);
}
