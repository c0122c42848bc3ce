import type { RetryPolicy } from "../../../core/run/backoff.ts";
import { retryDelay } from "../../../core/run/backoff.ts";
import { verdictOf } from "../../../core/run/verdict.ts";
import type { Attempt } from "./attempt.ts";
import { withKiller } from "./killed.ts";
import type { ExecutionOutcome } from "../run_end.ts";
import type { TaskRun } from "../task_run.ts";
import type { SupervisedOutcome } from "./supervise.ts";

/** How the last attempt of a run ended, and how many there were. */
export interface Attempts {
  readonly outcome: SupervisedOutcome;
  readonly attempts: number;
}

/**
 * Executes the command of a run, and again after a failure, as often as `retry` says, in the same slot. A wish to stop,
 * or to leave, ends the waiting between two attempts; a command that an operator ended is not repeated.
 */
export async function runAttempts(
  attempt: Attempt,
  retry: RetryPolicy,
  execute: (number: number) => Promise<SupervisedOutcome>,
): Promise<Attempts> {
  const { settings: { retcodes }, run: { journal, resource: { rid } } } = attempt;
  const most = retry.count + 1;
  for (let number = 1;; number++) {
    const ended = await execute(number);
    if (ended === "left") return { outcome: ended, attempts: number };
    const outcome = withKiller(attempt.run, ended);
    const { isFailed, reason } = verdictOf(retcodes, outcome);
    const isOver = outcome.isStopped || outcome.isLost === true || number === most;
    if (!isFailed || isOver) return { outcome, attempts: number };
    journal.warning(`attempt ${number} of ${most} failed: ${reason}`, rid);
    if (isInputUsedUp(attempt)) {
      journal.warning("not repeated: its input is used up", rid);
      return { outcome, attempts: number };
    }
    const obstacle = await waitFor(attempt.run, retry, number + 1);
    if (obstacle !== undefined) {
      return {
        outcome: { ...outcome, ...obstacle, reason: `${obstacle.reason}: ${reason}` },
        attempts: number,
      };
    }
  }
}

/** A file or pipe that was handed to the first attempt is at its end: another one would work on nothing. */
function isInputUsedUp({ run: { passesInput, agent } }: Attempt): boolean {
  return passesInput && agent.system.files.realPath("/proc/self/fd/0") !== "/dev/null";
}

/** Waits for the time of the next attempt; says how the run ends when there will be none. */
async function waitFor(
  run: TaskRun,
  retry: RetryPolicy,
  next: number,
): Promise<Pick<ExecutionOutcome, "reason"> & Partial<ExecutionOutcome> | undefined> {
  const { journal, resource: { rid }, request: { stop, leaving }, agent: { system: { clock } } } = run;
  const delay = retryDelay(retry, next - 1);
  const name = `attempt ${next} of ${retry.count + 1}`;
  journal.info(`${name} in ${delay} s`, rid);
  const wishes = leaving ? AbortSignal.any([stop.asked, leaving]) : stop.asked;
  await clock.sleep(delay * 1000, wishes);
  if (stop.asked.aborted) {
    return { code: stop.exitCode, reason: `interrupted by ${stop.signal} before ${name}`, isStopped: true };
  }
  return leaving?.aborted ? { reason: `the daemon ended before ${name}` } : undefined;
}
