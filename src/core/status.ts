/** The states that a resource or an instance can be in. */
export const STATUSES = ["up", "down", "warn", "n/a", "undef", "stdby up", "stdby down"] as const;

export type Status = typeof STATUSES[number];

export function isStatus(text: string): text is Status {
  return (STATUSES as readonly string[]).includes(text);
}

/**
 * Sums states up into one: `n/a` and `undef` count for nothing, `down` gives way to standby states, `up` to none, and
 * any other mix of up and down is `warn`. No state at all is `n/a`; nothing but `undef` and `n/a` is `undef`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mergeStatuses(["up", "n/a", "stdby up"]), "up");
 * assertEquals(mergeStatuses(["up", "down"]), "warn");
 * ```
 */
export function mergeStatuses(statuses: Iterable<Status>): Status {
  const found = new Set(statuses);
  const isUndefined = found.delete("undef");
  found.delete("n/a");
  if (found.size === 0) return isUndefined ? "undef" : "n/a";
  if (found.size === 1) return [...found][0]!;
  if (found.has("warn")) return "warn";
  if (found.has("up")) return found.has("down") || found.has("stdby down") ? "warn" : "up";
  if (found.has("stdby up")) return found.has("stdby down") ? "warn" : "stdby up";
  return "stdby down";
}

/** Turns the state of a standby resource into its standby form. */
export function toStandby(status: Status): Status {
  if (status === "up") return "stdby up";
  return status === "down" ? "stdby down" : status;
}
