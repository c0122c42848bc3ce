import { editConfig, type Leftover } from "../../actions/config/edit.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { formatObjectPath } from "../../core/naming/object_path.ts";
import type { System } from "../../ports.ts";
import { agentFor, singlePath } from "../context.ts";
import { tellingErrors, tellRemarks } from "./remarks.ts";

/** `agent NAME edit config` */
export const EDIT_CONFIG: CommandSpec = {
  words: ["edit", "config"],
  aliases: [["config", "edit"]],
  scope: "service",
  summary: "edit a configuration, and install it when it is valid",
  flags: [
    { name: "discard", kind: "boolean", text: "drop changes that an earlier edit left behind" },
    { name: "recover", kind: "boolean", text: "go on with changes that an earlier edit left behind" },
  ],
  examples: [
    { command: "agent testmd edit config", text: "opens a private copy in $VISUAL, $EDITOR or vi" },
    { command: "agent testmd edit config --recover", text: "repairs what was refused for its errors" },
  ],
  details:
    "The copy is validated before it replaces the configuration. With errors nothing is installed, the copy is kept " +
    "for --recover, and the exit code is 3. A copy without a change is dropped.",
  run: edit,
};

async function edit(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const [isDiscarded, isRecovered] = [flags.boolean("discard"), flags.boolean("recover")];
  if (isDiscarded && isRecovered) {
    throw new UsageError("Cannot edit config: --discard and --recover exclude each other, expected one");
  }
  const leftover: Leftover = isDiscarded ? "discard" : isRecovered ? "recover" : "refuse";
  const agent = agentFor(invocation, system);
  const path = singlePath(agent, invocation);
  const remarks = await tellingErrors(system, () => editConfig(agent, path, leftover));
  tellRemarks(invocation, system, [{ name: formatObjectPath(path), remarks }]);
  return 0;
}
