/**
 * The runs for which the collector was asked to keep quiet about a service: one small file each, so that whoever finds
 * the run again can undo it.
 *
 * @module
 */
import { join } from "@std/path";
import type { Files } from "../ports.ts";
import { parseObject, readStateOr, replaceState } from "./state_file.ts";

/** One file below `<state folder>/snoozed`. */
export interface SnoozeNote {
  readonly rid: string;
  readonly session_id: string;
  /** RFC 3339: when the collector ends it by itself. */
  readonly until: string;
}

type Writing = Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">;

/** Notes that the collector is about to be asked. */
export async function writeSnooze(files: Writing, stateFolder: string, note: SnoozeNote): Promise<void> {
  const options = { parse: parseNote, isDurable: true };
  await replaceState(files, fileOf(stateFolder, note), `${JSON.stringify(note)}\n`, options);
}

/** Every note of a service. */
export function listSnoozes(
  files: Pick<Files, "list" | "readUnlinked">,
  stateFolder: string,
): readonly SnoozeNote[] {
  const folder = snoozeFolder(stateFolder);
  return files.list(folder).filter(({ name }) => name.endsWith(".json"))
    .flatMap(({ name }) => readStateOr(files, join(folder, name), parseNote) ?? []);
}

/** False when there was none. */
export function removeSnooze(
  files: Pick<Files, "remove">,
  stateFolder: string,
  note: Pick<SnoozeNote, "rid" | "session_id">,
): boolean {
  return files.remove(fileOf(stateFolder, note));
}

function parseNote(text: string): SnoozeNote | undefined {
  const value = parseObject(text);
  const isWhole = ["rid", "session_id", "until"].every((name) => typeof value?.[name] === "string");
  return isWhole ? value as unknown as SnoozeNote : undefined;
}

/** Where the notes of a service are. */
export function snoozeFolder(stateFolder: string): string {
  return join(stateFolder, "snoozed");
}

function fileOf(stateFolder: string, { rid, session_id }: Pick<SnoozeNote, "rid" | "session_id">): string {
  return join(snoozeFolder(stateFolder), `${rid}.${session_id}.json`);
}
