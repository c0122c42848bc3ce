import { RefusedError } from "../../core/errors.ts";
import type { Agent } from "../agent.ts";

/** Whether a collector is configured (node.conf [node] collector or collector_feeder). */
export function hasCollector({ node }: Pick<Agent, "node">): boolean {
  return node.collector?.feeder !== undefined;
}

/** Whether there is an address to which compliance is told, and where it is asked for. */
export function hasComplianceCollector({ node }: Pick<Agent, "node">): boolean {
  return node.collector?.compliance !== undefined;
}

/** Why nothing can be told; undefined when there is a collector. */
export function noCollectorReason(agent: Pick<Agent, "node">): string | undefined {
  return hasCollector(agent) ? undefined : missingReason(agent, "[node] collector = ADDRESS");
}

/** Throws `RefusedError` that says why nothing can be told, for who was asked to do so by hand. */
export function needCollector(agent: Pick<Agent, "node">, what: string): void {
  const reason = noCollectorReason(agent);
  if (reason !== undefined) throw new RefusedError(`Cannot ${what}: ${reason}`);
}

/** The same about compliance. */
export function needComplianceCollector(agent: Pick<Agent, "node">, what: string): void {
  if (hasComplianceCollector(agent)) return;
  throw new RefusedError(`Cannot ${what}: ${missingReason(agent, "[node] dbcompliance = ADDRESS")}`);
}

/** Why there is no address of a collector; `expected` is the line that names one. */
export function missingReason({ node }: Pick<Agent, "node">, expected: string): string {
  const [problem] = node.collector?.problems ?? [];
  return problem ?? `node.conf names no collector for it, expected ${expected}`;
}
