import type { Clock, Files, Processes } from "../ports.ts";

/** Milliseconds in a clock tick of `/proc`, on every Linux. */
const TICK_MS = 10;
/** A file's time may be that of the tick before, in milliseconds. */
const TOLERANCE_MS = 1_000;
const SESSION_REGEXP = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type ForeignPorts = {
  readonly files: Pick<Files, "facts">;
  readonly processes: Pick<Processes, "table" | "self">;
  readonly clock: Pick<Clock, "now" | "uptime">;
};

/** What is known of a run whose record is not ours. */
export interface ForeignRun {
  /** Clock ticks since boot. */
  readonly startTime: number;
  /** When the record was written, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Whether a text is all that a run record of the 2.1 and the 3 agent holds: the id of the session. */
export function parseSession(text: string): string | undefined {
  const session = text.trim();
  return SESSION_REGEXP.test(session) ? session : undefined;
}

/**
 * Finds a run by the name and the time of its record alone, as the 2.1 and the 3 agent do: it goes on when there is a
 * process of that pid which is not younger than the file. Undefined when there is none, or it is this one, which knows
 * its runs.
 */
export function foreignRun(ports: ForeignPorts, file: string, pid: number): ForeignRun | undefined {
  const { files, processes } = ports;
  if (pid === processes.self.pid) return undefined;
  const facts = files.facts(file);
  const row = processes.table().find((candidate) => candidate.pid === pid);
  if (facts === undefined || row === undefined || "ZX".includes(row.state)) return undefined;
  if (!isOlder(ports, row, facts.modifiedAt)) return undefined;
  return { startTime: row.startTime, writtenAt: facts.modifiedAt };
}

/**
 * Whether the process was there when the file was written. When the clock was set meanwhile one of the two ways to tell
 * may be wrong, and one that says yes is believed: a run that waits does less harm than one that overlaps.
 */
function isOlder(
  { files, clock }: ForeignPorts,
  { pid, startTime }: { readonly pid: number; readonly startTime: number },
  writtenAt: number,
): boolean {
  const uptime = clock.uptime();
  const startedAt = uptime === undefined ? Infinity : clock.now() - uptime + startTime * TICK_MS;
  // What the old agents look at; the kernel may have made the folder anew meanwhile, with a later time.
  const seenAt = files.facts(`/proc/${pid}`)?.modifiedAt ?? Infinity;
  return Math.min(startedAt, seenAt) <= writtenAt + TOLERANCE_MS;
}
