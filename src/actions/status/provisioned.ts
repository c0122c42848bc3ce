import { join } from "@std/path";
import { readStateOr } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";

/** Whether a resource is provisioned; undefined when nothing says so, as for tasks, which never need it. */
export function provisionedStateOf(agent: Pick<Agent, "system">, resource: Resource): boolean | undefined {
  if (resource.group === "task") return undefined;
  return readStateOr(agent.system.files, join(resource.ridFolder, "provisioned"), parseProvisioned);
}

function parseProvisioned(text: string): boolean | undefined {
  const word = text.trim();
  return word === "true" ? true : word === "false" ? false : undefined;
}

/** Sums up the resources that are not disabled: `mixed` when some are provisioned and some are not. */
export function provisionedOf(agent: Pick<Agent, "system">, instance: Instance): boolean | "mixed" {
  const states = new Set<boolean>();
  for (const resource of instance.resources) {
    const state = resource.isDisabled ? undefined : provisionedStateOf(agent, resource);
    if (state !== undefined) states.add(state);
  }
  return states.size === 2 ? "mixed" : !states.has(false);
}

/** Whether all of the service is provisioned: without that, the scheduler runs none of its tasks (spec 4.1). */
export function isProvisioned(agent: Pick<Agent, "system">, instance: Instance): boolean {
  return provisionedOf(agent, instance) === true;
}
