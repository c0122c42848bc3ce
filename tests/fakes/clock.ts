/**
 * A clock that stands still until the test moves it.
 *
 * @module
 */
import type { Clock } from "../../src/ports.ts";

interface Sleeper {
  readonly wakeAt: number;
  readonly order: number;
  wake(): void;
}

/** Lets everything that can go on without the clock go on, several rounds deep. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Virtual time; sleepers wake in order of their instants, then in the order in which they fell asleep. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 1_000;
  #slept = 0;
  #order = 0;
  #zone: string;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now: number, zone: string) {
    this.#wall = now;
    this.#zone = zone;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  uptime(): number {
    return this.#monotonic + this.#slept;
  }

  timeZone(): string {
    return this.#zone;
  }

  /** How many wait for the clock at this instant. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { wakeAt: this.#monotonic + ms, order: this.#order++, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  /** Moves both clocks on, waking every sleeper on the way at its own instant. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settle();
    for (let next = this.#next(); next && next.wakeAt <= end; next = this.#next()) {
      this.#moveTo(next.wakeAt);
      next.wake();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Moves on from sleeper to sleeper until the promise settles; throws when `limitMs` (a day by default) is not enough. */
  async runUntil<Value>(promise: Promise<Value>, limitMs = 86_400_000): Promise<Value> {
    let isSettled = false;
    const done = () => (isSettled = true);
    promise.then(done, done);
    const end = this.#monotonic + limitMs;
    let idle = 0;
    for (await settle(); !isSettled; await settle()) {
      const next = this.#next();
      if (!next && ++idle > 2_000) {
        throw new Error("Expected an end: nothing waits for the clock, and nothing goes on");
      }
      if (!next) await new Promise((resolve) => setTimeout(resolve, 1));
      else if (next.wakeAt > end) throw new Error(`Expected an end within ${limitMs} ms of virtual time`);
      else {
        this.#moveTo(next.wakeAt);
        next.wake();
      }
    }
    return promise;
  }

  /** Sets the wall clock as an operator would: it jumps, the monotonic clock and the sleepers do not. */
  step(now: number): void {
    this.#wall = now;
  }

  /** Puts the host to sleep: the wall clock goes on, the monotonic clock and the sleepers do not. */
  suspend(ms: number): void {
    this.#wall += ms;
    this.#slept += ms;
  }

  /** Changes the system's zone, as an operator would. */
  setTimeZone(zone: string): void {
    this.#zone = zone;
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (!first || sleeper.wakeAt < first.wakeAt) first = sleeper;
    }
    return first;
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
