import { selectInstances } from "../actions/select.ts";
import { type RunRow, runRows } from "../actions/runs/run_rows.ts";
import { taskPlaces } from "../actions/runs/task_places.ts";
import { runsUnderWay } from "../actions/runs/under_way.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { writeRows } from "../cli/output.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { System } from "../ports.ts";
import { agentFor, reportUnusable, selectorOf } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";
import { runsText } from "./ps_text.ts";

/** How many lines of output are shown when nobody says. */
const TAIL = 1;

/** `agent SELECTOR ps` */
export const PS: CommandSpec = {
  words: ["ps"],
  scope: "service",
  summary: "show what runs now: since when, as whom, what it uses, and its last output",
  isData: true,
  flags: [
    ...FILTER_FLAGS,
    {
      name: "tail",
      kind: "integer",
      valueName: "N",
      default: String(TAIL),
      text: "how many of the last lines of output to show",
    },
    { name: "tree", kind: "boolean", text: "list the processes of each run below the table" },
    { name: "args", kind: "boolean", text: "with their command lines, which may hold secrets of the task" },
  ],
  examples: [
    { command: "agent '*' ps", text: "everything that runs on this node" },
    { command: "agent testmd ps --tail 20", text: "with the last twenty lines of each run" },
    { command: "agent testmd ps --tree --args", text: "with every process and its command line" },
    { command: "agent testmd ps --format json", text: "the same for programs, processes included" },
  ],
  details:
    "One row for each run under way, disabled tasks, and tasks that are no longer configured, included. The state is " +
    "`agent` when an agent follows the run, `supervised` when none does, but a supervisor keeps it for the next daemon, " +
    "and `orphan` when it goes on without either.\n\n" +
    "Processor time is that of all its processes, and of their children that ended and were waited for; the percentage " +
    "is of one processor, since the start. Memory is the sum over its processes with shared pages divided (pss), or, " +
    "where that cannot be read, with shared pages counted for each (rss). Output comes from the end of the service's " +
    "log, at most 1 MiB of it; a task with log = false has none there.\n\n" +
    "Fields of the data formats: path, rid, session_id, origin, planned_at, started_at, elapsed (seconds), user, " +
    "agent_pid, command_pid, supervisor, process_count, cpu_seconds, cpu_percent, rss_bytes, pss_bytes (null where it " +
    "cannot be read), output (lines), processes (pid, parent, user, state, name, cpu_seconds, rss_bytes, args: null " +
    "without --args). The exit code is 0 also when nothing runs.",
  run: ps,
};

export const RUN_FIELDS: readonly (keyof RunRow)[] = [
  "path",
  "rid",
  "session_id",
  "origin",
  "planned_at",
  "started_at",
  "elapsed",
  "user",
  "agent_pid",
  "command_pid",
  "supervisor",
  "process_count",
  "cpu_seconds",
  "cpu_percent",
  "rss_bytes",
  "pss_bytes",
  "output",
  "processes",
];

function ps(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const tail = flags.integer("tail") ?? TAIL;
  if (tail < 0) throw new UsageError(`Cannot show ${tail} lines: expected 0 or more`);
  const agent = agentFor(invocation, system);
  const selection = selectInstances(agent, selectorOf(invocation));
  const places = taskPlaces(agent, selection, { filter: filterOf(flags), action: "show what runs of" });
  const hasArguments = flags.boolean("args");
  const rows = runRows(agent, runsUnderWay(system, places), { tail, hasArguments });
  if (flags.format !== "table") {
    writeRows(system.terminal, rows, { fields: RUN_FIELDS, columns: [] }, flags.format);
  } else if (rows.length > 0) {
    const hasPaths = selection.instances.length + selection.unusable.length > 1;
    const options = {
      zone: agent.node.timeZone,
      hasPaths,
      tail,
      isTree: hasArguments || flags.boolean("tree"),
    };
    system.terminal.write("stdout", runsText(rows, options));
  } else if (!flags.boolean("quiet")) system.terminal.write("stderr", "agent: nothing runs\n");
  // What runs is found without the configuration; whoever asks should know all the same.
  reportUnusable(system, selection.unusable);
  return Promise.resolve(0);
}
