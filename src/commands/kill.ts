import type { Agent } from "../actions/agent.ts";
import { isEnding, type KillRow, killRuns } from "../actions/runs/kill_runs.ts";
import { sessionNamed, sessionsOnRecord } from "../actions/runs/sessions.ts";
import { type TaskPlace, taskPlaces } from "../actions/runs/task_places.ts";
import { runsUnderWay, type RunUnderWay } from "../actions/runs/under_way.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import { selectInstances } from "../actions/select.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { UsageError } from "../cli/usage_error.ts";
import { parseSignal, SIGNAL_WORDS, type SignalName } from "../core/process/signal_names.ts";
import type { System } from "../ports.ts";
import { agentFor, reportUnusable, selectorOf } from "./context.ts";
import { FILTER_FLAGS, filterOf, sessionText } from "./filter_flags.ts";

/** `agent SELECTOR kill` */
export const KILL: CommandSpec = {
  words: ["kill"],
  scope: "service",
  summary: "end what runs now, with everything that it started, or send it a signal",
  isData: true,
  flags: [
    ...FILTER_FLAGS,
    {
      name: "session",
      kind: "string",
      valueName: "ID",
      text: "only the runs of one session, by its id or the beginning of it",
    },
    {
      name: "signal",
      kind: "string",
      valueName: "SIGNAL",
      default: "TERM",
      text: "TERM ends, then KILL; KILL ends at once; any other one is only sent",
    },
    {
      name: "grace",
      kind: "duration",
      valueName: "TIME",
      text: "how long to wait between TERM and KILL; the kill_grace of the task by default",
    },
  ],
  examples: [
    { command: "agent testmd kill --rid 'task#0'", text: "ends all runs of a task" },
    { command: "agent testmd kill --session 6f1b", text: "ends the run that ps shows as 6f1b…" },
    { command: "agent testmd kill --grace 2m", text: "lets the commands take two minutes to end well" },
    { command: "agent testmd kill --rid 'task#0' --signal HUP", text: "only sends a signal" },
  ],
  details:
    `The signals are ${SIGNAL_WORDS.join(", ")}; SIG in front, small letters and numbers will do.\n\n` +
    "TERM goes to the whole process tree of each run, and after the grace KILL, until nobody is left; Ctrl-C skips the " +
    "rest of the grace. Whoever is left all the same is named, and the exit code is 1. The agent that follows the run " +
    "puts it on record as failed, with who ended it as the reason; then its on_error runs. A run that lost its agent is " +
    "ended too, and is put on record here. Another signal is sent once to each process but the wrapper in front of the " +
    "command, and the run goes on unless it ends by it.\n\n" +
    "Nothing runs: that is what TERM and KILL want, so the exit code is 0; it is 1 for another signal, which nobody " +
    "got. A filter or a session that names nothing: 4.\n\n" +
    "Fields of the data formats: path, rid, session_id, signal, outcome (ended, survived, sent, refused), " +
    "process_count, survivors (their pids).",
  run: kill,
};

const VIEW: View<KillRow> = {
  fields: ["path", "rid", "session_id", "signal", "outcome", "process_count", "survivors"],
  columns: [],
};

async function kill(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const signal = signalOf(flags.string("signal") ?? "TERM");
  const session = sessionText(flags);
  if (flags.has("grace") && signal !== "SIGTERM") {
    throw new UsageError("Cannot use --grace: only TERM waits, expected --signal TERM or no --signal");
  }
  const agent = agentFor(invocation, system);
  const selection = selectInstances(agent, selectorOf(invocation));
  const places = taskPlaces(agent, selection, { filter: filterOf(flags), action: "kill" });
  const runs = chosenRuns(agent, places, session);
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  const grace = flags.duration("grace");
  const rows = await killRuns(agent, runs, { signal, grace, stop });
  if (flags.format !== "table") writeRows(system.terminal, rows, VIEW, flags.format);
  else if (runs.length === 0 && !flags.boolean("quiet")) {
    system.terminal.write("stderr", "agent: nothing runs\n");
  }
  reportUnusable(system, selection.unusable);
  return exitCodeOf(rows, signal);
}

function signalOf(text: string): SignalName {
  const signal = parseSignal(text);
  if (signal) return signal;
  throw new UsageError(`Cannot use --signal: the value is "${text}", expected ${SIGNAL_WORDS.join(", ")}`);
}

/** The runs of a session that ended meanwhile are none; a session that nobody knows is a mistake. */
function chosenRuns(
  { system }: Agent,
  places: readonly TaskPlace[],
  session: string | undefined,
): readonly RunUnderWay[] {
  const runs = runsUnderWay(system, places);
  if (session === undefined) return runs;
  const living = runs.map(({ record }) => record.session_id);
  const isLiving = living.some((id) => id.startsWith(session));
  const id = sessionNamed(session, isLiving ? living : sessionsOnRecord(system.files, places));
  return runs.filter(({ record }) => record.session_id === id);
}

function exitCodeOf(rows: readonly KillRow[], signal: SignalName): number {
  if (rows.length === 0) return isEnding(signal) ? EXIT_CODES.done : EXIT_CODES.failed;
  const isGood = rows.every(({ outcome }) => outcome === "ended" || outcome === "sent");
  return isGood ? EXIT_CODES.done : EXIT_CODES.failed;
}
