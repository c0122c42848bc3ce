import { join } from "@std/path";
import type { Files } from "../ports.ts";
import type { Status } from "../core/status.ts";

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

/** Reads the last run of a task: ours, the 3 agent's JSON, or the bare exit code of the 2.1 agent. */
export function readLastRun(
  files: Pick<Files, "read" | "facts">,
  ridFolder: string,
): Partial<RunRecord> | undefined {
  const text = files.read(join(ridFolder, LAST_RUN));
  const record = text === undefined ? undefined : parseRecord(text);
  if (record !== undefined) return record;
  const code = files.read(join(ridFolder, LAST_CODE))?.trim();
  if (code === undefined || !/^-?\d+$/.test(code)) return undefined;
  const facts = files.facts(join(ridFolder, LAST_CODE));
  return { at: facts === undefined ? "" : new Date(facts.modifiedAt).toISOString(), exitcode: Number(code) };
}

/** Reads one record; nothing when the text is not a JSON object, which a reader must survive. */
export function parseRecord(text: string): Partial<RunRecord> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the last run, the bare code for old readers, and the line of the history. */
export async function writeLastRun(
  files: Pick<Files, "read" | "replace" | "lock">,
  ridFolder: string,
  record: RunRecord,
): Promise<void> {
  await files.replace(join(ridFolder, LAST_RUN), `${JSON.stringify(record)}\n`, { isDurable: true });
  if (record.exitcode !== null) await files.replace(join(ridFolder, LAST_CODE), String(record.exitcode));
  await appendHistory(files, ridFolder, record);
}

/** Puts a run on record whose end nobody saw; a run that began later stays the last one. */
export async function writeLostRun(
  files: Pick<Files, "read" | "facts" | "replace" | "lock">,
  ridFolder: string,
  record: RunRecord,
): Promise<void> {
  const last = readLastRun(files, ridFolder)?.at ?? "";
  if (last > record.at) await appendHistory(files, ridFolder, record);
  else await writeLastRun(files, ridFolder, record);
}

/** Adds a line to the history under its lock, dropping the oldest beyond the bound. */
async function appendHistory(
  files: Pick<Files, "read" | "replace" | "lock">,
  ridFolder: string,
  record: RunRecord,
): Promise<void> {
  const lock = await files.lock(join(ridFolder, `${HISTORY}.lock`), 5_000);
  try {
    const lines = (files.read(join(ridFolder, HISTORY)) ?? "").split("\n").filter((line) => line !== "");
    const kept = [...lines.slice(1 - HISTORY_LENGTH), JSON.stringify(record)];
    await files.replace(join(ridFolder, HISTORY), `${kept.join("\n")}\n`);
  } finally {
    lock?.release();
  }
}

/** Every run that the history keeps, oldest first; lines that cannot be read are left out. */
export function readHistory(files: Pick<Files, "read">, ridFolder: string): Partial<RunRecord>[] {
  return readHistoryLines(files, ridFolder).records;
}

/** The same, with the number of lines that are left out. */
export function readHistoryLines(
  files: Pick<Files, "read">,
  ridFolder: string,
): { readonly records: Partial<RunRecord>[]; readonly unreadable: number } {
  const lines = (files.read(join(ridFolder, HISTORY)) ?? "").split("\n").filter((line) => line !== "");
  const records = lines.map(parseRecord).filter((record) => record !== undefined);
  return { records, unreadable: lines.length - records.length };
}
