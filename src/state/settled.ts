import { join } from "@std/path";
import type { Files } from "../ports.ts";
import type { Warn } from "./state_file.ts";
import { parseObject, readStateOr, replaceState } from "./state_file.ts";

/** Up to when the planned instants of a task that catches up were decided upon, run or not. */
export interface Settled {
  /** Seconds since the epoch. */
  readonly until: number;
  /** The schedule and the zone for which that holds; other ones have nothing to catch up. */
  readonly schedule: string;
}

/** Reads what is settled for a task; nothing when nobody followed it, or the file cannot be used: nothing is caught up. */
export function readSettled(
  files: Pick<Files, "readUnlinked">,
  memoryFolder: string,
  rid: string,
  warn?: Warn,
): Settled | undefined {
  return readStateOr(files, fileOf(memoryFolder, rid), parseSettled, warn);
}

function parseSettled(text: string): Settled | undefined {
  const value = parseObject(text);
  if (typeof value?.["until"] !== "number" || typeof value["schedule"] !== "string") return undefined;
  return value as unknown as Settled;
}

/** Remembers what is settled, beside the stamp: both go where the service goes. */
export function writeSettled(
  files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">,
  { memoryFolder, rid, settled, warn }: {
    readonly memoryFolder: string;
    readonly rid: string;
    readonly settled: Settled;
    readonly warn?: Warn;
  },
): Promise<void> {
  const options = { mode: 0o600, parse: parseSettled, warn };
  return replaceState(files, fileOf(memoryFolder, rid), `${JSON.stringify(settled)}\n`, options);
}

function fileOf(memoryFolder: string, rid: string): string {
  return join(memoryFolder, "scheduler", `settled_${rid}`);
}
