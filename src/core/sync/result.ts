import type { TargetWord } from "./targets.ts";

/** What became of one synchronisation to one target. */
export interface SyncResult {
  readonly path: string;
  readonly rid: string;
  /** The node; null when it did not come to any. */
  readonly target: string | null;
  readonly group: TargetWord | null;
  /** `synced`; `failed`: it was tried; `refused`: the agent said no; `skipped`: left out without a failure. */
  readonly outcome: "synced" | "failed" | "refused" | "skipped";
  readonly reason: string | null;
  /** The exit code of rsync, or of ssh; null when none was started. */
  readonly code: number | null;
  readonly is_failed: boolean;
  /** The `optional` keyword: unset, a failure shows; true, it does not; false, it also stops the sequence. */
  readonly optional: boolean | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly files: number | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly session_id: string;
}

/** 1 when a failure shows, else 0: the codes of rsync are in the results. */
export function syncExitCode(results: readonly Pick<SyncResult, "is_failed" | "optional">[]): number {
  return results.some(({ is_failed, optional }) => is_failed && optional !== true) ? 1 : 0;
}
