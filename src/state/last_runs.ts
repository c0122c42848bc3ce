import { join } from "@std/path";
import type { Files } from "../ports.ts";
import type { Origin, RunRecord } from "./last_run.ts";
import { parseRecord, readHistory, readLastRun } from "./last_run.ts";
import type { Warn } from "./state_file.ts";
import { readStateOr } from "./state_file.ts";

/** The last run of a task by origin, of those that are remembered. */
export interface LastRuns {
  readonly manual: Partial<RunRecord> | undefined;
  readonly scheduled: Partial<RunRecord> | undefined;
}

type Ports = Pick<Files, "readUnlinked">;

/**
 * Finds the last run by hand and the last one of the scheduler.
 *
 * A record that does not say who asked, as the older agents left it, counts as one of the scheduler.
 */
export function readLastRuns(files: Ports, memoryFolder: string, warn?: Warn): LastRuns {
  const last = readLastRun(files, memoryFolder, warn);
  if (last === undefined) return { manual: undefined, scheduled: undefined };
  const history = readHistory(files, memoryFolder, warn);
  const other = history.findLast((record) => originOf(record) !== originOf(last));
  const [manual, scheduled] = originOf(last) === "user" ? [last, other] : [other, last];
  return { manual, scheduled };
}

/** When the task was last run by hand, in whole seconds since the epoch. */
export function readLastManualRun(files: Ports, memoryFolder: string): number | undefined {
  const last = readStateOr(files, join(memoryFolder, "last_run"), parseRecord);
  if (last === undefined) return undefined;
  const manual = last.origin === "user" ? last : readLastRuns(files, memoryFolder).manual;
  const at = Date.parse(manual?.at ?? "");
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

function originOf({ origin }: Partial<RunRecord>): Origin {
  return origin ?? "scheduler";
}
