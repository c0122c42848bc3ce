import { deleteObjects, deleteResources } from "../../actions/config/delete.ts";
import { filterRids, isFiltered } from "../../actions/config/resources.ts";
import { loadInstance } from "../../actions/load.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { System } from "../../ports.ts";
import { agentFor, errorOf, pathsFor } from "../context.ts";
import { FILTER_FLAGS, filterOf } from "../filter_flags.ts";
import { tellingErrors } from "./remarks.ts";

/** `agent SELECTOR delete` */
export const DELETE: CommandSpec = {
  words: ["delete"],
  aliases: [["instance", "delete"]],
  scope: "service",
  summary: "delete services with their state, or resources of them",
  flags: [
    ...FILTER_FLAGS,
    { name: "keep-state", kind: "boolean", text: "keep last runs, history and stamps" },
    { name: "force", kind: "boolean", text: "delete although a task runs" },
  ],
  examples: [
    { command: "agent testmd delete", text: "removes the configuration and the state of testmd" },
    { command: "agent testmd delete --rid 'task#1'", text: "removes one task from testmd" },
    {
      command: "agent testmd delete --keep-state",
      text: "keeps the last runs, for a service that will come back",
    },
  ],
  details:
    "With filters only the sections that they name are removed. Log files stay, and so does what is in a state_dir. " +
    "A service with a running task is refused.",
  run: remove,
};

async function remove(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const paths = pathsFor(agent, invocation);
  const filter = filterOf(flags);
  const request = { isStateKept: flags.boolean("keep-state"), isForced: flags.boolean("force") };
  if (!isFiltered(filter)) {
    await deleteObjects(agent, paths, request);
    return 0;
  }
  for (const path of paths) {
    const loaded = loadInstance(agent, path);
    if (loaded.kind === "missing") continue;
    if (loaded.kind !== "loaded") throw errorOf(loaded);
    const rids = filterRids(loaded.instance, filter, "delete");
    await tellingErrors(system, () => deleteResources(agent, path, rids, request));
  }
  return 0;
}
