import { compareNatural } from "./natural_order.ts";

/** Names one resource of an object, such as `task#0`. */
export interface Rid {
  /** The driver group, such as `task` or `fs`. */
  readonly group: string;
  /** What comes after `#`: a number or a name. */
  readonly index: string;
}

const RID_REGEXP = /^([a-z][a-z\d_]*)#([a-z\d][\w.-]*)$/i;

/** Sections that look like resources and are none. */
const SUBSET_GROUP = "subset";

/** Reads a resource id, or gives undefined when `text` is none. */
export function tryParseRid(text: string): Rid | undefined {
  const match = RID_REGEXP.exec(text);
  if (!match || match[1] === SUBSET_GROUP) return undefined;
  return { group: match[1]!, index: match[2]! };
}

/** Orders resource ids by group, then by index in natural order: `task#2` before `task#10`. */
export function compareRids(a: string, b: string): number {
  const [x, y] = [a.indexOf("#"), b.indexOf("#")];
  const groups = compareNatural(a.slice(0, Math.max(x, 0)), b.slice(0, Math.max(y, 0)));
  return groups || compareNatural(a, b);
}
