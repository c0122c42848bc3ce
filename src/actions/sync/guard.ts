import { isNodeIn } from "../../core/config/scope.ts";
import { obstacleOf } from "../../core/requires.ts";
import type { Status } from "../../core/status.ts";
import { mergeStatuses } from "../../core/status.ts";
import type { GuardFacts, Refusal } from "../../core/sync/guard.ts";
import { syncRefusal } from "../../core/sync/guard.ts";
import type { SyncTarget } from "../../core/sync/targets.ts";
import { membershipOf, targetsFor } from "../../drivers/sync/settings.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import { lookAtRequires, statusOf } from "../status/resource_status.ts";
import { isOptional } from "../resources/optional.ts";

/** Neither says whether the instance is up here: what was sent, and what ran, is a matter of the past. */
const PAST_GROUPS: ReadonlySet<string> = new Set(["sync", "task"]);

/** Says why this node must not send the data of a service to these targets now; undefined when it may. */
export async function refusalFor(
  agent: Agent,
  instance: Instance,
  targets: readonly SyncTarget[],
  isForced = false,
): Promise<Refusal | undefined> {
  return syncRefusal(await guardFacts(agent, instance, targets, isForced), isForced);
}

/** What decides whether this node may send to these targets; where it is forced to, no status is looked at. */
export async function guardFacts(
  agent: Agent,
  instance: Instance,
  targets: readonly SyncTarget[],
  isForced = false,
): Promise<GuardFacts> {
  const { configuration } = instance;
  const { self, nodes, drpnodes } = membershipOf(configuration);
  const isDrpNode = !isNodeIn(self, nodes.join(" ")) && isNodeIn(self, drpnodes.join(" "));
  return {
    self,
    isDrpNode,
    isOnlyNode: !isDrpNode && nodes.length === 1 && nodes[0]!.toLowerCase() === self.toLowerCase(),
    targets,
    avail: isForced ? "up" : await referenceStatus(agent, instance),
    isFlex: configuration.string("DEFAULT", "topology") === "flex",
    primary: configuration.string("DEFAULT", isDrpNode ? "drp_flex_primary" : "flex_primary"),
    environment: configuration.string("DEFAULT", "env") || undefined,
    nodeEnvironment: agent.node.environment,
  };
}

/**
 * Why a synchronisation waits for something to change here: the instance, or what `sync_requires` names. A section that
 * cannot be read, and a refusal that waiting does not help, are told by whoever uses it.
 */
export async function inactiveReason(
  agent: Agent,
  instance: Instance,
  resource: Resource,
): Promise<string | undefined> {
  try {
    const refusal = await refusalFor(agent, instance, targetsFor(resource.configuration, resource.rid));
    if (refusal) return refusal.kind === "inactive" ? refusal.reason : undefined;
    return (await requirementObstacle(agent, instance, resource))?.reason;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What does not hold of `sync_requires`; a mistake is one that no change of a status helps. */
export async function requirementObstacle(
  agent: Agent,
  instance: Instance,
  { configuration, rid }: Resource,
): Promise<{ readonly reason: string; readonly isMistake: boolean } | undefined> {
  const outcome = await lookAtRequires(agent, instance, configuration.requires(rid, "sync_requires"));
  const obstacle = obstacleOf(outcome);
  if (obstacle === undefined) return undefined;
  return { reason: `sync_requires: ${obstacle}`, isMistake: outcome.kind === "unknown" };
}

/** The resources whose status decides whether a synchronisation may run. Throws `ConfigValueError`. */
export function resourcesAsked(
  instance: Instance,
  { configuration, rid }: Pick<Resource, "configuration" | "rid">,
): readonly Resource[] {
  const requires = configuration.requires(rid, "sync_requires");
  const named = requires === "impossible" ? [] : requires.map((requirement) => requirement.rid);
  return instance.resources.filter((each) => named.includes(each.rid) || isReference(each));
}

/** Whether the resource must be up, so that the data of this node is the one that counts. */
function isReference(resource: Resource): boolean {
  return !PAST_GROUPS.has(resource.group) && !isOptional(resource);
}

/** The status of what must be up, so that the data of this node is the one that counts. */
async function referenceStatus(agent: Agent, instance: Instance): Promise<Status> {
  const counted = instance.resources.filter(isReference);
  const found = await Promise.all(counted.map((resource) => statusOf(agent, instance, resource)));
  return mergeStatuses(found.map(({ status }) => status));
}
