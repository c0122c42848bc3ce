import type { Clock } from "../ports.ts";

/** How far the wall clock may drift from the monotonic one between two looks before it counts as set, in ms. */
const TOLERANCE_MS = 1_500;

/** Why the wall clock is not where it should be, in milliseconds; both may have happened. */
export interface ClockJump {
  /** By how much the wall clock went further than the time that the agent counted. */
  readonly moved: number;
  /** How much of that the host slept, which no clock can be blamed for; undefined where nobody knows. */
  readonly slept: number | undefined;
}

type Watched = Pick<Clock, "now" | "monotonic" | "uptime" | "timeZone">;

/** Notices that somebody set the wall clock, that the machine slept, or that the system's zone is another one. */
export class ClockWatch {
  readonly #clock: Watched;
  #offset: number;
  #sleep: number | undefined;
  #zone: string;

  constructor(clock: Watched) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
    this.#sleep = this.#sleepSoFar();
    this.#zone = clock.timeZone();
  }

  /** How the wall clock jumped since the last look; undefined when it did not. */
  jump(): ClockJump | undefined {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const moved = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(moved) <= TOLERANCE_MS) return undefined;
    const before = this.#sleep;
    this.#sleep = this.#sleepSoFar();
    if (before === undefined || this.#sleep === undefined) return { moved, slept: undefined };
    const slept = this.#sleep - before;
    return { moved, slept: slept > TOLERANCE_MS ? slept : 0 };
  }

  /** The new zone, when it changed since the last look. */
  zoneChange(): string | undefined {
    const zone = this.#clock.timeZone();
    if (zone === this.#zone) return undefined;
    this.#zone = zone;
    return zone;
  }

  /** The monotonic clock stands still while the host sleeps, its uptime does not. */
  #sleepSoFar(): number | undefined {
    const uptime = this.#clock.uptime();
    return uptime === undefined ? undefined : uptime - this.#clock.monotonic();
  }
}

/** Says what happened, one sentence for each cause. */
export function describeJump({ moved, slept }: ClockJump): string[] {
  const texts: string[] = [];
  if (slept) texts.push(`the host was suspended for ${seconds(slept)}`);
  const set = moved - (slept ?? 0);
  if (Math.abs(set) <= TOLERANCE_MS) return texts;
  const forward = slept === undefined
    ? "it was set forward, or the host was suspended"
    : "it was set forward";
  texts.push(`the clock moved by ${seconds(set)} (${set < 0 ? "it was set back" : forward})`);
  return texts;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
