import type { Agent } from "../actions/agent.ts";
import type { InstanceStatus } from "../actions/status/instance_status.ts";
import type { Instance } from "../actions/load.ts";
import { selectInstances } from "../actions/select.ts";
import { unusableStatus } from "../actions/status/status.ts";
import type { Invocation } from "../cli/command.ts";
import { compareNatural } from "../core/naming/natural_order.ts";
import { selectorOf } from "./context.ts";

/** The statuses of all that a command line names, by path; what cannot be used has one too, which says why. */
export async function statusesFor(
  agent: Agent,
  invocation: Invocation,
  look: (instance: Instance) => InstanceStatus | Promise<InstanceStatus>,
): Promise<readonly InstanceStatus[]> {
  const { instances, unusable } = selectInstances(agent, selectorOf(invocation));
  const statuses = unusable.map((each) => unusableStatus(agent, each));
  for (const instance of instances) statuses.push(await look(instance));
  return statuses.sort((a, b) => compareNatural(a.path, b.path));
}
