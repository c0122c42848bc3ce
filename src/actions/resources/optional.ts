import type { Resource } from "../load.ts";

/** Groups whose resources are no part of being available, unless they say otherwise. */
const OPTIONAL_GROUPS: ReadonlySet<string> = new Set(["task", "sync"]);

/** Whether the status of a resource counts as `optional` rather than as `avail`. */
export function isOptional({ optional, group, tags }: Resource): boolean {
  return optional ?? (OPTIONAL_GROUPS.has(group) || tags.has("noaction"));
}
