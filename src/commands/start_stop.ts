import type { StartStop } from "../actions/start_stop.ts";
import { startStop } from "../actions/start_stop.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";

/** `agent SELECTOR start` */
export const START: CommandSpec = {
  words: ["start"],
  aliases: [["instance", "start"]],
  scope: "service",
  summary: "start resources, such as fs.flag, on this node",
  flags: FILTER_FLAGS,
  examples: [
    { command: "agent testmd start", text: "all resources that can be started, in natural order" },
    { command: "agent testmd start --rid 'fs#1'", text: "one resource; tasks that require it may run then" },
  ],
  details: "What is up already stays so. Tasks are not started: see run.",
  run: (invocation, system) => apply(invocation, system, "start"),
};

/** `agent SELECTOR stop` */
export const STOP: CommandSpec = {
  words: ["stop"],
  aliases: [["instance", "stop"]],
  scope: "service",
  summary: "stop resources, such as fs.flag, on this node",
  flags: FILTER_FLAGS,
  examples: [{ command: "agent testmd stop", text: "all resources that can be stopped, last one first" }],
  details: "What is down already stays so. Runs of tasks that are under way go on.",
  run: (invocation, system) => apply(invocation, system, "stop"),
};

async function apply(invocation: Invocation, system: System, action: StartStop): Promise<number> {
  const agent = agentFor(invocation, system);
  const { instances, unusable } = membersFor(agent, invocation);
  const isDone = await startStop(agent, instances, { action, filter: filterOf(invocation.flags) });
  reportUnusable(system, unusable);
  if (!isDone) return EXIT_CODES.failed;
  return unusable[0] ? codeOf(unusable[0]) : EXIT_CODES.done;
}
