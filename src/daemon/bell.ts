import type { Clock } from "../ports.ts";

/** Wakes one waiting loop: by a ring, or when its time is up. A ring while nobody waits is kept. */
export class Bell {
  readonly #clock: Pick<Clock, "sleep">;
  #ring = new AbortController();

  constructor(clock: Pick<Clock, "sleep">) {
    this.#clock = clock;
  }

  ring(): void {
    this.#ring.abort();
  }

  /** Resolves after `ms` milliseconds or at the next ring, whichever is sooner. */
  async wait(ms: number): Promise<void> {
    if (!this.#ring.signal.aborted && ms > 0) await this.#clock.sleep(ms, this.#ring.signal);
    this.#ring = new AbortController();
  }
}
