import type { Status } from "../../core/status.ts";
import { mergeStatuses } from "../../core/status.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { statusOf } from "../status/resource_status.ts";
import { isOptional } from "./optional.ts";

/** Whether the service is active on this node, live: the statuses of all that is not optional, summed up. */
export async function availOf(agent: Agent, instance: Instance): Promise<Status> {
  const counted = instance.isDisabled ? [] : instance.resources.filter((each) => !isOptional(each));
  const found = await Promise.all(counted.map((resource) => statusOf(agent, instance, resource)));
  return mergeStatuses(found.map(({ status }) => status));
}
