import { join } from "@std/path";
import type { Files } from "../ports.ts";

/** Up to when the planned instants of a task that catches up were decided upon, run or not. */
export interface Settled {
  /** Seconds since the epoch. */
  readonly until: number;
  /** The schedule and the zone for which that holds; other ones have nothing to catch up. */
  readonly schedule: string;
}

/** Reads what is settled for a task; nothing when nobody followed it, or the file cannot be read. */
export function readSettled(
  files: Pick<Files, "read">,
  memoryFolder: string,
  rid: string,
): Settled | undefined {
  const text = files.read(fileOf(memoryFolder, rid));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isSettled(value) ? value : undefined;
  } catch {
    // A torn file: nothing is known, so nothing is caught up.
    return undefined;
  }
}

function isSettled(value: unknown): value is Settled {
  if (typeof value !== "object" || value === null) return false;
  const { until, schedule } = value as Partial<Settled>;
  return typeof until === "number" && typeof schedule === "string";
}

/** Remembers what is settled, beside the stamp: both go where the service goes. */
export function writeSettled(
  files: Pick<Files, "replace">,
  { memoryFolder, rid, settled }: {
    readonly memoryFolder: string;
    readonly rid: string;
    readonly settled: Settled;
  },
): Promise<void> {
  return files.replace(fileOf(memoryFolder, rid), `${JSON.stringify(settled)}\n`, { mode: 0o600 });
}

function fileOf(memoryFolder: string, rid: string): string {
  return join(memoryFolder, "scheduler", `settled_${rid}`);
}
