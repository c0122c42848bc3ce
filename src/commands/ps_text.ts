/**
 * What runs now, as a table with blocks of output and of processes below it.
 *
 * @module
 */
import type { RunProcess, RunRow } from "../actions/runs/run_rows.ts";
import { formatLocal } from "../actions/schedule/rows.ts";
import { formatRows } from "../cli/output.ts";
import type { Column } from "../cli/output.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import { escapeCell } from "../core/text/escape.ts";
import { formatBytes, formatElapsed } from "../core/text/quantity.ts";
import { formatColumns } from "../core/text/table.ts";

export interface RunsTextOptions {
  /** The zone of the node. */
  readonly zone: string;
  readonly hasPaths: boolean;
  /** How many lines of output are wanted: one is a column, more are blocks. */
  readonly tail: number;
  /** Whether processes are listed. */
  readonly isTree: boolean;
}

/** How much of a line of output is in the table, in characters. */
const OUTPUT_WIDTH = 60;
/** As many characters of a session as tell it from others; `kill` and `logs` take that. */
const SESSION_WIDTH = 8;

/** Draws runs under way. */
export function runsText(rows: readonly RunRow[], options: RunsTextOptions): string {
  const table = formatRows(rows, { fields: [], columns: columnsOf(options) }, "table");
  return table + rows.map((row) => blockOf(row, options)).join("");
}

function columnsOf({ zone, hasPaths, tail }: RunsTextOptions): Column<RunRow>[] {
  const local = zoneOf(zone);
  return [
    ...(hasPaths ? [{ title: "path", cell: ({ path }: RunRow) => path }] : []),
    { title: "rid", cell: ({ rid }) => rid },
    { title: "session", cell: ({ session_id }) => session_id.slice(0, SESSION_WIDTH) },
    { title: "origin", cell: ({ origin }) => origin },
    { title: "started", cell: ({ started_at }) => formatLocal(Date.parse(started_at) / 1000, local) },
    { title: "elapsed", cell: ({ elapsed }) => formatElapsed(elapsed) },
    { title: "user", cell: ({ user }) => user },
    { title: "command", cell: ({ command_pid }) => String(command_pid ?? "-") },
    { title: "state", cell: ({ supervisor }) => supervisor },
    { title: "processes", cell: ({ process_count }) => String(process_count) },
    {
      title: "cpu",
      cell: ({ cpu_seconds, cpu_percent }) => `${formatElapsed(cpu_seconds)} ${cpu_percent}%`,
    },
    { title: "memory", cell: memoryOf },
    ...(tail === 1 ? [{ title: "output", cell: ({ output }: RunRow) => cut(output.at(-1) ?? "-") }] : []),
  ];
}

function memoryOf({ rss_bytes, pss_bytes }: RunRow): string {
  return pss_bytes === null ? `${formatBytes(rss_bytes)} rss` : `${formatBytes(pss_bytes)} pss`;
}

function cut(line: string): string {
  return line.length > OUTPUT_WIDTH ? `${line.slice(0, OUTPUT_WIDTH - 1)}…` : line;
}

function blockOf(row: RunRow, { hasPaths, tail, isTree }: RunsTextOptions): string {
  const processes = isTree ? formatColumns([PROCESS_TITLES, ...row.processes.map(processCells)]) : "";
  const output = tail > 1 ? row.output.map((line) => `| ${escapeCell(line)}\n`).join("") : "";
  const lines = processes + output;
  if (lines === "") return "";
  const name = `${hasPaths ? `${row.path} ` : ""}${row.rid} ${row.session_id.slice(0, SESSION_WIDTH)}`;
  return `\n${escapeCell(name)}\n${lines.replace(/^/gm, "  ").trimEnd()}\n`;
}

const PROCESS_TITLES = ["pid", "parent", "user", "state", "cpu", "memory", "command"];

function processCells(process: RunProcess): string[] {
  const { pid, parent, user, state, name, cpu_seconds, rss_bytes, args } = process;
  return [
    String(pid),
    String(parent),
    user,
    state,
    formatElapsed(cpu_seconds),
    `${formatBytes(rss_bytes)} rss`,
    args === null ? name : args.join(" "),
  ];
}
