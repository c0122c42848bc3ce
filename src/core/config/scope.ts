import { toWords } from "../convert.ts";
import { matchesGlob } from "../naming/glob.ts";
import type { IniOption, IniSection } from "./ini.ts";

/** The named scopes, in the order in which they are tried, after the node's own name and before the plain key. */
export const SCOPES = ["nodes", "drpnodes", "encapnodes", "flex_primary", "drp_flex_primary"] as const;

export type Scope = typeof SCOPES[number];

/** Who a scope is compared with. */
export interface ScopeQuestion {
  readonly nodeName: string;
  /** Whether the node is in the named scope; asked only when a key with that scope is there. */
  isIn(scope: Scope): boolean;
}

/** Splits `kw@scope`; the scope is undefined for a plain key. */
export function splitKey(key: string): { readonly option: string; readonly scope: string | undefined } {
  const at = key.indexOf("@");
  if (at < 0) return { option: key, scope: undefined };
  return { option: key.slice(0, at), scope: key.slice(at + 1) };
}

/** Finds the line that counts for this node: the most precise scope first, then the plain key. */
export function findScoped(
  section: IniSection,
  option: string,
  question: ScopeQuestion,
): IniOption | undefined {
  const { byKey } = section;
  if (!section.isScoped) return byKey.get(option);
  const own = byKey.get(`${option}@${question.nodeName}`);
  if (own) return own;
  for (const scope of SCOPES) {
    const found = scope === option ? undefined : byKey.get(`${option}@${scope}`);
    if (found && question.isIn(scope)) return found;
  }
  return byKey.get(option);
}

/** True when one of the words is the node's name, in any case, or a glob that matches it. */
export function isNodeIn(nodeName: string, words: string): boolean {
  const name = nodeName.toLowerCase();
  return toWords(words).some((word) => matchesGlob(name, word.toLowerCase()));
}
