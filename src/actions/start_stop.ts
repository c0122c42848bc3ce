import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import type { Driver } from "../drivers/driver.ts";
import type { Agent } from "./agent.ts";
import type { Journal } from "./journal.ts";
import { journalFor } from "./journal_for.ts";
import type { Instance, Resource } from "./load.ts";
import { chooseResources, ridsOf, whereNamed } from "./run/choose.ts";
import { refuseStranger } from "./run/run.ts";
import type { ActionContext } from "./resources/context.ts";
import { driverPorts } from "./resources/ports.ts";
import { StopRequest } from "./run/stop_request.ts";
import { refreshStatus } from "./status.ts";

/** What can be done to resources, in their order or against it. */
export type StartStop = "start" | "stop";

export interface StartStopRequest {
  readonly action: StartStop;
  readonly filter: ResourceFilterTexts;
}

interface Plan {
  readonly instance: Instance;
  readonly journal: Journal;
  readonly sessionId: string;
  readonly stop: StopRequest;
  readonly resources: readonly Resource[];
}

/**
 * Starts the chosen resources in natural order, or stops them in the reverse order; resolves to whether all went well.
 *
 * Throws `NotFoundError` and `RefusedError` before anything is done to any service. A failure ends the sequence of its
 * service, unless the resource is optional; the other services go on. The kept status is refreshed in the end.
 */
export async function startStop(
  agent: Agent,
  instances: readonly Instance[],
  request: StartStopRequest,
): Promise<boolean> {
  const sessionId = agent.system.host.uuid();
  const plans = whereNamed(instances, (instance) => planService(agent, instance, request, sessionId));
  let isDone = true;
  for (const plan of plans) {
    isDone = await applyPlan(agent, plan, request.action) && isDone;
    if (plan.resources.length > 0) await refreshStatus(agent, plan.instance);
  }
  return isDone;
}

function planService(
  agent: Agent,
  instance: Instance,
  { action, filter }: StartStopRequest,
  sessionId: string,
): Plan {
  refuseStranger(agent, instance);
  const journal = journalFor(agent, { path: instance.name, sessionId });
  const can = ({ driver }: Resource) => driver?.[action] !== undefined;
  const { chosen, disabled } = chooseResources(instance, { filter, action, can });
  if (disabled.length > 0) journal.info(`${ridsOf(disabled)} disabled`);
  if (chosen.length === 0) journal.info(`nothing to ${action}`);
  return {
    instance,
    journal,
    sessionId,
    stop: new StopRequest(),
    resources: action === "start" ? chosen : chosen.toReversed(),
  };
}

async function applyPlan(agent: Agent, plan: Plan, action: StartStop): Promise<boolean> {
  const { journal, resources } = plan;
  for (const resource of resources) {
    const problem = await applyTo({ agent, ...plan }, resource, action);
    if (problem === undefined) continue;
    journal.error(`'${action}' action stopped on execution error: ${problem}`, resource.rid);
    if (resource.optional !== true) return false;
    journal.info(`ignore ${action} error on optional resource`, resource.rid);
  }
  return true;
}

/** Says why it failed; what a driver throws concerns its resource, and is told as such. */
async function applyTo(
  context: ActionContext,
  resource: Resource,
  action: StartStop,
): Promise<string | undefined> {
  const driver: Driver = resource.driver!;
  try {
    await driver[action]?.(driverPorts(context, resource.rid), resource);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
