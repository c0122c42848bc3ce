import { isSuccess, type Retcodes, statusOfExitCode } from "../retcodes.ts";
import type { Status } from "../status.ts";

/** How a command ended, as far as it decides about success. */
export interface CommandEnd {
  readonly code: number;
  readonly signal: string | null;
  readonly isTimedOut: boolean;
  readonly isStopped: boolean;
  /** Why it did not do well, in words, when more than its code tells it. */
  readonly reason: string | null;
  /** Null for a command that could not be started. */
  readonly pid: number | null;
  /** Whether nobody saw how it ended. */
  readonly isLost?: boolean;
}

/** What the end of a command means for its task. */
export interface Verdict {
  readonly status: Status;
  readonly isFailed: boolean;
  /** Why it failed, in words; null after a success. */
  readonly reason: string | null;
}

/** A timeout, a signal, a start that failed is never a success, whatever the map says of its code. */
export function verdictOf(retcodes: Retcodes, end: CommandEnd): Verdict {
  const isEndedByItself = end.signal === null && !end.isTimedOut && !end.isStopped && !end.isLost &&
    end.pid !== null;
  const isFailed = !(isEndedByItself && isSuccess(retcodes, end.code));
  const status = isEndedByItself ? statusOfExitCode(retcodes, end.code) : end.isLost ? "undef" : "down";
  return { status, isFailed, reason: isFailed ? end.reason ?? `exit code ${end.code} is ${status}` : null };
}
