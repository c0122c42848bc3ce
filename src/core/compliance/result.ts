import type { ModuleStatus, StepAction } from "./sequence.ts";

/** One call of a module that is over, as it is kept and pushed. */
export interface StepResult {
  readonly action: StepAction;
  readonly code: number;
  readonly started_at: string;
  /** In milliseconds. */
  readonly duration: number;
  /** What it wrote; lines of standard error have `ERR: ` in front. The middle of a long one is left out. */
  readonly log: string;
}

/** What became of a module: a documented contract, to which fields are only added. */
export interface ModuleResult {
  /** The service; `node` for the node itself. */
  readonly path: string;
  readonly module: string;
  /** The moduleset that brought it; null when it was named. */
  readonly moduleset: string | null;
  readonly autofix: boolean;
  /** Leading digits of its file; null when there is no such module. */
  readonly order: number | null;
  /** What was asked of it. */
  readonly action: StepAction;
  readonly status: ModuleStatus;
  /** The code that counts; null when it could not be called. */
  readonly code: number | null;
  /** Why it could not be called, or was ended; null otherwise. */
  readonly reason: string | null;
  /** RFC 3339. */
  readonly at: string;
  readonly ended_at: string;
  readonly steps: readonly StepResult[];
  readonly session_id: string;
}

/** How many modules came to which end. */
export interface Digest {
  readonly notApplicable: number;
  readonly passed: number;
  readonly errors: number;
}

/** Counts results by their status. */
export function digestOf(results: readonly Pick<ModuleResult, "status">[]): Digest {
  const count = (status: ModuleStatus) => results.filter((result) => result.status === status).length;
  return { notApplicable: count("n/a"), passed: count("ok"), errors: count("nok") };
}

const BANNER_WIDTH = 78;

/** A title in the middle of a line of equals signs. */
export function banner(title: string): string {
  const framed = ` ${title} `;
  const left = Math.floor((BANNER_WIDTH - framed.length) / 2);
  return framed.padStart(Math.max(left, 0) + framed.length, "=").padEnd(BANNER_WIDTH, "=");
}
