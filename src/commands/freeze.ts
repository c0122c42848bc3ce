import { setFrozen } from "../actions/freeze.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { System } from "../ports.ts";
import { agentFor, pathsFor } from "./context.ts";

/** `agent SELECTOR freeze` */
export const FREEZE: CommandSpec = {
  words: ["freeze"],
  aliases: [["instance", "freeze"]],
  scope: "service",
  summary: "keep the scheduler from running tasks of a service, until thaw",
  flags: [],
  examples: [{ command: "agent testmd freeze", text: "print status shows it as frozen" }],
  details:
    "Synchronisations are kept back as tasks are. Runs by hand, and the status action, go on. A flag in the state folder says that the service is frozen on this " +
    "node; it outlives reboots, and the configuration stays as it is.",
  run: (invocation, system) => apply(invocation, system, true),
};

/** `agent SELECTOR thaw` */
export const THAW: CommandSpec = {
  words: ["thaw"],
  aliases: [["unfreeze"], ["instance", "unfreeze"]],
  scope: "service",
  summary: "let the scheduler run tasks of a frozen service again",
  flags: [],
  examples: [{
    command: "agent testmd thaw",
    text: "planned instants that passed meanwhile are not made up for",
  }],
  run: (invocation, system) => apply(invocation, system, false),
};

async function apply(
  invocation: Invocation,
  system: System,
  isFrozen: boolean,
): Promise<number> {
  const agent = agentFor(invocation, system);
  for (const path of pathsFor(agent, invocation)) await setFrozen(agent, path, isFrozen);
  return 0;
}
