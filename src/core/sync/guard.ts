import type { Status } from "../status.ts";
import type { SyncTarget } from "./targets.ts";

/** What decides whether this node may send its data over that of others. */
export interface GuardFacts {
  readonly self: string;
  /** Whether this node is of the disaster recovery site only. */
  readonly isDrpNode: boolean;
  /** Whether the service has no other node, those of disaster recovery aside. */
  readonly isOnlyNode: boolean;
  readonly targets: readonly SyncTarget[];
  /** The status of what the service needs to be up: of neither tasks nor synchronisations. */
  readonly avail: Status;
  readonly isFlex: boolean;
  /** The node of a flex service whose data counts. */
  readonly primary: string | undefined;
  /** The environment of the service, such as `PRD`; undefined when it says none. */
  readonly environment: string | undefined;
  readonly nodeEnvironment: string;
}

/** Why nothing is sent from here. */
export interface Refusal {
  /** `inactive`: another node is the one to do it, which is no failure when the scheduler asks. */
  readonly kind: "inactive" | "refused";
  readonly reason: string;
}

/** The environment whose services may only be sent from its own nodes. */
const PRODUCTION = "PRD";

/**
 * Why this node must not send; undefined when it may. Force passes what depends on where the service is, and never what
 * the environments say.
 */
export function syncRefusal(facts: GuardFacts, isForced: boolean): Refusal | undefined {
  return environmentRefusal(facts) ?? (isForced ? undefined : placeRefusal(facts));
}

/** What the environments of the service and of this node forbid. */
export function environmentRefusal({ environment, nodeEnvironment }: GuardFacts): Refusal | undefined {
  if (environment !== PRODUCTION || nodeEnvironment === PRODUCTION) return undefined;
  const reason =
    `a ${PRODUCTION} service is not sent from a node of ${nodeEnvironment}, expected env = ${PRODUCTION} in [node] of node.conf`;
  return { kind: "refused", reason };
}

/** What depends on where the service is. */
export function placeRefusal(facts: GuardFacts): Refusal | undefined {
  const { self, isDrpNode, isOnlyNode, targets, isFlex, primary, avail } = facts;
  const others = targets.filter(({ group }) => group !== "local");
  if (others.length === 0) return undefined;
  if (isDrpNode && others.some(({ group }) => group === "nodes")) {
    return inactive("a node of the disaster recovery site does not send to nodes");
  }
  if (isFlex && primary?.toLowerCase() !== self.toLowerCase()) {
    return inactive(`of a flex service only ${primary ?? "the primary node"} sends`);
  }
  if (avail === "up") return undefined;
  if (avail !== "n/a") return inactive(`the instance is not up here, but ${avail}`);
  if (isOnlyNode || isFlex) return undefined;
  return inactive(
    "nothing tells whether the instance is up here, expected a resource with a status, such as fs.flag",
  );
}

function inactive(reason: string): Refusal {
  return { kind: "inactive", reason };
}
