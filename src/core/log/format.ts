/**
 * What a log entry looks like on the console and in the log file (spec 6.2), and how a line of the file is read back.
 *
 * @module
 */
import { escapeControl } from "../text/escape.ts";
import { type Level, LEVELS, type LogEntry } from "./entry.ts";
import { localTime } from "./local_time.ts";

const RID_WIDTH = 11;
const LEVEL_WIDTH = 7;

/**
 * Formats an entry for the console: time, rid, level and message, without a line break at the end.
 *
 * @example
 * ```ts
 * formatConsoleLine({ at: 0, level: "INFO", rid: "task#0", message: "run confirmed" }, "UTC");
 * // "00:00:00,000 task#0      INFO    run confirmed"
 * ```
 */
export function formatConsoleLine(entry: LogEntry, zone: string): string {
  const rid = escapeControl(entry.rid ?? "").padEnd(RID_WIDTH);
  const level = entry.level.padEnd(LEVEL_WIDTH);
  return `${localTime(entry.at, zone).time} ${rid} ${level} ${escapeControl(entry.message)}`.trimEnd();
}

/** Formats an entry for the log file, without a line break at the end; unknown fields are left out. */
export function formatFileLine(entry: LogEntry, zone: string, node: string): string {
  const { date, time } = localTime(entry.at, zone);
  const fields = [`${date} ${time} ${entry.level}`];
  if (entry.sessionId) fields.push(`sid:${entry.sessionId}`);
  fields.push(`n:${node}`);
  if (entry.path) fields.push(`o:${entry.path}`);
  if (entry.rid) fields.push(`r:${entry.rid}`);
  fields.push(`sc:${entry.isScheduled ? "y" : "n"}`);
  return `${escapeControl(fields.join(" "))} | ${escapeControl(entry.message)}`;
}

/** A line of the log file, taken apart again; its time stays as it was written. */
export interface FileLine {
  /** Local date and time, such as `2026-03-02 10:00:00,000`. */
  readonly at: string;
  readonly level: Level;
  readonly sessionId?: string;
  readonly node?: string;
  readonly path?: string;
  readonly rid?: string;
  readonly isScheduled: boolean;
  readonly message: string;
}

const FILE_LINE_REGEXP =
  /^(?<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?<level>[A-Z]+) (?<fields>[^|]*)\| (?<message>.*)$/;

/** Takes a line of the log file apart; undefined when it is none, such as one torn by a crash. */
export function parseFileLine(line: string): FileLine | undefined {
  const { at, level, fields, message } = FILE_LINE_REGEXP.exec(line)?.groups ?? {};
  const known = LEVELS.find((name) => name === level);
  if (at === undefined || fields === undefined || message === undefined || !known) return undefined;
  const values = new Map(fields.trim().split(" ").map((field) => cut(field)));
  const [sessionId, node, path, rid] = ["sid", "n", "o", "r"].map((key) => values.get(key));
  return {
    at,
    level: known,
    ...(sessionId && { sessionId }),
    ...(node && { node }),
    ...(path && { path }),
    ...(rid && { rid }),
    isScheduled: values.get("sc") === "y",
    message,
  };
}

function cut(field: string): [string, string] {
  const colon = field.indexOf(":");
  return [field.slice(0, colon), field.slice(colon + 1)];
}
