import type { Requires, RequiresOutcome } from "../../core/requires.ts";
import { evaluateRequires } from "../../core/requires.ts";
import type { Status } from "../../core/status.ts";
import { toStandby } from "../../core/status.ts";
import type { StatusMessage } from "../../drivers/driver.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import { lookContext } from "../resources/context.ts";
import { driverPorts } from "../resources/ports.ts";

/** The status of one resource, with what there is to say about it. */
export interface ResourceStatus {
  readonly status: Status;
  readonly messages: readonly StatusMessage[];
}

/** Asks the driver, live; a disabled resource is `n/a`, one that cannot be used is `undef` and says why. */
export async function statusOf(
  agent: Agent,
  instance: Instance,
  resource: Resource,
): Promise<ResourceStatus> {
  if (resource.isDisabled) return { status: "n/a", messages: [] };
  const { driver, problem } = resource;
  if (!driver) {
    return { status: "undef", messages: [{ level: "warn", text: problem ?? "it cannot be used" }] };
  }
  if (resource.tags.has("nostatus")) return { status: "n/a", messages: [] };
  try {
    const ports = driverPorts(lookContext(agent, instance), resource.rid);
    const found = await driver.status(ports, resource);
    return resource.isStandby ? { ...found, status: toStandby(found.status) } : found;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { status: "undef", messages: [{ level: "error", text }] };
  }
}

/** Tells the first requirement that does not hold, if any; only the resources that are named, up to that one, are asked. */
export async function lookAtRequires(
  agent: Agent,
  instance: Instance,
  requires: Requires,
): Promise<RequiresOutcome> {
  if (requires === "impossible") return { kind: "impossible" };
  for (const requirement of requires) {
    const resource = instance.resources.find(({ rid }) => rid === requirement.rid);
    const found = resource && (await statusOf(agent, instance, resource)).status;
    const outcome = evaluateRequires([requirement], () => found);
    if (outcome.kind !== "met") return outcome;
  }
  return { kind: "met" };
}
