import type { DriverPorts } from "../../drivers/driver.ts";
import { runCommand } from "./command.ts";
import type { ActionContext } from "./context.ts";
import { endKept, keepCommand } from "./keep.ts";
import { runTool } from "./tool.ts";

/** What the driver of one resource may touch in one action. */
export function driverPorts(context: ActionContext, rid: string): DriverPorts {
  const { agent: { system, node }, journal, stop } = context;
  const { files, clock, processes, users, network, host } = system;
  return {
    ...{ files, clock, processes, users, network, host },
    node: node.name,
    journal: {
      debug: (message) => journal.debug(message, rid),
      info: (message) => journal.info(message, rid),
      warning: (message) => journal.warning(message, rid),
      error: (message) => journal.error(message, rid),
    },
    stopping: stop.asked,
    tool: (argv, options) => runTool(system, argv, stop.asked, options),
    run: (command, options) => runCommand(context, rid, command, options),
    keep: (command, options) => keepCommand(context, rid, command, options),
    endKept: (folder, grace) => endKept(context, folder, grace),
  };
}
