import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { isProvisioned } from "../status/provisioned.ts";
import { hasComplianceCollector } from "../collector/configured.ts";
import type { Subject } from "./subject.ts";
import { attachedTo } from "./subject.ts";

/** Why the scheduler does not check a service as things are. */
export function complianceGate(agent: Agent, instance: Instance): string | undefined {
  return restReason(agent, instance) ?? nothingToDo(agent, { kind: "service", instance });
}

/** Why the scheduler leaves the service in peace: a check may mend what it finds, as tasks may change things. */
export function restReason(agent: Agent, instance: Instance): string | undefined {
  if (instance.isDisabled) return "the service is disabled";
  if (instance.isFrozen) return "the service is frozen";
  return isProvisioned(agent, instance) ? undefined : "the service is not provisioned";
}

/** Why there is nothing that could be checked. */
export function nothingToDo(agent: Agent, subject: Subject): string | undefined {
  if (hasComplianceCollector(agent)) return undefined;
  try {
    if (attachedTo(agent, subject).modulesets.length > 0) return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  return "no moduleset is attached, and no collector is configured";
}
