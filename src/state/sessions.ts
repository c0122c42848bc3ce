/**
 * Runs in the background: what a detached agent says of itself, for `wait`.
 *
 * @module
 */
import { join } from "@std/path";
import type { RunResult } from "../core/run/result.ts";
import type { Files, Host, Processes } from "../ports.ts";
import type { Folders } from "./folders.ts";
import { parseRecord } from "./last_run.ts";

/** A task of a session. */
export interface SessionTask {
  readonly path: string;
  readonly rid: string;
}

/** One file below `<run>/sessions`: written when the agent in the background begins, and again when it ends. */
export interface SessionRecord {
  readonly session_id: string;
  readonly pid: number;
  readonly start_time: number;
  readonly boot_id: string;
  /** RFC 3339. */
  readonly started_at: string;
  /** The tasks that it is to run. */
  readonly tasks: readonly SessionTask[];
  /** RFC 3339; null while it is under way. */
  readonly ended_at: string | null;
  /** What `run` would have exited with; null while it is under way. */
  readonly exit_code: number | null;
  /** Why there are no results, in words; nearly always null. */
  readonly reason: string | null;
  readonly results: readonly RunResult[];
}

/** How many sessions that are over are kept; what became of older ones is in the history of their tasks. */
const KEPT = 200;
const ID_REGEXP = /^[0-9a-f-]{36}$/;

/** Whether a text may be the id of a session, and so a part of the name of a file. */
export function isSessionId(text: string): boolean {
  return ID_REGEXP.test(text);
}

export function sessionsFolder(folders: Folders): string {
  return join(folders.run, "sessions");
}

/** Reads what is known of a session; undefined when it is not on record, or the record cannot be read. */
export function readSession(
  files: Pick<Files, "read">,
  folders: Folders,
  id: string,
): SessionRecord | undefined {
  const value = parseRecord(files.read(fileOf(folders, id)) ?? "") as Partial<SessionRecord> | undefined;
  const isWhole = value?.session_id === id && typeof value.pid === "number" &&
    typeof value.start_time === "number" && Array.isArray(value.tasks) && Array.isArray(value.results);
  return isWhole ? value as SessionRecord : undefined;
}

export async function writeSession(
  files: Pick<Files, "replace">,
  folders: Folders,
  record: SessionRecord,
): Promise<void> {
  await files.replace(fileOf(folders, record.session_id), `${JSON.stringify(record)}\n`);
}

/** The ids of all sessions that are on record. */
export function sessionIds(files: Pick<Files, "list">, folders: Folders): string[] {
  const names = files.list(sessionsFolder(folders)).map(({ name }) => name);
  return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length))
    .filter(isSessionId);
}

type Probe = {
  readonly processes: Pick<Processes, "isAlive">;
  readonly host: Pick<Host, "bootId">;
};

/** Whether the agent of a session is still there; it may have ended its work a moment ago. */
export function isAgentAlive({ processes, host }: Probe, record: SessionRecord): boolean {
  return record.boot_id === host.bootId &&
    processes.isAlive({ pid: record.pid, startTime: record.start_time });
}

/** Forgets the oldest sessions beyond the bound, of those that are over. */
export function pruneSessions(
  ports: Probe & { readonly files: Pick<Files, "list" | "read" | "facts" | "remove"> },
  folders: Folders,
): void {
  const ids = sessionIds(ports.files, folders);
  if (ids.length <= KEPT) return;
  const aged = ids.map((id) => ({ id, at: ports.files.facts(fileOf(folders, id))?.modifiedAt ?? 0 }));
  for (const { id } of aged.sort((a, b) => b.at - a.at).slice(KEPT)) {
    const record = readSession(ports.files, folders, id);
    const isUnderWay = record?.exit_code === null && isAgentAlive(ports, record);
    if (!isUnderWay) ports.files.remove(fileOf(folders, id));
  }
}

function fileOf(folders: Folders, id: string): string {
  return join(sessionsFolder(folders), `${id}.json`);
}
