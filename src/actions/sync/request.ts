import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import type { TargetWord } from "../../core/sync/targets.ts";
import type { Origin } from "../../state/last_run.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Instance, Resource } from "../load.ts";
import type { StopRequest } from "../run/stop_request.ts";

/** What is asked of a synchronisation. */
export interface SyncRequest {
  readonly filter: ResourceFilterTexts;
  /** Which of the targets of each resource; those that it does not have count for nothing. */
  readonly groups: readonly TargetWord[];
  readonly origin: Origin;
  /** Whether it is as if the scheduler asked: stamps are written, and another node's turn is no failure. */
  readonly isScheduled: boolean;
  /** The planned instant in seconds, from the daemon only. */
  readonly plannedAt?: number | undefined;
  readonly isForced: boolean;
  /** Only tells what would be sent and deleted. */
  readonly isDryRun: boolean;
  /** How long to wait while the same resource is synchronised already. */
  readonly waitMs: number;
  /** Whether somebody watches on a terminal. */
  readonly showsProgress: boolean;
  readonly stop: StopRequest;
}

/** One resource on its way. */
export interface SyncRun {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly resource: Resource;
  readonly request: SyncRequest;
  readonly journal: Journal;
  readonly sessionId: string;
}
