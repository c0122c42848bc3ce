import { DAY } from "../civil.ts";
import type { Exclusion, Plan } from "./plan.ts";
import type { Zone } from "../zone.ts";

/** A stretch of instants: `from` is in it, `to` is the first one after it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The first instant from `instant` on that no exclusion covers; given up, and beyond `limit`, when that is passed. */
export function skipExcluded(
  plan: Plan,
  zone: Zone,
  { from, limit }: { from: number; limit: number },
): number {
  if (plan.exclusions.length === 0) return from;
  let instant = from;
  let free = instant;
  do {
    instant = free;
    free = zone.isPlain(instant) ? endOnPlainDay(plan, zone, instant) : endNearChange(plan, zone, instant);
  } while (free > instant && free <= limit);
  return free;
}

/** Where the exclusion ends that covers the instant, on days of one offset; the instant itself when none does. */
function endOnPlainDay({ searched }: Plan, zone: Zone, instant: number): number {
  const wall = zone.toWall(instant);
  const day = Math.floor(wall / DAY);
  const second = wall - day * DAY;
  for (const { begin, freeAt, dates } of searched) {
    if (second >= begin && second < freeAt && dates.has(day)) return instant + freeAt - second;
  }
  return instant;
}

function endNearChange({ exclusions }: Plan, zone: Zone, instant: number): number {
  const day = Math.floor(zone.toWall(instant) / DAY);
  // What covers an instant is nearly always of the same date.
  for (const date of [day, day - 1, day + 1]) {
    for (const exclusion of exclusions) {
      const stretch = stretchOf(exclusion, zone, date);
      if (stretch && instant >= stretch.from && instant < stretch.to) return stretch.to;
    }
  }
  return instant;
}

function stretchOf({ begin, end, freeAt, dates }: Exclusion, zone: Zone, day: number): Stretch | undefined {
  if (!dates.has(day) || !zone.hasDay(day)) return undefined;
  const isLastSecondIn = freeAt !== end;
  return { from: zone.first(day * DAY + begin), to: zone.last(day * DAY + end) + (isLastSecondIn ? 1 : 0) };
}

/** What is left of a stretch, in order, when the exclusions are taken out. */
export function freeStretches(plan: Plan, zone: Zone, { from, to }: Stretch): Stretch[] {
  const firstDay = Math.floor(zone.toWall(from) / DAY) - 1;
  const lastDay = Math.floor(zone.toWall(to) / DAY) + 1;
  const taken = plan.exclusions.flatMap((exclusion) => stretchesOf(exclusion, zone, { firstDay, lastDay }));
  const free: Stretch[] = [];
  let begin = from;
  for (const stretch of taken.sort((a, b) => a.from - b.from)) {
    if (stretch.from > begin) free.push({ from: begin, to: Math.min(stretch.from, to) });
    begin = Math.max(begin, stretch.to);
    if (begin >= to) return free;
  }
  return [...free, { from: begin, to }];
}

function stretchesOf(
  exclusion: Exclusion,
  zone: Zone,
  { firstDay, lastDay }: { firstDay: number; lastDay: number },
): Stretch[] {
  const stretches: Stretch[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    stretches.push(...[stretchOf(exclusion, zone, day) ?? []].flat());
  }
  return stretches;
}
