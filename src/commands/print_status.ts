import type { InstanceStatus } from "../actions/status/instance_status.ts";
import { isDaemonRunning } from "../actions/schedule/rows.ts";
import { evaluateStatus } from "../actions/status/status.ts";
import { isColored, paint } from "../cli/color.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { agentFor } from "./context.ts";
import type { TreeOptions } from "./status_tree.ts";
import { statusTree } from "./status_tree.ts";
import { statusesFor } from "./statuses.ts";

/** `agent SELECTOR print status` */
export const PRINT_STATUS: CommandSpec = {
  words: ["print", "status"],
  aliases: [["instance", "status"]],
  scope: "service",
  summary: "show the state of a service: its resources, last runs and what is wrong",
  isData: true,
  flags: [],
  examples: [
    { command: "agent testmd print status", text: "one service" },
    { command: "agent '*' print status", text: "all services, one tree each" },
    { command: "agent testmd print status --format json", text: "the same for programs: always an array" },
  ],
  details:
    "Everything is looked at now, and nothing is written. The exit code is 0 whenever it could be shown, also for a " +
    "configuration that is broken or not trusted: the tree says so.\n\n" +
    "The eight flags of a resource: R running, M monitored, D disabled, O optional, E in a container, provisioned " +
    "(. yes, P no, / does not apply), S standby, restarts. Tasks count as optional unless optional = false: their " +
    "status is summed up in `optional`, that of the others in `avail`.",
  run: printStatus,
};

const FIELDS: View<InstanceStatus>["fields"] = [
  "path",
  "node",
  "kind",
  "updated",
  "unusable",
  "app",
  "env",
  "topology",
  "priority",
  "avail",
  "overall",
  "optional",
  "frozen",
  "disabled",
  "provisioned",
  "subsets",
  "resources",
  "status_group",
  "running",
  "problems",
  "paused",
];

async function printStatus(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const statuses = await statusesFor(agent, invocation, (instance) => evaluateStatus(agent, instance));
  if (flags.format === "table") {
    const isPainted = isColored(flags.string("color"), "stdout", system.terminal, system.host.environment);
    const options: TreeOptions = {
      zone: agent.node.timeZone,
      isDaemonRunning: isDaemonRunning(agent),
      paint: (text, color) => paint(text, isPainted ? color : undefined),
    };
    system.terminal.write("stdout", statuses.map((status) => statusTree(status, options)).join("\n"));
  } else writeRows(system.terminal, statuses, { fields: FIELDS, columns: [] }, flags.format);
  return 0;
}
