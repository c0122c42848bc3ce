import { contentOf } from "../../core/secrets/envelope.ts";
import type { StoredValue } from "../../core/secrets/stored_value.ts";
import type { Bytes } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { findClusterKey } from "./cluster_secret.ts";

type Opener = (stored: StoredValue) => Promise<Bytes>;

const NO_SECRET =
  "it is encrypted and this node has no cluster secret, expected [cluster] secret in cluster.conf";

/** Opens stored values; the key is looked for once, and not before the first encrypted one. Throws `Error`. */
export function createOpener(agent: Pick<Agent, "configs" | "folders" | "system" | "node">): Opener {
  let key: Bytes | undefined;
  return async (stored) => {
    if (stored.kind === "plain") return stored.bytes;
    key ??= findClusterKey(agent);
    if (key === undefined) throw new Error(NO_SECRET);
    return contentOf(await agent.system.cipher.decrypt(key, stored.envelope));
  };
}
