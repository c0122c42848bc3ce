import { join } from "@std/path";
import type { Files, ProcessId } from "../ports.ts";
import { parseObject, readStateOr } from "./state_file.ts";

/** What somebody who ends a run from outside leaves for the agent that follows it. */
export interface KillNote {
  /** Who, in words: `agent kill (uid 0)`. */
  readonly by: string;
  readonly signal: string;
  /** Whether the signal was meant to end the run, and not only to be heard. */
  readonly is_end: boolean;
  /** The process that ends it, as long as it is at work. */
  readonly pid: number;
  readonly start_time: number;
  /** Whether all of the run that could be ended is ended. */
  readonly is_done: boolean;
}

/** Which run of a task. */
export interface NotedRun {
  readonly ridFolder: string;
  readonly sessionId: string;
}

const PREFIX = "killed.";

/** Leaves a note, or replaces the one that is there. */
export function writeKillNote(files: Pick<Files, "replace">, run: NotedRun, note: KillNote): Promise<void> {
  return files.replace(fileOf(run), `${JSON.stringify(note)}\n`);
}

/** The note on a run; undefined when there is none that can be read. */
export function readKillNote(files: Pick<Files, "readUnlinked">, run: NotedRun): KillNote | undefined {
  return readStateOr(files, fileOf(run), parseNote);
}

function parseNote(text: string): KillNote | undefined {
  const note = parseObject(text) as Partial<KillNote> | undefined;
  const isWhole = typeof note?.by === "string" && typeof note.signal === "string" &&
    typeof note.is_end === "boolean" && typeof note.is_done === "boolean";
  return isWhole ? note as KillNote : undefined;
}

/** A note that stays is taken away with the old ones. */
export function removeKillNote(files: Pick<Files, "remove">, run: NotedRun): void {
  try {
    files.remove(fileOf(run));
  } catch {
    // What the run ended with counts more than a note on it.
  }
}

/** The process that ends the run. */
export function killerOf({ pid, start_time }: KillNote): ProcessId {
  return { pid, startTime: start_time };
}

/** Removes the notes on runs that are over, of which nobody took notice. */
export function removeOldNotes(
  files: Pick<Files, "list" | "remove">,
  ridFolder: string,
  living: ReadonlySet<string>,
): void {
  for (const { name } of files.list(ridFolder)) {
    if (!name.startsWith(PREFIX) || name.endsWith(".tmp")) continue;
    const sessionId = name.slice(PREFIX.length);
    if (!living.has(sessionId)) removeKillNote(files, { ridFolder, sessionId });
  }
}

function fileOf({ ridFolder, sessionId }: NotedRun): string {
  return join(ridFolder, `${PREFIX}${sessionId}`);
}
