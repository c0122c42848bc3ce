import type { StartStop } from "../actions/start_stop.ts";
import { startStop } from "../actions/start_stop.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import type { FlagSpec } from "../cli/flag_spec.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";

const FORCE: FlagSpec = {
  name: "force",
  kind: "boolean",
  text: "stop standby resources too, which are up on every node",
};

/** `agent SELECTOR start` */
export const START: CommandSpec = {
  words: ["start"],
  aliases: [["instance", "start"]],
  scope: "service",
  summary: "start resources, such as mounts and addresses, on this node",
  flags: FILTER_FLAGS,
  examples: [
    {
      command: "agent testmd start",
      text: "all resources that can be started: ip, disk, fs, share, container, app",
    },
    { command: "agent testmd start --rid 'fs#1'", text: "one resource; tasks that require it may run then" },
  ],
  details:
    "What is up already stays so. Tasks are not started: see run. The first failure ends it, and what it has " +
    "started is stopped again unless DEFAULT.rollback = false; a failure of an optional resource is only told.",
  run: (invocation, system) => apply(invocation, system, "start"),
};

/** `agent SELECTOR stop` */
export const STOP: CommandSpec = {
  words: ["stop"],
  aliases: [["instance", "stop"]],
  scope: "service",
  summary: "stop resources, such as mounts and addresses, on this node",
  flags: [...FILTER_FLAGS, FORCE],
  examples: [
    {
      command: "agent testmd stop",
      text: "all resources that can be stopped, in the reverse order of start",
    },
    { command: "agent testmd stop --rid ip", text: "only the addresses" },
  ],
  details:
    "What is down already stays so. Runs of tasks that are under way go on. The first failure ends it.",
  run: (invocation, system) => apply(invocation, system, "stop"),
};

/** `agent SELECTOR restart` */
export const RESTART: CommandSpec = {
  words: ["restart"],
  aliases: [["instance", "restart"]],
  scope: "service",
  summary: "stop resources, then start them again, on this node",
  flags: FILTER_FLAGS,
  examples: [{ command: "agent testmd restart --rid app", text: "only the applications" }],
  details: "Nothing is started when something cannot be stopped.",
  run: (invocation, system) => apply(invocation, system, "restart"),
};

/** `agent SELECTOR provision` */
export const PROVISION: CommandSpec = {
  words: ["provision"],
  aliases: [["instance", "provision"]],
  scope: "service",
  summary: "make what resources need, remember that they are provisioned, and start them",
  flags: FILTER_FLAGS,
  examples: [{ command: "agent testmd provision", text: "once, when the service is new on its node" }],
  details:
    "No file system is ever made: that is for blocking_pre_provision. Resources with provision = false are left out.",
  run: (invocation, system) => apply(invocation, system, "provision"),
};

/** `agent SELECTOR unprovision` */
export const UNPROVISION: CommandSpec = {
  words: ["unprovision"],
  aliases: [["instance", "unprovision"]],
  scope: "service",
  summary: "stop resources, and remember that they are not provisioned: no task is scheduled",
  flags: FILTER_FLAGS,
  examples: [{ command: "agent testmd unprovision", text: "before the service is deleted" }],
  details:
    "No data is ever removed: that is for the triggers. Resources with unprovision = false are left out.",
  run: (invocation, system) => apply(invocation, system, "unprovision"),
};

async function apply(invocation: Invocation, system: System, action: StartStop): Promise<number> {
  const agent = agentFor(invocation, system);
  const { instances, unusable } = membersFor(agent, invocation);
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  const { flags } = invocation;
  const isForced = action === "stop" && flags.boolean("force");
  const isDone = await startStop(agent, instances, { action, filter: filterOf(flags), isForced, stop });
  reportUnusable(system, unusable);
  if (stop.asked.aborted) return stop.exitCode;
  if (!isDone) return EXIT_CODES.failed;
  return unusable[0] ? codeOf(unusable[0]) : EXIT_CODES.done;
}
