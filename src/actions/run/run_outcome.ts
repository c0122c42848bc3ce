import type { Configuration } from "../../core/config/configuration.ts";
import type { Retcodes } from "../../core/retcodes.ts";
import { DEFAULT_RETCODES } from "../../core/retcodes.ts";
import type { RunResult } from "../../core/run/result.ts";
import { verdictOf } from "../../core/run/verdict.ts";
import type { RunRecord } from "../../state/last_run.ts";
import type { LeftRun } from "../../state/slots.ts";
import type { Instance, Resource } from "../load.ts";
import { TIMEOUT_CODE } from "./run_end.ts";
import { resultOf } from "./task_run.ts";

/** A task, and the session of a run of it. */
interface Named {
  readonly instance: Instance;
  readonly resource: Resource;
  readonly sessionId: string;
}

/** What a run on record came to, as `run` itself would have told it. */
export function resultOfRecord(run: Named, record: Partial<RunRecord>): RunResult {
  const {
    attempts = 1,
    reason = null,
    exitcode = null,
    at = null,
    ended_at = null,
    signal = null,
    status = null,
  } = record;
  return {
    ...resultOf(run),
    reason,
    code: exitcode ?? 1,
    signal,
    status,
    // Only a failure has a reason, whatever its code.
    is_failed: exitcode === null || reason !== null,
    started_at: at,
    ended_at,
    attempts,
  };
}

/**
 * What a run came to that ended while no agent was there: its supervisor wrote it down, and the next daemon, or the next
 * run of the task, puts it on record.
 */
export function resultOfLeft(
  run: Named,
  { record, status: { end, isTimedOut } }: LeftRun,
  attempts: number,
): RunResult {
  if (end === undefined) return lostResult(run);
  const { configuration, rid } = run.resource;
  const { code, signal } = end;
  const how = signal === null ? null : `ended by ${signal}`;
  const { status, isFailed, reason } = verdictOf(readRetcodes(configuration, rid), {
    ...{ code, signal, isTimedOut, isStopped: false, pid: record.command_pid ?? null },
    reason: isTimedOut ? "timeout, while no agent was there" : how,
  });
  return {
    ...resultOf(run),
    ...{ reason, signal, status, attempts, is_failed: isFailed, started_at: record.at },
    code: isTimedOut ? TIMEOUT_CODE : code,
  };
}

function readRetcodes(configuration: Configuration, rid: string): Retcodes {
  try {
    return configuration.retcodes(rid, "retcodes");
  } catch (error) {
    if (error instanceof SyntaxError) return DEFAULT_RETCODES;
    throw error;
  }
}

/** What there is to say of a run that left nothing: its agent was killed, or its memory is out of reach. */
export function lostResult(run: Named): RunResult {
  return { ...resultOf(run), reason: "nobody saw how it ended", code: 1, is_failed: true };
}
