/**
 * The real clock.
 *
 * @module
 */
import type { Clock } from "../ports.ts";
import { systemTimeZone } from "./time_zone.ts";

/** Longer timers fire at once (the delay is kept in 31 bits), and a suspended host makes long ones late. */
const LONGEST_TIMER_MS = 60_000;

/** Makes the clock of this process. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    uptime,
    sleep,
    timeZone: systemTimeZone,
  };
}

/** The first number of `/proc/uptime`, in seconds, counts the time that the host was suspended. */
function uptime(): number | undefined {
  try {
    const seconds = parseFloat(Deno.readTextFileSync("/proc/uptime"));
    return Number.isNaN(seconds) ? undefined : seconds * 1000;
  } catch {
    // Some containers hide it.
    return undefined;
  }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  while (!signal?.aborted) {
    const left = end - performance.now();
    if (left <= 0) return;
    await nap(Math.min(left, LONGEST_TIMER_MS), signal);
  }
}

function nap(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.ceil(ms));
    signal?.addEventListener("abort", finish);
  });
}
