import { splitKey } from "../../core/config/scope.ts";
import type { Agent } from "../agent.ts";

const SECRETS: readonly (readonly [section: string, option: string])[] = [
  ["node", "uuid"],
  ["cluster", "secret"],
];

/** What `node.conf` keeps secret, for masking: the password of the node, and the key of encrypted values. */
export function nodeSecrets({ node }: Pick<Agent, "node">): string[] {
  return SECRETS.flatMap(([section, option]) =>
    [...node.document?.sections.get(section)?.byKey ?? []]
      .filter(([key]) => splitKey(key).option === option)
      .map(([, { value }]) => value)
  );
}
