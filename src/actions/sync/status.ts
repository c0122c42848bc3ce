import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import type { ResourceStatus } from "../status/resource_status.ts";
import { statusOf } from "../status/resource_status.ts";
import { inactiveReason } from "./guard.ts";

/** The status of a resource; of data that another node sends now, this one knows nothing, however old its stamps are. */
export async function statusHere(
  agent: Agent,
  instance: Instance,
  resource: Resource,
): Promise<ResourceStatus> {
  const found = await statusOf(agent, instance, resource);
  if (resource.group !== "sync" || found.status !== "warn" && found.status !== "up") return found;
  const reason = await inactiveReason(agent, instance, resource);
  return reason === undefined ? found : { status: "n/a", messages: [{ level: "info", text: reason }] };
}
