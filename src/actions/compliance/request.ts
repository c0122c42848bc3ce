import type { ComplianceAction, StepAction } from "../../core/compliance/sequence.ts";
import type { ModuleResult } from "../../core/compliance/result.ts";
import type { Stream } from "../../ports.ts";
import type { StopRequest } from "../run/stop_request.ts";

/** What is asked of a run. */
export interface ComplianceRequest {
  readonly action: ComplianceAction;
  /** Only these modulesets; all that are attached without them. */
  readonly modulesets?: readonly string[] | undefined;
  /** Only these modules, whatever is attached. */
  readonly modules?: readonly string[] | undefined;
  /** Attaches `modulesets` first. */
  readonly attaches?: boolean;
  /** Calls the modules with the action alone, without the checks around it. */
  readonly isForced?: boolean;
  /** Whether it is as if the scheduler asked: it is stamped, and what there is nothing to do for is no failure. */
  readonly isScheduled: boolean;
  /** The planned instant in seconds, from the daemon only. */
  readonly plannedAt?: number | undefined;
  /** How long to wait while another run goes on. */
  readonly waitMs: number;
  readonly stop: StopRequest;
  /** Who looks on; without it, the output goes into the log alone. */
  readonly onlooker?: Onlooker | undefined;
}

/** Told of a run as it goes. */
export interface Onlooker {
  begin(path: string): void;
  module(name: string): void;
  step(action: StepAction): void;
  line(stream: Stream, text: string): void;
  stepEnd(code: number): void;
  /** The module could not be called, or its sequence was given up. */
  problem(reason: string): void;
  end(results: readonly ModuleResult[], seconds: number): void;
}

/** What became of a run. */
export interface ComplianceReport {
  /** `idle`: there was nothing to do, and the scheduler is not told off for that. */
  readonly outcome: "ran" | "idle" | "refused";
  readonly reason: string | null;
  readonly results: readonly ModuleResult[];
  readonly exitCode: number;
}
