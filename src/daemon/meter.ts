import type { RunResult } from "../core/run/result.ts";

/** What became of a run that was started. */
export type Ending = "succeeded" | "failed" | "refused" | "skipped";

const ENDINGS: readonly Ending[] = ["succeeded", "failed", "refused", "skipped"];

/** Upper ends of the classes of delays, in seconds; whatever is later is in a last one. */
export const LAG_BOUNDS: readonly number[] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300];

/** How late runs were started, in seconds after the instants they were planned for. */
export interface Lag {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  /** How many were in each class of `LAG_BOUNDS`, and in the last one; not summed up. */
  readonly classes: readonly number[];
}

/** Counts what the daemon does, from its start on. */
export class Meter {
  #started = 0;
  #missed = 0;
  #reloads = 0;
  #orphans = 0;
  readonly #ended = new Map<Ending, number>(ENDINGS.map((ending) => [ending, 0]));
  readonly #notStarted = new Map<string, number>();
  #lag = { count: 0, sum: 0, max: 0 };
  readonly #classes = [...LAG_BOUNDS, Infinity].map(() => 0);

  get started(): number {
    return this.#started;
  }

  /** Planned instants that passed while the daemon did not run, or the host slept. */
  get missed(): number {
    return this.#missed;
  }

  get reloads(): number {
    return this.#reloads;
  }

  /** Ended processes that were collected, as the first process of a container. */
  get orphans(): number {
    return this.#orphans;
  }

  get ended(): ReadonlyMap<Ending, number> {
    return this.#ended;
  }

  /** Planned instants that were given up, by what kept them from running. */
  get notStarted(): ReadonlyMap<string, number> {
    return this.#notStarted;
  }

  get lag(): Lag {
    return { ...this.#lag, classes: this.#classes };
  }

  /** A run is started, so many seconds after its instant; undefined for one that is caught up. */
  start(lagSeconds: number | undefined): void {
    this.#started++;
    if (lagSeconds === undefined) return;
    // A clock that was set back meanwhile must not make the sum smaller.
    const lag = Math.max(0, lagSeconds);
    const place = LAG_BOUNDS.findIndex((bound) => lag <= bound);
    this.#classes[place < 0 ? LAG_BOUNDS.length : place]! += 1;
    this.#lag = {
      count: this.#lag.count + 1,
      sum: this.#lag.sum + lag,
      max: Math.max(this.#lag.max, lag),
    };
  }

  /** A run is over; without results it could not even be tried. */
  end(results: readonly Pick<RunResult, "outcome" | "is_failed">[] | undefined): void {
    const endings = results?.map(endingOf) ?? ["failed" as const];
    for (const ending of endings) this.#ended.set(ending, this.#ended.get(ending)! + 1);
  }

  /** A planned instant is given up. */
  giveUp(reason: string): void {
    this.#notStarted.set(reason, (this.#notStarted.get(reason) ?? 0) + 1);
  }

  miss(): void {
    this.#missed++;
  }

  reload(): void {
    this.#reloads++;
  }

  reap(count: number): void {
    this.#orphans += count;
  }
}

function endingOf({ outcome, is_failed }: Pick<RunResult, "outcome" | "is_failed">): Ending {
  if (outcome !== "ran") return outcome;
  return is_failed ? "failed" : "succeeded";
}
