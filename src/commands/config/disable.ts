import { type DisableTarget, setDisabled } from "../../actions/config/disable.ts";
import { filterRids, isFiltered } from "../../actions/config/resources.ts";
import { loadInstance } from "../../actions/load.ts";
import type { Agent } from "../../actions/agent.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import type { System } from "../../ports.ts";
import { agentFor, errorOf, pathsFor } from "../context.ts";
import { FILTER_FLAGS, filterOf } from "../filter_flags.ts";
import { tellingErrors, tellRemarks } from "./remarks.ts";

/** `agent SELECTOR disable` */
export const DISABLE: CommandSpec = {
  words: ["disable"],
  aliases: [["instance", "disable"]],
  scope: "service",
  summary: "leave whole services, or resources of them, out of every action",
  flags: FILTER_FLAGS,
  examples: [
    { command: "agent testmd disable --rid 'task#0'", text: "sets task#0.disable = true" },
    { command: "agent testmd disable", text: "disables the whole service" },
  ],
  details: "A scoped line such as disable@n1 = false that would still win on this node is set, too.",
  run: (invocation, system) => change(invocation, system, true),
};

/** `agent SELECTOR enable` */
export const ENABLE: CommandSpec = {
  words: ["enable"],
  aliases: [["instance", "enable"]],
  scope: "service",
  summary: "undo disable",
  flags: FILTER_FLAGS,
  examples: [
    { command: "agent testmd enable --rid 'task#0'", text: "removes task#0.disable" },
    { command: "agent testmd enable", text: "enables the service; resources that are disabled stay so" },
  ],
  details: "A scoped line such as disable@n1 = true that would still win on this node is removed, too; " +
    "lines for other nodes stay.",
  run: (invocation, system) => change(invocation, system, false),
};

async function change(invocation: Invocation, system: System, isDisabled: boolean): Promise<number> {
  const agent = agentFor(invocation, system);
  const filter = filterOf(invocation.flags);
  const action = isDisabled ? "disable" : "enable";
  const targets = pathsFor(agent, invocation).map((path) => targetOf(agent, path, filter, action));
  tellRemarks(invocation, system, await tellingErrors(system, () => setDisabled(agent, targets, isDisabled)));
  return 0;
}

function targetOf(
  agent: Agent,
  path: ObjectPath,
  filter: ResourceFilterTexts,
  action: string,
): DisableTarget {
  if (!isFiltered(filter)) return { path, sections: ["DEFAULT"] };
  const loaded = loadInstance(agent, path);
  if (loaded.kind === "missing") return { path, sections: [] };
  if (loaded.kind !== "loaded") throw errorOf(loaded);
  return { path, sections: filterRids(loaded.instance, filter, action) };
}
