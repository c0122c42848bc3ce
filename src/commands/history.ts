import type { Agent } from "../actions/agent.ts";
import { type HistoryRow, historyRows } from "../actions/runs/history_rows.ts";
import { taskPlaces } from "../actions/runs/task_places.ts";
import { memoryProblem } from "../actions/run/gates/memory.ts";
import { formatLocal } from "../actions/schedule/rows.ts";
import { selectInstances, type Selection } from "../actions/select.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import type { Column, View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { UsageError } from "../cli/usage_error.ts";
import { parseDuration } from "../core/duration.ts";
import { parseInstant } from "../core/schedule/instant.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import { formatElapsed } from "../core/text/quantity.ts";
import type { System } from "../ports.ts";
import { agentFor, reportUnusable, selectorOf } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";

/** `agent SELECTOR history` */
export const HISTORY: CommandSpec = {
  words: ["history"],
  scope: "service",
  summary: "show the runs that are over: when, how long, how they ended, who asked",
  isData: true,
  flags: [
    ...FILTER_FLAGS,
    { name: "count", aliases: ["n"], kind: "integer", valueName: "N", text: "only the last N runs" },
    { name: "failed", kind: "boolean", text: "only runs that failed, or of which nobody saw the end" },
    {
      name: "since",
      kind: "string",
      valueName: "TIME",
      text: "only runs that began since: a date on the clock of the node, or a duration such as 2d",
    },
  ],
  examples: [
    { command: "agent testmd history -n 20", text: "the last twenty runs, the newest at the end" },
    {
      command: "agent '*' history --failed --since 1d",
      text: "what went wrong since yesterday, on the whole node",
    },
    { command: "agent testmd history --rid 'task#0' --format csv", text: "one task, for a spreadsheet" },
  ],
  details:
    "The last 200 runs of each task are on record, also of disabled tasks, and of those that are no longer configured. " +
    "What is still under way is shown by ps. Times of the table are those of the zone of the task's schedule. A question " +
    "mark stands for an end that nobody saw, as after a crash of the host. Lines that cannot be read are left out, and " +
    "their number is told on standard error.\n\n" +
    "Fields of the data formats: path, rid, at, planned_at, lateness (seconds from the planned instant to the attempt), " +
    "ended_at, duration (seconds), exitcode, signal, status, reason, origin, user, session_id, pid, timezone. Instants " +
    "are RFC 3339; what is not known is null.",
  run: history,
};

const VIEW: Omit<View<HistoryRow>, "columns"> = {
  fields: [
    "path",
    "rid",
    "at",
    "planned_at",
    "lateness",
    "ended_at",
    "duration",
    "exitcode",
    "signal",
    "status",
    "reason",
    "origin",
    "user",
    "session_id",
    "pid",
    "timezone",
  ],
};

const COLUMNS: readonly Column<HistoryRow>[] = [
  { title: "rid", cell: ({ rid }) => rid },
  { title: "started", cell: ({ at, timezone }) => formatLocal(Date.parse(at) / 1000, zoneOf(timezone)) },
  { title: "late", cell: ({ lateness }) => lateness === null ? "-" : formatElapsed(lateness) },
  { title: "duration", cell: ({ duration }) => duration === null ? "?" : formatElapsed(duration) },
  { title: "code", cell: ({ exitcode }) => String(exitcode ?? "?") },
  { title: "status", cell: ({ status }) => status ?? "-" },
  { title: "origin", cell: ({ origin }) => origin ?? "-" },
  { title: "user", cell: ({ user }) => user ?? "-" },
  { title: "session", cell: ({ session_id }) => session_id?.slice(0, 8) ?? "-" },
  { title: "reason", cell: ({ reason }) => reason ?? "-" },
];

function history(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const count = flags.integer("count");
  if (count !== undefined && count < 0) {
    throw new UsageError(`Cannot show ${count} runs: expected 0 or more`);
  }
  const agent = agentFor(invocation, system);
  const since = sinceOf(agent, flags.string("since"));
  const selection = selectInstances(agent, selectorOf(invocation));
  const places = taskPlaces(agent, selection, { filter: filterOf(flags), action: "show the history of" });
  const report = historyRows(agent, places, { count, isFailedOnly: flags.boolean("failed"), since });
  const columns = selection.instances.length + selection.unusable.length > 1
    ? [{ title: "path", cell: ({ path }: HistoryRow) => path }, ...COLUMNS]
    : COLUMNS;
  writeRows(system.terminal, report.rows, { ...VIEW, columns }, flags.format);
  reportUnusable(system, selection.unusable);
  if (report.unreadable > 0) {
    const lines = report.unreadable === 1 ? "1 line" : `${report.unreadable} lines`;
    system.terminal.write("stderr", `agent: ${lines} of the history cannot be read, and are left out\n`);
  }
  return Promise.resolve(reportMemory(agent, selection) ? EXIT_CODES.failed : EXIT_CODES.done);
}

/** A memory that is out of reach must not look like one in which there is nothing. */
function reportMemory(agent: Agent, { instances }: Selection): boolean {
  const problems = instances.flatMap((instance) => {
    const problem = memoryProblem(agent, instance);
    return problem === undefined ? [] : [`agent: ${instance.name}: ${problem}\n`];
  });
  agent.system.terminal.write("stderr", problems.join(""));
  return problems.length > 0;
}

/** A duration back from now, or a date on the clock of the node; in milliseconds since the epoch. */
function sinceOf({ node, system }: Agent, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return system.clock.now() - parseDuration(text, "s") * 1000;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  try {
    return parseInstant(text, zoneOf(node.timeZone)).seconds * 1000;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new UsageError(
      `Cannot use --since: the value is "${text}", expected a date such as 2026-03-02T10:00 or a duration such as 2d`,
    );
  }
}
