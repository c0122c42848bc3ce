import { join } from "@std/path";
import type { Files } from "../ports.ts";
import { parseRecord } from "./last_run.ts";

/** A task that is left alone for a while on this node: a disable that ends by itself. */
export interface Pause {
  /** Seconds since the epoch; undefined when the file cannot be read. */
  readonly since: number | undefined;
  /** The first second at which the task may run again; undefined when the file cannot be read. */
  readonly until: number | undefined;
  /** What the operator said about it. */
  readonly reason: string | null;
}

const FILE = "pause.json";
/** How long a pause or its end may wait for another one that is being written, in milliseconds. */
const LOCK_WAIT_MS = 5_000;
const UNREADABLE: Pause = { since: undefined, until: undefined, reason: null };

/**
 * Reads the pause of a task, ended ones included; undefined when there is none.
 *
 * A file that cannot be read is a pause without an end: somebody wanted the task to be left alone, and it is better not
 * to run it than to run it in spite of that.
 */
export function readPause(files: Pick<Files, "read">, ridFolder: string): Pause | undefined {
  try {
    const text = files.read(join(ridFolder, FILE));
    return text === undefined ? undefined : parsePause(text);
  } catch {
    return UNREADABLE;
  }
}

function parsePause(text: string): Pause {
  const { since, until, reason } = (parseRecord(text) ?? {}) as Record<string, unknown>;
  const [from, to] = [secondsOf(since), secondsOf(until)];
  if (from === undefined || to === undefined) return UNREADABLE;
  return { since: from, until: to, reason: typeof reason === "string" ? reason : null };
}

/** The runtime reads nearly anything as a date: only what was written like one counts. */
function secondsOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** Whether the pause keeps the task from running at that instant, in seconds. */
export function isInForce({ until }: Pause, now: number): boolean {
  return until === undefined || now < until;
}

/** Whether an instant lies in the pause, which may be over by now. */
export function covers({ since, until }: Pause, instant: number): boolean {
  return (since === undefined || instant >= since) && (until === undefined || instant < until);
}

type Writing = Pick<Files, "read" | "replace" | "remove" | "lock">;

/** Pauses a task, durably; a pause that it has already is replaced. */
export async function writePause(files: Writing, ridFolder: string, pause: Required<Pause>): Promise<void> {
  const time = (seconds: number | undefined) => new Date((seconds ?? 0) * 1000).toISOString();
  const record = { since: time(pause.since), until: time(pause.until), reason: pause.reason };
  await locked(
    files,
    ridFolder,
    () => files.replace(join(ridFolder, FILE), `${JSON.stringify(record)}\n`, { isDurable: true }),
  );
}

/** Forgets the pause of a task; false when there was none. */
export function removePause(files: Writing, ridFolder: string): Promise<boolean> {
  return locked(files, ridFolder, () => Promise.resolve(files.remove(join(ridFolder, FILE))));
}

/** Forgets a pause that is over at that instant, in seconds; one that began meanwhile stays. */
export async function removeEndedPause(files: Writing, ridFolder: string, now: number): Promise<void> {
  const isOver = () => {
    const pause = readPause(files, ridFolder);
    return pause !== undefined && !isInForce(pause, now);
  };
  if (!isOver()) return;
  await locked(files, ridFolder, () => Promise.resolve(isOver() && files.remove(join(ridFolder, FILE))));
}

/** Nothing is lost without the lock but the order of two writers, so that a stuck one keeps nobody from pausing. */
async function locked<Result>(
  files: Writing,
  ridFolder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await files.lock(join(ridFolder, "pause.lock"), LOCK_WAIT_MS);
  try {
    return await work();
  } finally {
    lock?.release();
  }
}
