import type { Clock } from "../ports.ts";

/** How far the wall clock may drift from the monotonic one between two looks before it counts as set, in ms. */
const TOLERANCE_MS = 1_500;

/** Notices that somebody set the wall clock, that the machine slept, or that the system's zone is another one. */
export class ClockWatch {
  readonly #clock: Pick<Clock, "now" | "monotonic" | "timeZone">;
  #offset: number;
  #zone: string;

  constructor(clock: Pick<Clock, "now" | "monotonic" | "timeZone">) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
    this.#zone = clock.timeZone();
  }

  /** By how many milliseconds the wall clock jumped since the last look; 0 when it did not. */
  step(): number {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const moved = offset - this.#offset;
    this.#offset = offset;
    return Math.abs(moved) > TOLERANCE_MS ? moved : 0;
  }

  /** The new zone, when it changed since the last look. */
  zoneChange(): string | undefined {
    const zone = this.#clock.timeZone();
    if (zone === this.#zone) return undefined;
    this.#zone = zone;
    return zone;
  }
}
