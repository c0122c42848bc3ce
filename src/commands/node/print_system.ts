import { systemReportOf } from "../../actions/collector/system.ts";
import type { CommandSpec } from "../../cli/command.ts";
import { writeValue } from "../../cli/output.ts";
import type { SystemReport } from "../../core/asset/body.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { systemText } from "./system_text.ts";

/** `agent node print system` */
export const NODE_PRINT_SYSTEM: CommandSpec = {
  words: ["node", "print", "system"],
  aliases: [["node", "print", "asset"]],
  scope: "node",
  summary: "show what the node tells of itself to the collector",
  isData: true,
  flags: [],
  examples: [
    { command: "agent node print system", text: "the properties, and how much there is of all else" },
    { command: "agent node print system --format json", text: "exactly what is sent" },
  ],
  details:
    "The sections are properties, hardware, uids, gids, lan, hba, targets and package. One that is not known whole, " +
    "because something of it cannot be read or there is too much of it, is left out, and stderr says why: the collector " +
    "takes what it is told for all there is. What a keyword of [node] in node.conf says comes before what the agent " +
    "finds; source says where a value is from: probe, config, or default when nobody knows.",
  async run(invocation, system) {
    const { flags } = invocation;
    const report = await systemReportOf(agentFor(invocation, system));
    writeValue(system.terminal, report.body, () => systemText(report.body), flags.format);
    if (!flags.boolean("quiet")) reportLeftOut(system, report);
    return 0;
  },
};

/** Says which sections are not told. */
export function reportLeftOut(
  { terminal }: Pick<System, "terminal">,
  { leftOut }: Pick<SystemReport, "leftOut">,
): void {
  for (const { section, reason } of leftOut) {
    terminal.write("stderr", `agent: ${section} is left out: ${reason}\n`);
  }
}
