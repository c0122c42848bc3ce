import { waitForRuns } from "../actions/wait/wait.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, instancesFor, reportUnusable } from "./context.ts";
import { FILTER_FLAGS, filterOf, sessionText } from "./filter_flags.ts";
import { RESULT_VIEW } from "./run_results.ts";

/** `agent SELECTOR wait` */
export const WAIT: CommandSpec = {
  words: ["wait"],
  scope: "service",
  summary: "wait until runs are over, and exit as they did",
  isData: true,
  flags: [
    ...FILTER_FLAGS,
    {
      name: "session",
      kind: "string",
      valueName: "ID",
      text: "the runs of one session, by the beginning of its id; without it all that are under way",
    },
    { name: "timeout", kind: "duration", valueName: "TIME", text: "how long to wait; 0 looks once" },
  ],
  examples: [
    {
      command: 'session=$(agent testmd run --detach) && agent testmd wait --session "$session"',
      text: "a run in the background, and its exit code",
    },
    { command: "agent '*' wait --timeout 10m", text: "until nothing runs any more that runs now" },
  ],
  details:
    "The exit code is the one that run would have had: that of the first failing task. It is 124 when the time is up " +
    "before. What the daemon runs can be waited for, too. A session that is over is answered from what is on record; one " +
    "that nothing knows of gives 4. A run whose agent was killed, so that nobody saw how it ended, counts as failed, with " +
    "1. Nothing is printed, unless --format asks for the results: the fields are those of run.",
  run: wait,
};

async function wait(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const session = sessionText(flags);
  const seconds = flags.duration("timeout");
  const agent = agentFor(invocation, system);
  const { instances, unusable } = instancesFor(agent, invocation);
  const { results, exitCode, problems, left } = await waitForRuns(agent, instances, {
    filter: filterOf(flags),
    session,
    timeoutMs: seconds === undefined ? undefined : seconds * 1000,
  });
  if (flags.format !== "table") writeRows(system.terminal, results, RESULT_VIEW, flags.format);
  const tell = (text: string) => system.terminal.write("stderr", `agent: ${text}\n`);
  for (const text of problems) tell(text);
  for (const { path, rid, reason, status } of results) {
    if (reason !== null && (status === null || status === "undef")) tell(`${path} ${rid}: ${reason}`);
  }
  reportUnusable(system, unusable);
  if (left !== undefined) {
    tell(`still under way after ${seconds} s: ${left.join(", ")}`);
    return EXIT_CODES.timeout;
  }
  return exitCode || (unusable[0] ? codeOf(unusable[0]) : 0);
}
