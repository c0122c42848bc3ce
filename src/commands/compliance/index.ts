import type { CommandSpec } from "../../cli/command.ts";
import { attachCommand, detachCommand } from "./attach.ts";
import { runCommand } from "./run.ts";
import { listCommand, showCommand } from "./show.ts";

/** The commands of compliance, of services or of the node. */
function complianceCommands(scope: "service" | "node"): readonly CommandSpec[] {
  return [
    runCommand("auto", scope),
    runCommand("check", scope),
    runCommand("fix", scope),
    runCommand("fixable", scope),
    showCommand(scope),
    listCommand(scope),
    attachCommand(scope),
    detachCommand(scope),
  ];
}

export const SERVICE_COMPLIANCE = complianceCommands("service");
export const NODE_COMPLIANCE = complianceCommands("node");
