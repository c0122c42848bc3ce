import type { Clock } from "../../ports.ts";
import { StopRequest } from "../run/stop_request.ts";

/** How many of a kind go on at the same time. */
const MAX_RUNNING = 20;
/** How many may wait for that; what comes on top is dropped. */
const MAX_WAITING = 1_000;
/** How long ended hooks may take to be gone, in milliseconds: first politely, then killed. */
const END_MS = 1_000;

/** Commands and pings wait in lines of their own: a dead monitor must not hold back a command. */
export type HookLine = "command" | "ping";

/**
 * Where everything goes on that happens beside the runs of this process. Nobody waits for it but who ends the process,
 * and it is bounded in number.
 */
export class HookDesk {
  /** Asked when hooks that still run must be ended. */
  readonly stop = new StopRequest();
  readonly #open = new Set<Promise<void>>();
  readonly #lines = { command: new Line(), ping: new Line() };

  /** How many hooks run or wait. */
  get busy(): number {
    return this.#open.size;
  }

  /** Starts some work as soon as there is a place, and returns at once; false when there is none. It must not throw. */
  start(line: HookLine, work: () => Promise<void>): boolean {
    if (this.stop.asked.aborted) return false;
    const done = this.#lines[line].start(work);
    if (done === undefined) return false;
    this.#open.add(done);
    done.finally(() => this.#open.delete(done));
    return true;
  }

  /**
   * Resolves when all hooks have ended. Those that are left after `limitMs`, or when `hurry` aborts, are ended: such a
   * process is not held up for more than some seconds longer.
   */
  async finish(
    clock: Pick<Clock, "sleep">,
    { limitMs, hurry }: { readonly limitMs?: number; readonly hurry: AbortSignal },
  ): Promise<void> {
    const over = new AbortController();
    const idle = this.#idle().then(() => over.abort());
    await Promise.race([idle, pause(clock, limitMs, AbortSignal.any([over.signal, hurry]))]);
    for (let round = 0; round < 2 && this.busy > 0; round++) {
      this.stop.ask("SIGTERM");
      await Promise.race([idle, pause(clock, END_MS, over.signal)]);
    }
    over.abort();
  }

  async #idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}

/** Resolves after so many milliseconds, or when the signal aborts. */
function pause(clock: Pick<Clock, "sleep">, ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (ms !== undefined) return clock.sleep(ms, signal);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** First come, first served. */
class Line {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  start(work: () => Promise<void>): Promise<void> | undefined {
    if (this.#running < MAX_RUNNING) return this.#run(work);
    if (this.#waiting.length >= MAX_WAITING) return undefined;
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    return turn.promise.then(() => this.#run(work));
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
