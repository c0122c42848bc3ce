import { pauseResources, resumeResources } from "../actions/pause.ts";
import type { Agent } from "../actions/agent.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { Flags } from "../cli/flag_values.ts";
import { UsageError } from "../cli/usage_error.ts";
import { checkPauseEnd, pauseEnd } from "../core/pause_end.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";

/** `agent SELECTOR pause` */
export const PAUSE: CommandSpec = {
  words: ["pause"],
  scope: "service",
  summary: "leave tasks and synchronisations out, by hand and on schedule, until a given time",
  flags: [
    ...FILTER_FLAGS,
    {
      name: "until",
      kind: "string",
      valueName: "TIME",
      text:
        "when it ends: YYYY-MM-DDTHH:MM:SS, with an offset or on the clock of the node, or the next HH:MM",
    },
    { name: "for", kind: "duration", valueName: "TIME", text: "how long it lasts, such as 90s, 30m or 2h" },
    { name: "reason", kind: "string", valueName: "TEXT", text: "why, for those who ask later" },
  ],
  examples: [
    { command: "agent testmd pause --rid 'task#1' --for 2h", text: "a disable that ends by itself" },
    {
      command: "agent testmd pause --until 06:30 --reason 'storage is moved'",
      text: "all tasks and synchronisations of testmd, until the next half past six",
    },
  ],
  details:
    "The configuration stays as it is: the pause is kept in the state folder of each resource, on this node, and outlives " +
    "reboots. What runs goes on. Planned instants that pass meanwhile are let go; a window that is open at the end, or a " +
    "period that is over by then, is used at once. What is disabled can be paused, too; a second pause replaces the first.",
  run(invocation, system) {
    const agent = agentFor(invocation, system);
    const until = endOf(agent, invocation.flags);
    const reason = invocation.flags.string("reason")?.trim() || null;
    const filter = filterOf(invocation.flags);
    return apply(
      agent,
      invocation,
      system,
      (instances) => pauseResources(agent, instances, filter, { until, reason }),
    );
  },
};

/** `agent SELECTOR resume` */
export const RESUME: CommandSpec = {
  words: ["resume"],
  scope: "service",
  summary: "end the pause of tasks and synchronisations before its time",
  flags: FILTER_FLAGS,
  examples: [{ command: "agent testmd resume --rid 'task#1'", text: "it may run again from now on" }],
  details: "What is not paused stays as it is.",
  run(invocation, system) {
    const agent = agentFor(invocation, system);
    const filter = filterOf(invocation.flags);
    return apply(agent, invocation, system, (instances) => resumeResources(agent, instances, filter));
  },
};

type Instances = ReturnType<typeof membersFor>["instances"];

async function apply(
  agent: Agent,
  invocation: Invocation,
  system: System,
  change: (instances: Instances) => Promise<void>,
): Promise<number> {
  const { instances, unusable } = membersFor(agent, invocation);
  await change(instances);
  reportUnusable(system, unusable);
  return unusable[0] ? codeOf(unusable[0]) : 0;
}

/** When the pause ends, in seconds since the epoch; throws `UsageError` unless exactly one flag says so. */
function endOf({ system: { clock }, node }: Agent, flags: Flags): number {
  const [text, seconds] = [flags.string("until"), flags.duration("for")];
  if ((text === undefined) === (seconds === undefined)) {
    throw new UsageError("Cannot pause: expected either --until or --for");
  }
  const now = Math.ceil(clock.now() / 1000);
  try {
    return text === undefined
      ? checkPauseEnd(`${seconds} s from now`, now + seconds!, now)
      : pauseEnd(text, now, zoneOf(node.timeZone));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`Cannot use --until: ${error.message}`);
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
