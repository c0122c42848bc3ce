import { DAY } from "./civil.ts";
import { nextCrontab } from "./crontab_times.ts";
import { nextDate, type Reach } from "./date_set.ts";
import { type Draw, drawInstant, occurrenceOf } from "./drawn.ts";
import { skipExcluded } from "./excluded.ts";
import type { Schedule, TimeRange } from "./model.ts";
import { type CrontabPlan, type Plan, planOf, type Slot } from "./plan.ts";
import { type Window, windowOf } from "./window.ts";
import type { Zone } from "./zone.ts";

/** How far a search looks: 40 years of days. */
const HORIZON_DAYS = 14_610;
/** A last run further than this in the future, in seconds, is ignored. */
const FUTURE_TOLERANCE = 60;

/** What is asked; all instants are in seconds since the epoch, fractions are rounded up. */
export interface NextQuery {
  readonly now: number;
  /** The stamp of the last run; one that `isLastInFuture` is ignored. */
  readonly last?: number | undefined;
  readonly zone: Zone;
  /** Gives `~` members their place in the window, 0 up to 1; without it they are windows as others. */
  readonly draw?: Draw | undefined;
  /** Planned instants before this one are passed over, as after a change of configuration. */
  readonly plannedFrom?: number | undefined;
}

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
  /** Names the run: the same for the same member in the same window, for the draw and for messages. */
  readonly occurrence: string;
}

/** Whether a last run lies so far in the future that `nextRun` ignores it; callers warn. */
export function isLastInFuture(last: number, now: number): boolean {
  return last > now + FUTURE_TOLERANCE;
}

/**
 * Finds the earliest instant at or after `now` at which a member of the schedule may run, and no exclusion covers it.
 *
 * Looks 40 years ahead; undefined when there is nothing. `@reboot` is no instant, and does not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSchedule } from "./parse.ts";
 * import { zoneOf } from "./zone.ts";
 *
 * const now = Date.UTC(2026, 0, 2, 10) / 1000;
 * const next = nextRun(parseSchedule("09:00-18:00@15"), { now, last: now - 300, zone: zoneOf("UTC") });
 * assertEquals(next?.at, now + 600);
 * ```
 */
export function nextRun(schedule: Schedule, query: NextQuery): NextRun | undefined {
  if (schedule.isNever) return undefined;
  return new Search(planOf(schedule), query).run();
}

/** One search: every member is tried, and the earliest instant wins; it is also the reach of the members' searches. */
class Search implements Reach {
  readonly zone: Zone;
  readonly lastDay: number;
  readonly #plan: Plan;
  readonly #now: number;
  readonly #last: number | undefined;
  readonly #draw: Draw | undefined;
  readonly #plannedFrom: number;
  #at = Infinity;
  #slot: Slot | undefined;
  #crontab: CrontabPlan | undefined;
  #day = 0;

  constructor(plan: Plan, { now, last, zone, draw, plannedFrom }: NextQuery) {
    this.#plan = plan;
    this.zone = zone;
    this.#now = Math.ceil(now);
    this.#last = last === undefined || isLastInFuture(last, now) ? undefined : Math.ceil(last);
    this.#draw = draw;
    this.#plannedFrom = plannedFrom ?? -Infinity;
    this.lastDay = Math.floor(zone.toWall(this.#now) / DAY) + HORIZON_DAYS;
  }

  run(): NextRun | undefined {
    for (const slot of this.#plan.slots) this.#trySlot(slot);
    for (const crontab of this.#plan.crontabs) this.#tryCrontab(crontab);
    if (this.#crontab) return new CrontabRun(this.#at, this.#crontab);
    return this.#slot && new WindowRun(this.#at, { slot: this.#slot, day: this.#day, zone: this.zone });
  }

  /** Walks the slot's dates from the first instant that its interval allows. */
  #trySlot(slot: Slot): void {
    const zone = this.zone;
    const ready = this.#last === undefined ? -Infinity : readyAt(slot.range, this.#last, zone);
    let from = Math.max(ready, this.#now);
    if (from >= this.#at) return;
    const isDrawn = this.#draw !== undefined && slot.range.isRandom;
    // The day before may end here: in a gap over midnight, or by the second that a lone time lasts.
    let day = Math.floor(zone.toWall(from) / DAY) -
      (slot.end < DAY && !isDrawn && zone.isPlain(from) ? 0 : 1);
    for (;;) {
      day = nextDate(slot.dates, day, this);
      if (day === Infinity) return;
      const begin = zone.first(day * DAY + slot.begin);
      if (begin >= this.#at) return;
      const end = zone.first(day * DAY + slot.end);
      if (end >= from && this.#isTaken(slot, begin) && (zone.isPlain(begin) || zone.hasDay(day))) {
        const found = isDrawn
          ? drawInstant(this.#plan, zone, { slot, day, ready, now: this.#now, draw: this.#draw! })
          : skipExcluded(this.#plan, zone, { from: Math.max(begin, from), limit: end });
        if (found <= end || (isDrawn && found < Infinity)) return this.#keep(slot, day, found);
        if (!isDrawn) from = found;
      }
      day++;
    }
  }

  #isTaken({ range }: Slot, begin: number): boolean {
    return !range.isPlanned || begin >= this.#plannedFrom;
  }

  #keep(slot: Slot, day: number, at: number): void {
    if (at >= this.#at) return;
    this.#at = at;
    this.#slot = slot;
    this.#day = day;
  }

  #tryCrontab(crontab: CrontabPlan): void {
    let from = Math.max(this.#now, this.#plannedFrom, (this.#last ?? -Infinity) + 1);
    for (;;) {
      if (from >= this.#at) return;
      const at = nextCrontab(crontab, { from, reach: this });
      if (at >= this.#at) return;
      const free = skipExcluded(this.#plan, this.zone, { from: at, limit: at });
      if (free === at) {
        this.#at = at;
        this.#crontab = crontab;
        return;
      }
      from = free;
    }
  }
}

/** The first instant at which the interval since the last run is over. */
function readyAt({ intervalSeconds, isWallInterval }: TimeRange, last: number, zone: Zone): number {
  if (!isWallInterval) return last + intervalSeconds;
  const wall = zone.toWall(last) + intervalSeconds;
  const first = zone.first(wall);
  // After a run in the second half of a fold, the clock may have shown that time before the run, too.
  return first > last ? first : Math.max(zone.last(wall), last);
}

class CrontabRun implements NextRun {
  readonly begin: number;
  readonly isPlanned = true;
  readonly windowEnd = undefined;
  readonly intervalSeconds = 0;

  constructor(readonly at: number, readonly crontab: CrontabPlan) {
    this.begin = at;
  }

  get occurrence(): string {
    return `${this.crontab.expression.text} ${this.at}`;
  }
}

/** Works out what few callers ask for only when they do. */
class WindowRun implements NextRun {
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

  get occurrence(): string {
    const { begin, end, intervalSeconds } = this.#slot.range;
    const isOncePerWindow = intervalSeconds >= end - begin + (end < begin ? DAY : 0);
    return occurrenceOf(this.#slot, this.#window) + (isOncePerWindow ? "" : ` ${this.at}`);
  }

  get #window(): Window {
    return windowOf(this.#slot, this.#day, this.#zone);
  }
}
