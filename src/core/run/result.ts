import type { Status } from "../status.ts";

/** What became of one task that was chosen. */
export interface RunResult {
  readonly path: string;
  readonly rid: string;
  /** `ran`: the command was started; `refused`: the agent said no; `skipped`: left out without a failure. */
  readonly outcome: "ran" | "refused" | "skipped";
  /** Why it was refused, skipped or failed; null after a success. */
  readonly reason: string | null;
  /** The code that the exit code of `run` may become. */
  readonly code: number;
  readonly signal: string | null;
  readonly status: Status | null;
  /** Whether it counts as failed; a code that `retcodes` maps to up or warn does not. */
  readonly is_failed: boolean;
  /** The `optional` keyword: unset, a failure shows; true, it does not; false, it also stops the sequence. */
  readonly optional: boolean | null;
  /** How many attempts there were (`retry`), of which the last one is told; 0 when nothing was executed. */
  readonly attempts: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly session_id: string;
}

/**
 * The exit code of a `run` (spec 1.4): the first failing task's own code, in run order; without a failure the first
 * code that is not 0, which `retcodes` declared harmless; else 0.
 *
 * @example
 * ```ts
 * exitCodeOf([]); // 0
 * ```
 */
export function exitCodeOf(results: readonly RunResult[]): number {
  const shown = results.filter((result) => result.optional !== true || !result.is_failed);
  const failed = shown.find((result) => result.is_failed);
  return (failed ?? shown.find((result) => result.code !== 0))?.code ?? 0;
}

/** Whether a failure ends the sequence: only when the task is declared `optional = false`. */
export function stopsSequence(result: RunResult): boolean {
  return result.is_failed && result.optional === false;
}
