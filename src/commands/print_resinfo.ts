import { resinfoRows } from "../actions/push/resinfo.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { Column, View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { ResinfoRow } from "../core/collector/resinfo.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, instancesFor, reportUnusable } from "./context.ts";

/** `agent SELECTOR print resinfo` */
export const PRINT_RESINFO: CommandSpec = {
  words: ["print", "resinfo"],
  aliases: [["resource", "info"], ["instance", "resource", "info"], ["resource", "info", "list"]],
  scope: "service",
  summary: "show what the resources of a service are made of",
  isData: true,
  flags: [],
  examples: [
    { command: "agent testmd print resinfo", text: "every resource, and the [env] section" },
    { command: "agent '*' print resinfo --format csv", text: "all services, for a spreadsheet" },
  ],
  details:
    "This is what push resinfo tells the collector. Values are shown as they are evaluated on this node; what " +
    "secrets_environment and the like refer to never is.",
  run: (invocation, system) => Promise.resolve(printResinfo(invocation, system)),
};

const KEYED: readonly Column<ResinfoRow>[] = [
  { title: "rid", minWidth: 14, cell: ({ rid }) => rid },
  { title: "key", minWidth: 18, cell: ({ res_key }) => res_key },
  { title: "value", cell: ({ res_value }) => res_value.replace(/\s*\n\s*/g, " ") || "-" },
];
const PATH: Column<ResinfoRow> = { title: "path", minWidth: 14, cell: ({ res_svcname }) => res_svcname };

const FIELDS: View<ResinfoRow>["fields"] = [
  "res_svcname",
  "res_nodename",
  "topology",
  "rid",
  "res_key",
  "res_value",
];

function printResinfo(invocation: Invocation, system: System): number {
  const agent = agentFor(invocation, system);
  const { instances, unusable, isSingle } = instancesFor(agent, invocation);
  const rows = instances.flatMap((instance) => resinfoRows(agent, instance));
  const columns = isSingle ? KEYED : [PATH, ...KEYED];
  writeRows(system.terminal, rows, { fields: FIELDS, columns }, invocation.flags.format);
  reportUnusable(system, unusable);
  return unusable[0] ? codeOf(unusable[0]) : 0;
}
