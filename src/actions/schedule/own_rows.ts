/**
 * What every service does by itself, as rows of its schedule.
 *
 * @module
 */
import { splitKey } from "../../core/config/scope.ts";
import type { Agent } from "../agent.ts";
import { complianceGate, nothingToDo } from "../compliance/gate.ts";
import { hasCollector, noCollectorReason } from "../collector/configured.ts";
import type { Instance } from "../load.ts";
import { isWatched } from "../resources/watched.ts";

/** What the service does by itself, whatever its resources. */
export type OwnAction = "status" | "resource_monitor" | PushAction | "compliance_auto";

/** What is pushed to the collector. */
export type PushAction = "push_resinfo" | "push_config" | "push_status";

/** One of the service's own actions, in the schedule. */
export interface OwnRow {
  readonly action: OwnAction;
  /** The keyword of DEFAULT. */
  readonly option: string;
  isListed(instance: Instance): boolean;
  /** Whether it stands below the synchronisations, which are part of what a service does by itself, too. */
  readonly isBelowSync?: boolean;
  /** Why it does not run as things are. */
  gate(agent: Agent, instance: Instance): string | undefined;
  /** Whether the daemon follows it at all; it does when nothing is said. What changes the answer wakes the daemon. */
  isFollowed?(agent: Agent, instance: Instance): boolean;
}

/** What all pushes have in common. */
const PUSH = {
  isListed: () => true,
  isBelowSync: true,
  gate: (agent: Agent, instance: Instance) => strangerReason(agent, instance) ?? noCollectorReason(agent),
  isFollowed: hasCollector,
} as const;

/** In the order of the table; another action is a row here, and a handler in `daemon/own/`. */
export const OWN_ROWS: readonly OwnRow[] = [
  { action: "status", option: "status_schedule", isListed: () => true, gate: strangerReason },
  { action: "resource_monitor", option: "monitor_schedule", isListed: isMonitoring, gate: strangerReason },
  { action: "push_resinfo", option: "resinfo_schedule", ...PUSH },
  { action: "push_config", option: "push_schedule", ...PUSH },
  { action: "push_status", option: "push_status_schedule", ...PUSH },
  {
    action: "compliance_auto",
    option: "comp_schedule",
    isBelowSync: true,
    isListed: () => true,
    gate: (agent, instance) => strangerReason(agent, instance) ?? complianceGate(agent, instance),
    isFollowed: (agent, instance) => nothingToDo(agent, { kind: "service", instance }) === undefined,
  },
];

/** Whether a resource is monitored, or the schedule of it is set. */
function isMonitoring({ configuration, resources }: Instance): boolean {
  const isSet = [...configuration.document.sections.get("DEFAULT")?.byKey.keys() ?? []]
    .some((key) => splitKey(key).option === "monitor_schedule");
  return isSet || resources.some(isWatched);
}

/** Why nothing of the service runs on this node. */
export function strangerReason(agent: Agent, { isMember }: Instance): string | undefined {
  return isMember ? undefined : `this node, ${agent.node.name}, is in neither nodes nor drpnodes`;
}
