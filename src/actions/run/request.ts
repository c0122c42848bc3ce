import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import type { Stream } from "../../ports.ts";
import type { Origin } from "../../state/last_run.ts";
import type { HeldGroups } from "../../state/lock_groups.ts";
import type { StopRequest } from "./stop_request.ts";

/** How a run was asked for. */
export interface RunRequest {
  readonly filter: ResourceFilterTexts;
  readonly origin: Origin;
  /** As if the scheduler asked: stamps are written, nothing is asked, unmet requirements are silent. */
  readonly isScheduled: boolean;
  /** The planned instant, in seconds since the epoch; now when it is absent. */
  readonly plannedAt?: number;
  /** Since when the daemon knew that it was due, when that is earlier: what its lateness is counted from. */
  readonly dueAt?: number;
  /** `--confirm`. */
  readonly isConfirmed: boolean;
  /** `--force`: requirements do not hold it back. */
  readonly isForced: boolean;
  /** How long to wait for a free slot, in milliseconds. */
  readonly waitMs: number;
  /** What follows `--`, appended to the command. */
  readonly extraArgs: readonly string[];
  /** `--env`, by name as typed. */
  readonly environment: Readonly<Record<string, string>>;
  /** Services side by side. */
  readonly isParallel: boolean;
  /** Where questions are shown: not among data. */
  readonly questionsOn: Stream;
  readonly stop: StopRequest;
  /**
   * With it, commands get a supervisor and outlive this agent: aborted when they are to be left to it. Without it they
   * are children of this agent.
   */
  readonly leaving?: AbortSignal;
  /** The session, where it has begun already; else it gets an id of its own. */
  readonly sessionId?: string | undefined;
  /** The lock groups of the only task, where the scheduler has taken them. */
  readonly groups?: HeldGroups | undefined;
}
