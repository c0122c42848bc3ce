import { DAY } from "../civil.ts";
import { occurrenceOf } from "./drawn.ts";
import type { CrontabPlan, Slot } from "./plan.ts";
import { type Window, windowOf } from "./window.ts";
import type { Zone } from "../zone.ts";

/** The next run of a schedule. */
export interface NextRun {
  readonly at: number;
  /** The planned instant itself (`at` may be a second late for a lone time), or the first instant of the window. */
  readonly begin: number;
  /** Whether it is a planned instant (a lone time, a crontab expression): not caught up when it is missed. */
  readonly isPlanned: boolean;
  /** The last instant of the window that `at` is in, both parts of it when it goes over midnight; not for planned ones. */
  readonly windowEnd: number | undefined;
  /** How long after this run the same member waits, in seconds; 0 for a crontab expression. */
  readonly intervalSeconds: number;
  /** Whether its window allows one run: the interval is not shorter than the window. */
  readonly isOncePerWindow: boolean;
  /** Names the run: the same for the same member in the same window, for the draw and for messages. */
  readonly occurrence: string;
}

/** An instant of a crontab expression. */
export class CrontabRun implements NextRun {
  readonly begin: number;
  readonly isPlanned = true;
  readonly windowEnd = undefined;
  readonly intervalSeconds = 0;
  readonly isOncePerWindow = false;

  constructor(readonly at: number, readonly crontab: CrontabPlan) {
    this.begin = at;
  }

  get occurrence(): string {
    return `${this.crontab.expression.text} ${this.at}`;
  }
}

/** A run in a window, or at a lone time; what few callers ask for is worked out only when they do. */
export class WindowRun implements NextRun {
  readonly #slot: Slot;
  readonly #day: number;
  readonly #zone: Zone;

  constructor(readonly at: number, { slot, day, zone }: { slot: Slot; day: number; zone: Zone }) {
    this.#slot = slot;
    this.#day = day;
    this.#zone = zone;
  }

  get isPlanned(): boolean {
    return this.#slot.range.isPlanned;
  }

  get intervalSeconds(): number {
    return this.#slot.range.intervalSeconds;
  }

  get begin(): number {
    return this.#window.stretches[0]!.from;
  }

  get windowEnd(): number | undefined {
    return this.isPlanned ? undefined : this.#window.stretches.at(-1)!.to - 1;
  }

  get isOncePerWindow(): boolean {
    const { begin, end, intervalSeconds } = this.#slot.range;
    return intervalSeconds >= end - begin + (end < begin ? DAY : 0);
  }

  get occurrence(): string {
    return occurrenceOf(this.#slot, this.#window) + (this.isOncePerWindow ? "" : ` ${this.at}`);
  }

  get #window(): Window {
    return windowOf(this.#slot, this.#day, this.#zone);
  }
}
