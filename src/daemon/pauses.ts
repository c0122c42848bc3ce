import { pauseAfter } from "../core/collector/back_off.ts";
import type { Verdict } from "../core/collector/verdict.ts";
import type { Clock, Host } from "../ports.ts";

interface Paused {
  readonly failures: number;
  /** On the monotonic clock, in milliseconds. */
  readonly until: number;
}

/** What is left alone for a while after it failed, each time for longer: an address, a kind, one message. */
export class Pauses {
  readonly #clock: Pick<Clock, "monotonic" | "now">;
  readonly #host: Pick<Host, "random">;
  readonly #paused = new Map<string, Paused>();

  constructor(
    { clock, host }: {
      readonly clock: Pick<Clock, "monotonic" | "now">;
      readonly host: Pick<Host, "random">;
    },
  ) {
    this.#clock = clock;
    this.#host = host;
  }

  /** It failed once more. */
  fail(name: string, verdict: Verdict): void {
    const failures = (this.#paused.get(name)?.failures ?? 0) + 1;
    const until = this.#clock.monotonic() + pauseAfter(failures, verdict, this.#host.random());
    this.#paused.set(name, { failures, until });
  }

  /** It went well, or is no more. */
  clear(name: string): void {
    this.#paused.delete(name);
  }

  /** Whatever failed may go well now; how often it did is not forgotten. */
  end(): void {
    for (const [name, paused] of this.#paused) this.#paused.set(name, { ...paused, until: -Infinity });
  }

  isPaused(name: string): boolean {
    return this.left(name) > 0;
  }

  /** How much of a pause is left, in milliseconds. */
  left(name: string): number {
    return (this.#paused.get(name)?.until ?? -Infinity) - this.#clock.monotonic();
  }

  /** When the first of the pauses ends that are not over, in milliseconds from now. */
  get shortest(): number {
    const now = this.#clock.monotonic();
    return Math.min(
      Infinity,
      ...[...this.#paused.values()].map(({ until }) => until - now).filter((ms) => ms > 0),
    );
  }

  /** When each pause ends that is not over, RFC 3339. */
  get ends(): Readonly<Record<string, string>> {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const open = [...this.#paused].filter(([name]) => this.isPaused(name));
    return Object.fromEntries(
      open.map(([name, { until }]) => [name, new Date(until + offset).toISOString()]),
    );
  }
}
