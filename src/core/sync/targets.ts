/**
 * Where a synchronisation sends its data.
 *
 * @module
 */
import { toWords } from "../convert.ts";

/** What the keyword `target` may hold. */
export const TARGET_WORDS = ["nodes", "drpnodes", "local"] as const;

export type TargetWord = typeof TARGET_WORDS[number];

/** One place to send to; `local` is a folder of this node. */
export interface SyncTarget {
  readonly group: TargetWord;
  readonly node: string;
}

/** The nodes of a service, as one of them sees them. */
export interface Membership {
  readonly self: string;
  readonly nodes: readonly string[];
  readonly drpnodes: readonly string[];
}

const NODE_NAME_REGEXP = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Reads the words of `target`; throws `SyntaxError` for none, and for any other word. */
export function toSyncTargets(text: string): readonly TargetWord[] {
  const words = toWords(text);
  const strange = words.find((word) => !isTargetWord(word));
  if (strange === undefined && words.length > 0) return [...new Set(words)] as TargetWord[];
  const found = strange === undefined ? "it is empty" : `"${strange}" is not one of them`;
  throw new SyntaxError(`Cannot read the targets "${text}": ${found}, expected ${TARGET_WORDS.join(", ")}`);
}

function isTargetWord(word: string): word is TargetWord {
  return (TARGET_WORDS as readonly string[]).includes(word);
}

/**
 * The places that the words stand for: nodes first, each once, and never this node but for `local`.
 *
 * ```ts
 * targetsOf(["nodes"], { self: "n1", nodes: ["n1", "n2"], drpnodes: [] }); // [{ group: "nodes", node: "n2" }]
 * ```
 */
export function targetsOf(words: readonly TargetWord[], membership: Membership): SyncTarget[] {
  const { self, nodes, drpnodes } = membership;
  const seen = new Set([self.toLowerCase()]);
  const targets: SyncTarget[] = [];
  for (const [group, names] of [["nodes", nodes], ["drpnodes", drpnodes]] as const) {
    if (!words.includes(group)) continue;
    for (const node of names) {
      if (seen.has(node.toLowerCase())) continue;
      seen.add(node.toLowerCase());
      targets.push({ group, node });
    }
  }
  if (words.includes("local")) targets.push({ group: "local", node: self });
  return targets;
}

/** Why nothing can be sent to a node of this name, as when `nodes` holds a pattern. */
export function nodeNameProblem(node: string): string | undefined {
  if (NODE_NAME_REGEXP.test(node)) return undefined;
  return `"${node}" is not the name of a node, expected names and no patterns`;
}
