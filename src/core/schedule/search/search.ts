import { DAY } from "../civil.ts";
import { nextCrontab } from "./crontab_times.ts";
import { nextDate, type Reach } from "./date_choice.ts";
import { type Draw, drawInstant } from "./drawn.ts";
import { skipExcluded } from "./excluded.ts";
import type { TimeRange } from "../model.ts";
import { CrontabRun, type NextRun, WindowRun } from "./next_run.ts";
import type { CrontabPlan, Plan, Slot } from "./plan.ts";
import type { Zone } from "../zone.ts";

/** How far a search looks: 40 years of days. */
const HORIZON_DAYS = 14_610;

/** What is asked, in whole seconds since the epoch. */
export interface SearchQuery {
  readonly now: number;
  readonly last: number | undefined;
  readonly zone: Zone;
  readonly draw: Draw | undefined;
  readonly plannedFrom: number;
}

/** One search: every member is tried, and the earliest instant wins; it is also the reach of the members' searches. */
export class Search implements Reach {
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

  constructor(plan: Plan, { now, last, zone, draw, plannedFrom }: SearchQuery) {
    this.#plan = plan;
    this.zone = zone;
    this.#now = now;
    this.#last = last;
    this.#draw = draw;
    this.#plannedFrom = plannedFrom;
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
    // The day before may end here: in a gap over midnight, which a whole day may be in, or by the second that a lone time
    // lasts.
    const isOvernight = isDrawn || slot.end >= DAY;
    let day = Math.floor(zone.toWall(from) / DAY) - (!zone.isPlain(from) ? 2 : isOvernight ? 1 : 0);
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
