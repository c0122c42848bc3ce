import { join } from "@std/path";
import type { Files } from "../ports.ts";
import { messageOf } from "../core/error_text.ts";
import type { Status } from "../core/status.ts";
import type { Warn } from "./state_file.ts";
import { MAX_STATE_BYTES, parseObject, readState, readStateOr, replaceState } from "./state_file.ts";

/** Who asked for a run. */
export type Origin = "user" | "scheduler";

/** How one run of a task went; a line of `history.jsonl` and the content of `last_run`. */
export interface RunRecord {
  /** When the attempt was made, RFC 3339. */
  readonly at: string;
  /** The instant that the schedule had planned, RFC 3339; null for a run by hand. */
  readonly planned_at: string | null;
  /** When the run was over, RFC 3339. */
  readonly ended_at: string | null;
  /** The command's own code, 128+n after a signal, 124 after a timeout; null when nobody saw the end. */
  readonly exitcode: number | null;
  readonly signal: string | null;
  /** Why it failed or is not known, in words; null after a success. */
  readonly reason: string | null;
  readonly status: Status;
  readonly origin: Origin;
  readonly session_id: string;
  readonly user: string;
  readonly pid: number | null;
  /** How many attempts there were (`retry`), of which the last one is told; absent when nobody saw the end. */
  readonly attempts?: number;
}

/** How many runs `history.jsonl` keeps for a task. */
export const HISTORY_LENGTH = 200;

const LAST_RUN = "last_run";
const LAST_CODE = "last_run_retcode";
const HISTORY = "history.jsonl";
/** How long another process may take to change the history, in milliseconds. */
const LOCK_WAIT_MS = 5_000;
const ORIGINS: readonly unknown[] = ["user", "scheduler"] satisfies Origin[];

type Reading = Pick<Files, "readUnlinked">;
type Writing = Pick<Files, "readUnlinked" | "rename" | "remove" | "replace" | "lock">;

/** Reads the last run of a task: ours, the 3 agent's JSON, or the bare exit code of the 2.1 agent. */
export function readLastRun(files: Reading, ridFolder: string, warn?: Warn): Partial<RunRecord> | undefined {
  return readStateOr(files, join(ridFolder, LAST_RUN), parseRecord, warn) ??
    readStateOr(files, join(ridFolder, LAST_CODE), parseCode, warn);
}

/** Reads one record; nothing when the text is not one, which a reader must survive. */
export function parseRecord(text: string): Partial<RunRecord> | undefined {
  const record = parseObject(text);
  return record && isRecord(record) ? record : undefined;
}

/** The 3 agent writes three of the fields; what is there must be what it should be, or nothing of it is believed. */
function isRecord(record: Readonly<Record<string, unknown>>): boolean {
  const { at, origin } = record;
  const isText = (name: string) => typeof record[name] === "string";
  const isTextOrNull = (name: string) => record[name] === null || isText(name);
  const isNumberOrNull = (name: string) => record[name] === null || Number.isInteger(record[name]);
  const checks: readonly [names: readonly string[], isFine: (name: string) => boolean][] = [
    [["at", "status", "session_id", "user"], isText],
    [["planned_at", "ended_at", "signal", "reason"], isTextOrNull],
    [["exitcode", "pid"], isNumberOrNull],
  ];
  const isOdd = checks.some(([names, isFine]) => names.some((name) => name in record && !isFine(name)));
  if (isOdd || ("origin" in record && !ORIGINS.includes(origin))) return false;
  return at === undefined || !Number.isNaN(Date.parse(String(at)));
}

function parseCode(text: string, modifiedAt: number): Partial<RunRecord> | undefined {
  const code = text.trim();
  if (!/^-?\d{1,9}$/.test(code)) return undefined;
  return { at: new Date(modifiedAt).toISOString(), exitcode: Number(code) };
}

/**
 * Writes the last run, the bare code for old readers, and the line of the history; what is corrupt is set aside. What
 * cannot be written does not keep the rest from it; throws one error that tells all of that.
 */
export async function writeLastRun(
  files: Writing,
  ridFolder: string,
  record: RunRecord,
  warn?: Warn,
): Promise<void> {
  const { exitcode } = record;
  const text = `${JSON.stringify(record)}\n`;
  const steps = [
    () => replaceState(files, join(ridFolder, LAST_RUN), text, { isDurable: true, parse: parseRecord, warn }),
    () =>
      exitcode === null
        ? undefined
        : replaceState(files, join(ridFolder, LAST_CODE), String(exitcode), { parse: parseCode, warn }),
    () => appendHistory(files, ridFolder, record, warn),
  ];
  const problems: string[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (problems.length > 0) throw new Error(problems.join("; "));
}

/** Puts a run on record whose end nobody saw; a run that began later stays the last one. */
export async function writeLostRun(
  files: Writing,
  ridFolder: string,
  record: RunRecord,
  warn?: Warn,
): Promise<void> {
  const last = readLastRun(files, ridFolder)?.at ?? "";
  if (last > record.at) await appendHistory(files, ridFolder, record, warn);
  else await writeLastRun(files, ridFolder, record, warn);
}

/**
 * Adds a line to the history under its lock, dropping the oldest beyond the bounds. What can be read of a corrupt
 * history stays in the new one; the whole of it is set aside. One that cannot be read now is left as it is.
 */
async function appendHistory(
  files: Writing,
  ridFolder: string,
  record: RunRecord,
  warn: Warn | undefined,
): Promise<void> {
  const file = join(ridFolder, HISTORY);
  const lock = await files.lock(`${file}.lock`, LOCK_WAIT_MS);
  try {
    const found = readState(files, file, linesOf);
    if (found.kind === "unusable" && !found.isCorrupt) throw new Error(found.reason);
    const old = found.kind === "value" ? found.value : [];
    const kept = newest([...old.filter(isLine), JSON.stringify(record)]);
    await replaceState(files, file, `${kept.join("\n")}\n`, { parse: wholeHistory, warn });
  } finally {
    lock?.release();
  }
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

function isLine(line: string): boolean {
  return parseRecord(line) !== undefined;
}

function wholeHistory(text: string): readonly string[] | undefined {
  const lines = linesOf(text);
  return lines.every(isLine) ? lines : undefined;
}

/** The last lines that are few enough, and small enough to be read again. */
function newest(lines: readonly string[]): readonly string[] {
  let first = lines.length - 1;
  for (let size = lines[first]!.length; first > 0 && lines.length - first < HISTORY_LENGTH; first--) {
    size += lines[first - 1]!.length + 1;
    // A character takes three bytes at most for each of its code units.
    if (size * 3 > MAX_STATE_BYTES) break;
  }
  return lines.slice(first);
}

/** Every run that the history keeps, oldest first; lines that cannot be read are left out. */
export function readHistory(files: Reading, ridFolder: string, warn?: Warn): Partial<RunRecord>[] {
  return readHistoryLines(files, ridFolder, warn).records;
}

/** The same, with the number of lines that are left out. */
export function readHistoryLines(
  files: Reading,
  ridFolder: string,
  warn?: Warn,
): { readonly records: Partial<RunRecord>[]; readonly unreadable: number } {
  const file = join(ridFolder, HISTORY);
  const found = readState(files, file, linesOf);
  if (found.kind === "unusable") warn?.(found.reason);
  const lines = found.kind === "value" ? found.value : [];
  const records = lines.map(parseRecord).filter((record) => record !== undefined);
  const unreadable = lines.length - records.length;
  if (unreadable > 0) warn?.(`Cannot use every line of "${file}": some are no records of runs`);
  return { records, unreadable };
}
