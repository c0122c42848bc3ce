import { formatLocal, isDaemonRunning, type ScheduleRow, scheduleRows } from "../actions/schedule/rows.ts";
import type { Agent } from "../actions/agent.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { Column, View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { isLastInFuture } from "../core/schedule/next.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, instancesFor, reportUnusable } from "./context.ts";
import { writeExplanations } from "./explanation_text.ts";
import { writeTimeline } from "./schedule_timeline.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";
import type { Instance } from "../actions/load.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import { explainSchedule } from "../actions/schedule/explain.ts";
import { scheduleFilter } from "../actions/schedule/filter.ts";
import { whereNamed } from "../actions/run/gates/choose.ts";

/** `agent SELECTOR print schedule` */
export const PRINT_SCHEDULE: CommandSpec = {
  words: ["print", "schedule"],
  aliases: [["schedule", "list"]],
  scope: "service",
  summary: "show what runs by itself: last and next runs, and the schedules",
  isData: true,
  flags: [
    {
      name: "sort",
      kind: "choice",
      choices: ["path", "next"],
      default: "path",
      text: "the order of the rows: by service, or by the next run over all of them",
    },
    { name: "timeline", kind: "boolean", text: "draw the next 24 hours of all rows as a chart" },
    { name: "explain", kind: "boolean", text: "say of each row what keeps it from running now: every gate" },
    ...FILTER_FLAGS,
  ],
  examples: [
    { command: "agent testmd print schedule", text: "the schedule of one service" },
    { command: "agent '*' print schedule --sort next", text: "what comes next on this node" },
    { command: "agent '*' print schedule --timeline", text: "what the next 24 hours look like" },
    { command: "agent testmd print schedule --format json", text: "the same for programs" },
    { command: "agent testmd print schedule --explain --rid 'task#1'", text: "why a task did not run" },
  ],
  details:
    "The last run is the stamp of the scheduler's last attempt; runs by hand do not move the schedule. Times are those " +
    "of the zone of the schedule. A dash as next run means never: no schedule is set, or a task asks for confirmation, " +
    "is interactive or disabled, or its service is frozen, disabled or of other nodes: --format json says which. A schedule that " +
    "cannot be read shows its error instead, and the other rows go on.\n\n" +
    "Fields of --format json: action, rid, config_parameter, last_run, next_run, last_manual_run (seconds since the " +
    "epoch, or null), schedule_definition, error, reason, warning, timezone, node, path, paused_until (until when the " +
    "task is paused, or null: the next run is then counted from there).\n\n" +
    "Filters leave the rows of tasks and synchronisations that they name. The chart of --timeline has a line for each row, those of disabled synchronisations too, and a column for each stretch of time, as many as the terminal " +
    "is wide (80 without one), on the clock of the node. With --format json it is path, rid, timezone, from, to, " +
    "windows (pairs of begin and the first instant after the end), runs, is_complete and reason: instants in seconds " +
    "since the epoch, at most 1000 windows and 1000 runs of a row; is_complete is false when there are more. The last " +
    "field is action.\n\n" +
    "With --explain it is path, rid, is_due, gates (name, is_open, value), timezone, changes_at and change: when the " +
    "time alone may make the answer another one (null when it cannot), and what happens then; and action.",
  run: printSchedule,
};

/** The columns of the table, without the path. */
export const SCHEDULE_COLUMNS: readonly Column<ScheduleRow>[] = [
  { title: "action", minWidth: 23, cell: ({ rid, action }) => rid ?? action },
  { title: "last run", minWidth: 23, cell: (row) => localTime(row, row.last_run) },
  { title: "next run", minWidth: 23, cell: (row) => localTime(row, row.next_run) },
  { title: "config parameter", minWidth: 26, cell: (row) => row.config_parameter },
  { title: "schedule definition", cell: (row) => row.error ?? oneLine(row.schedule_definition ?? "-") },
];

/** The documented fields. */
export const SCHEDULE_FIELDS: View<ScheduleRow>["fields"] = [
  "action",
  "rid",
  "config_parameter",
  "last_run",
  "next_run",
  "last_manual_run",
  "schedule_definition",
  "error",
  "reason",
  "warning",
  "timezone",
  "node",
  "path",
  "paused_until",
];

async function printSchedule(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const { instances, unusable } = instancesFor(agent, invocation);
  const filter = filterOf(flags);
  if (flags.boolean("explain") && flags.boolean("timeline")) {
    throw new UsageError("Cannot use --explain with --timeline: one of them says why, the other one when");
  }
  if (flags.boolean("explain")) {
    const explained = whereNamed(instances, (instance) => explainSchedule(agent, instance, filter));
    writeExplanations(system, (await Promise.all(explained)).flat(), flags.format);
    reportUnusable(system, unusable);
    return unusable[0] ? codeOf(unusable[0]) : 0;
  }
  const quiet = flags.boolean("quiet");
  if (flags.boolean("timeline")) {
    const isByNext = flags.string("sort") === "next";
    writeTimeline(agent, { instances, filter, format: flags.format, isByNext });
    reportUnusable(system, unusable);
    if (!quiet) reportDaemon(agent);
    return unusable[0] ? codeOf(unusable[0]) : 0;
  }
  const order = flags.string("sort") === "next" ? "next" : "path";
  // What is named is shown, also when it is disabled.
  const hasDisabled = Object.values(filter).some((text) => Boolean(text));
  const rows = filtered(scheduleRows(agent, instances, order, { hasDisabled }), instances, filter);
  const columns = instances.length + unusable.length > 1
    ? [{ title: "path", cell: ({ path }: ScheduleRow) => path ?? "" }, ...SCHEDULE_COLUMNS]
    : SCHEDULE_COLUMNS;
  writeRows(system.terminal, rows, { fields: SCHEDULE_FIELDS, columns }, flags.format);
  reportUnusable(system, unusable);
  if (!quiet) {
    reportStamps(agent, rows);
    reportDaemon(agent);
  }
  return unusable[0] ? codeOf(unusable[0]) : 0;
}

/** What cannot be read of a stamp is not believed, nor one in the future: a mistake of some clock. */
export function reportStamps({ system: { clock, terminal } }: Agent, rows: readonly ScheduleRow[]): void {
  const now = clock.now() / 1000;
  for (const { path, rid, action, last_run, warning } of rows) {
    const name = `${path ?? "node"} ${rid ?? action}`;
    if (warning !== null) terminal.write("stderr", `agent: ${name}: ${warning}\n`);
    if (last_run === null || !isLastInFuture(last_run, now)) continue;
    terminal.write("stderr", `agent: ${name}: the last run is in the future, and is ignored\n`);
  }
}

/** Rows of the resources that the filters name; all rows when there is no filter. */
function filtered(
  rows: readonly ScheduleRow[],
  instances: readonly Instance[],
  filter: ResourceFilterTexts,
): readonly ScheduleRow[] {
  const tests = new Map(
    whereNamed(instances, (instance) => [instance.name, scheduleFilter(instance, filter)] as const),
  );
  return rows.filter((row) => tests.get(row.path ?? "")?.(row) ?? false);
}

/** Says when nothing starts by itself. */
export function reportDaemon(agent: Agent): void {
  if (isDaemonRunning(agent)) return;
  agent.system.terminal.write("stderr", "agent: no daemon running: nothing starts on schedule\n");
}

function localTime({ timezone }: ScheduleRow, seconds: number | null): string {
  return seconds === null ? "-" : formatLocal(seconds, zoneOf(timezone));
}

/** A list that is continued over several lines of the file is one line in a table. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
