import { followLogs, type FollowRequest, LogFollower } from "../actions/follow_logs.ts";
import type { LogFilter, LogRow, LogSource } from "../actions/logs.ts";
import { findLogSession, SessionEnd } from "../actions/runs/log_session.ts";
import { selectInstances } from "../actions/select.ts";
import { logSources, readLogs } from "../actions/logs.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import { isColored, LEVEL_COLORS, paint } from "../cli/color.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { UsageError } from "../cli/usage_error.ts";
import { escapeControl } from "../core/text/escape.ts";
import type { System } from "../ports.ts";
import { agentFor, pathsFor, selectorOf } from "./context.ts";
import { filterText, sessionText } from "./filter_flags.ts";

/** How many lines `--follow` shows before it waits. */
const FOLLOW_LINES = 10;

/** `agent SELECTOR logs` */
export const LOGS: CommandSpec = {
  words: ["logs"],
  aliases: [["instance", "logs"]],
  scope: "service",
  summary: "show the log of a service, or follow it",
  isData: true,
  flags: [
    {
      name: "follow",
      aliases: ["f"],
      kind: "boolean",
      text: "go on with new lines as they come, until Ctrl-C, or with --session until its runs are over",
    },
    {
      name: "count",
      aliases: ["n"],
      kind: "integer",
      valueName: "N",
      text: `only the last N lines; all by default, ${FOLLOW_LINES} with --follow and no --session`,
    },
    {
      name: "rid",
      kind: "strings",
      valueName: "RIDS",
      text: "only lines of these resources, groups or globs; a comma is or",
    },
    {
      name: "session",
      kind: "string",
      valueName: "ID",
      text:
        "only lines of one action, by its session id or the beginning of it; last: that of the latest run",
    },
  ],
  examples: [
    { command: "agent testmd logs -n 20", text: "the last twenty lines" },
    { command: "agent testmd logs -f --rid 'task#0'", text: "follows one task" },
    {
      command: "agent testmd logs -f --rid 'task#0' --session last",
      text: "follows its latest run to the end",
    },
    { command: "agent '*' logs --format jsonl", text: "all services, by time, one JSON object a line" },
  ],
  details:
    "The lines come from the log files, those set aside by size included. Several services are merged by time, with a " +
    "column that names them. The beginning of a session id must be that of one session only. Following a session ends " +
    "by itself, with exit code 0, when its runs are over; at once when they are already.\n\nFields of the data formats: at, level, path, rid, session_id, is_scheduled, node, message.",
  run: logs,
};

const VIEW: View<LogRow> = {
  fields: ["at", "level", "path", "rid", "session_id", "is_scheduled", "node", "message"],
  columns: [],
};

async function logs(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const isFollowing = flags.boolean("follow");
  const session = sessionText(flags);
  const count = flags.integer("count") ?? (isFollowing && session === undefined ? FOLLOW_LINES : undefined);
  if (count !== undefined && count < 0) {
    throw new UsageError(`Cannot show ${count} lines: expected 0 or more`);
  }
  if (isFollowing && (flags.format === "json" || flags.format === "csv")) {
    throw new UsageError(`Cannot follow a log as ${flags.format}: it has an end, expected jsonl or table`);
  }
  const agent = agentFor(invocation, system);
  const sources = logSources(agent, pathsFor(agent, invocation));
  const typed: LogFilter = { rid: filterText(flags, "rid"), session };
  const found = session === undefined
    ? undefined
    : findLogSession(agent, selectInstances(agent, selectorOf(invocation)), { sources, filter: typed });
  const filter = { ...typed, session: found?.id };
  const show = writer(invocation, system, sources);
  if (!isFollowing) {
    show(readLogs(system.files, sources, { filter, count }));
    return 0;
  }
  const end = found && new SessionEnd(agent, found);
  const follower = new LogFollower(system.files, sources, filter);
  show(readLogs(system.files, sources, { filter, count, textOf: (file) => follower.textBefore(file) }));
  return await follow(system, follower, { isOver: () => end?.isOver() ?? false, onRows: show });
}

/** Shows what comes, and gives the exit code: that of the signal unless it ended by itself. */
async function follow(
  system: System,
  follower: LogFollower,
  request: Pick<FollowRequest, "isOver" | "onRows">,
): Promise<number> {
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  await followLogs(system, follower, { ...request, signal: stop.asked });
  return stop.asked.aborted ? stop.exitCode : 0;
}

function writer({ flags }: Invocation, system: System, sources: readonly LogSource[]) {
  const { terminal } = system;
  if (flags.format !== "table") {
    return (rows: readonly LogRow[]) => writeRows(terminal, rows, VIEW, flags.format);
  }
  const isPainted = isColored(flags.string("color"), "stdout", terminal, system.host.environment);
  const width = sources.length > 1 ? Math.max(...sources.map(({ name }) => name.length)) + 1 : 0;
  return (rows: readonly LogRow[]) =>
    terminal.write("stdout", rows.map((row) => `${lineOf(row, width, isPainted)}\n`).join(""));
}

/** As on the console, with the date before and the service after the time. */
function lineOf({ at, path, rid, level, message }: LogRow, pathWidth: number, isPainted: boolean): string {
  const name = pathWidth === 0 ? "" : path.padEnd(pathWidth);
  const text = `${at} ${name}${(rid ?? "").padEnd(11)} ${level.padEnd(7)} ${message}`;
  return paint(escapeControl(text).trimEnd(), isPainted ? LEVEL_COLORS[level] : undefined);
}
