/** The states that a resource or an instance can be in. */
export const STATUSES = ["up", "down", "warn", "n/a", "undef", "stdby up", "stdby down"] as const;

export type Status = typeof STATUSES[number];
