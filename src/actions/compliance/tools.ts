import { join } from "@std/path";
import { TOOL_NAMES, toolText } from "../../core/compliance/tool_texts.ts";
import type { Agent } from "../agent.ts";

/** The folder of the small programs by which modules call the agent. */
export function toolsFolder({ folders }: Pick<Agent, "folders">): string {
  return join(folders.var, "node", "compliance_tools");
}

/** Writes those programs, unless they are there as they should be. */
export async function writeTools(agent: Agent): Promise<void> {
  const { files, host } = agent.system;
  const { etc, var: state, log, run } = agent.folders;
  const environment = {
    AGENT_ETC: etc,
    AGENT_VAR: state,
    AGENT_LOG: log,
    AGENT_RUN: run,
    AGENT_NODENAME: agent.node.name,
    ...passed(host.environment, ["AGENT_RUNTIME_DIR"]),
  };
  for (const name of TOOL_NAMES) {
    const file = join(toolsFolder(agent), name);
    const text = toolText(name, { self: host.self, environment });
    if (files.read(file) !== text) await files.replace(file, text, { mode: 0o700 });
  }
}

function passed(ambient: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => ambient[name] === undefined ? [] : [[name, ambient[name]]]),
  );
}
