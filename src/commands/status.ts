import type { Agent } from "../actions/agent.ts";
import type { InstanceStatus } from "../actions/status/instance_status.ts";
import type { Instance } from "../actions/load.ts";
import { evaluateStatus, refreshStatus } from "../actions/status/status.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { agentFor } from "./context.ts";
import { statusesFor } from "./statuses.ts";

/** `agent SELECTOR status` */
export const STATUS: CommandSpec = {
  words: ["status"],
  scope: "service",
  summary: "look at the resources, keep the result, print the availability",
  isData: true,
  flags: [
    {
      name: "cron",
      kind: "boolean",
      text: "as if the scheduler asked: the action is stamped, nothing is printed",
    },
  ],
  examples: [
    { command: "agent testmd status", text: "prints up, down, warn, n/a, undef, stdby up or stdby down" },
    { command: "agent '*' status", text: "one line for each service" },
  ],
  details:
    "The scheduler does this every ten minutes, or as DEFAULT.status_schedule says; the result is kept in status.json in " +
    "the state folder of the service. The exit code is 0 whenever the status could be shown, whatever it is.",
  run: status,
};

const FIELDS: View<InstanceStatus>["fields"] = [
  "path",
  "node",
  "avail",
  "overall",
  "optional",
  "frozen",
  "disabled",
  "provisioned",
  "paused",
];

async function status(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const stamp = flags.boolean("cron") ? Math.floor(system.clock.now() / 1000) : undefined;
  const statuses = await statusesFor(
    agent,
    invocation,
    (each) => stamp === undefined ? shown(agent, each) : refreshStatus(agent, each, stamp),
  );
  if (stamp !== undefined && !flags.has("format")) return 0;
  const avail = { title: "avail", cell: (row: InstanceStatus) => row.avail };
  const columns = statuses.length > 1
    ? [{ title: "path", cell: (row: InstanceStatus) => row.path }, avail]
    : [avail];
  const rows = flags.format === "table" ? statuses : statuses.map(shortOf);
  writeRows(system.terminal, rows, { fields: FIELDS, columns, hasNoTitles: true }, flags.format);
  for (const { path, unusable, problems: [problem] } of statuses) {
    if (unusable !== null) system.terminal.write("stderr", `agent: ${path}: ${problem?.text}\n`);
  }
  return 0;
}

/** What cannot be kept, as on a full or read-only file system, can still be shown. */
async function shown(agent: Agent, instance: Instance): Promise<InstanceStatus> {
  try {
    return await refreshStatus(agent, instance);
  } catch (error) {
    const status = await evaluateStatus(agent, instance);
    const reason = error instanceof Error ? error.message : error;
    agent.system.terminal.write("stderr", `agent: ${instance.name}: the status is not kept: ${reason}\n`);
    return status;
  }
}

/** The documented fields only; `print status` has all of them. */
function shortOf(full: InstanceStatus): InstanceStatus {
  return Object.fromEntries(FIELDS.map((field) => [field, full[field]])) as unknown as InstanceStatus;
}
