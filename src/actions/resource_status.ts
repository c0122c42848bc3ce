import type { Status } from "../core/status.ts";
import { toStandby } from "../core/status.ts";
import type { StatusMessage } from "../drivers/driver.ts";
import type { Agent } from "./agent.ts";
import type { Instance, Resource } from "./load.ts";

/** The status of one resource, with what there is to say about it. */
export interface ResourceStatus {
  readonly status: Status;
  readonly messages: readonly StatusMessage[];
}

/** Asks the driver, live; a disabled resource is `n/a`, one that cannot be used is `undef` and says why. */
export function statusOf(agent: Pick<Agent, "system">, resource: Resource): ResourceStatus {
  if (resource.isDisabled) return { status: "n/a", messages: [] };
  const { driver, problem } = resource;
  if (!driver) {
    return { status: "undef", messages: [{ level: "warn", text: problem ?? "it cannot be used" }] };
  }
  if (resource.tags.has("nostatus")) return { status: "n/a", messages: [] };
  try {
    const found = driver.status({ files: agent.system.files }, resource);
    return resource.isStandby ? { ...found, status: toStandby(found.status) } : found;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { status: "undef", messages: [{ level: "error", text }] };
  }
}

/** Gives the status of a resource by its rid; undefined for one that does not exist. */
export function statusLookup(
  agent: Pick<Agent, "system">,
  instance: Instance,
): (rid: string) => Status | undefined {
  return (rid) => {
    const resource = instance.resources.find((candidate) => candidate.rid === rid);
    return resource && statusOf(agent, resource).status;
  };
}
