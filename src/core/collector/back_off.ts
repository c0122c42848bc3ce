import type { Verdict } from "./verdict.ts";

const FIRST_MS = 1_000;
/** The longest pause between two tries, in milliseconds. */
export const LONGEST_MS = 300_000;

/**
 * The pause after so many failed tries, in milliseconds: twice as long each time, and never quite the same for two nodes
 * of which a collector was away. `random` is from 0 up to, but not including, 1.
 */
export function pauseAfter(failures: number, verdict: Verdict, random: number): number {
  const whole = verdict.kind === "unregistered"
    ? LONGEST_MS
    : Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  const pause = whole * (0.75 + 0.25 * random);
  return Math.max(pause, verdict.kind === "later" ? verdict.retryAfterMs ?? 0 : 0);
}
