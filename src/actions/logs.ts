/**
 * The log files of services, read back: those set aside included, several services by time.
 *
 * @module
 */
import type { FileLine } from "../core/log/format.ts";
import { parseFileLine } from "../core/log/format.ts";
import { matchesGlob } from "../core/naming/glob.ts";
import { formatObjectPath } from "../core/naming/object_path.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import type { Files } from "../ports.ts";
import { logPath } from "../state/folders.ts";
import { LOG_ROTATION } from "../state/log_file.ts";
import type { Agent } from "./agent.ts";

/** Which lines are wanted. */
export interface LogFilter {
  /** Resource ids, driver groups or globs; a comma is or. */
  readonly rid?: string | undefined;
  /** The beginning of a session id. */
  readonly session?: string | undefined;
}

/** The log of one service. */
export interface LogSource {
  readonly name: string;
  readonly file: string;
}

/** A line of a log: a documented contract, to which fields are only added. */
export interface LogRow {
  /** Local time, such as `2026-03-02 10:00:00,000`. */
  readonly at: string;
  readonly level: FileLine["level"];
  readonly path: string;
  readonly rid: string | null;
  readonly session_id: string | null;
  readonly is_scheduled: boolean;
  readonly node: string | null;
  readonly message: string;
}

/** Where the logs of services are. */
export function logSources(agent: Pick<Agent, "folders">, paths: readonly ObjectPath[]): LogSource[] {
  return paths.map((path) => ({ name: formatObjectPath(path), file: logPath(agent.folders, path) }));
}

/** Gives the last `count` lines that pass the filter, oldest first; all of them when `count` is undefined. */
export function readLogs(
  files: Pick<Files, "read">,
  sources: readonly LogSource[],
  { filter, count, textOf }: LogRequest,
): LogRow[] {
  const read = (file: string) => textOf?.(file) ?? files.read(file);
  const rows = sources.flatMap((source) => readTail({ read }, source, filter, count ?? Infinity));
  return lastOf(mergeByTime(rows), count ?? Infinity);
}

export interface LogRequest {
  readonly filter: LogFilter;
  readonly count: number | undefined;
  /** What to take of a file that is followed from there on. */
  readonly textOf?: ((file: string) => string | undefined) | undefined;
}

/** Reads files from the newest to the oldest, as far back as needed. */
function readTail(files: Pick<Files, "read">, source: LogSource, filter: LogFilter, count: number): LogRow[] {
  let rows: LogRow[] = [];
  for (let age = 0; age <= LOG_ROTATION.kept && rows.length < count; age++) {
    const text = files.read(age === 0 ? source.file : `${source.file}.${age}`);
    if (text !== undefined) rows = [...parseLog(text, source, filter), ...rows];
  }
  return lastOf(rows, count);
}

/** Takes a text apart into the lines that pass the filter; lines that are none of ours are left out. */
export function parseLog(text: string, { name }: LogSource, filter: LogFilter): LogRow[] {
  const rows: LogRow[] = [];
  for (const raw of text.split("\n")) {
    const line = parseFileLine(raw);
    if (line && passes(line, filter)) rows.push(rowOf(line, name));
  }
  return rows;
}

function passes({ rid = "", sessionId = "" }: FileLine, filter: LogFilter): boolean {
  if (filter.session !== undefined && !sessionId.startsWith(filter.session)) return false;
  return matchesRid(rid, filter.rid);
}

/** Whether a resource id is one of those named: ids, driver groups or globs; a comma is or, nothing is all. */
export function matchesRid(rid: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.split(",").map((term) => term.trim()).some((term) =>
    matchesGlob(rid, term) || (rid !== "" && rid.startsWith(`${term}#`))
  );
}

function rowOf(line: FileLine, name: string): LogRow {
  return {
    at: line.at,
    level: line.level,
    path: line.path ?? name,
    rid: line.rid ?? null,
    session_id: line.sessionId ?? null,
    is_scheduled: line.isScheduled,
    node: line.node ?? null,
    message: line.message,
  };
}

/** Orders rows by their time; those of the same millisecond stay as they are. */
export function mergeByTime(rows: readonly LogRow[]): LogRow[] {
  return rows.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function lastOf(rows: LogRow[], count: number): LogRow[] {
  return count >= rows.length ? rows : rows.slice(rows.length - count);
}
