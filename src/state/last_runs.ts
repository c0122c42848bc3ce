import { join } from "@std/path";
import type { Files } from "../ports.ts";
import type { Origin, RunRecord } from "./last_run.ts";
import { parseRecord, readHistory, readLastRun } from "./last_run.ts";

/** The last run of a task by origin, of those that are remembered. */
export interface LastRuns {
  readonly manual: Partial<RunRecord> | undefined;
  readonly scheduled: Partial<RunRecord> | undefined;
}

type Ports = Pick<Files, "read" | "facts">;

/**
 * Finds the last run by hand and the last one of the scheduler.
 *
 * A record that does not say who asked, as the older agents left it, counts as one of the scheduler.
 */
export function readLastRuns(files: Ports, memoryFolder: string): LastRuns {
  const last = readLastRun(files, memoryFolder);
  if (last === undefined) return { manual: undefined, scheduled: undefined };
  const other = readHistory(files, memoryFolder).findLast((record) => originOf(record) !== originOf(last));
  const [manual, scheduled] = originOf(last) === "user" ? [last, other] : [other, last];
  return { manual, scheduled };
}

/** When the task was last run by hand, in whole seconds since the epoch. */
export function readLastManualRun(files: Ports, memoryFolder: string): number | undefined {
  const text = files.read(join(memoryFolder, "last_run"));
  if (text === undefined) return undefined;
  const last = parseRecord(text) as Partial<RunRecord> | undefined;
  const manual = last?.origin === "user" ? last : readLastRuns(files, memoryFolder).manual;
  const at = Date.parse(manual?.at ?? "");
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

function originOf({ origin }: Partial<RunRecord>): Origin {
  return origin ?? "scheduler";
}
