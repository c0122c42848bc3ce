import { freeStretches, type Stretch } from "./excluded.ts";
import type { Plan, Slot } from "./plan.ts";
import { type Window, windowOf } from "./window.ts";
import { formatDate } from "../civil.ts";
import type { Zone } from "../zone.ts";

/** Gives a number from 0 up to, but not including, 1 for an occurrence; the same one for the same text. */
export type Draw = (occurrence: string) => number;

interface DrawQuery {
  readonly slot: Slot;
  readonly day: number;
  /** The first instant that the interval since the last run allows. */
  readonly ready: number;
  readonly now: number;
  readonly draw: Draw;
}

/**
 * The instant at which the slot's window runs: drawn evenly from its free seconds, whatever `now` is; `now`, or the
 * first free second after it, when it was drawn earlier; `Infinity` when nothing of the window is left.
 */
export function drawInstant(plan: Plan, zone: Zone, { slot, day, ready, now, draw }: DrawQuery): number {
  const window = windowOf(slot, day, zone);
  const free = window.stretches.flatMap(({ from, to }) => {
    const begin = Math.max(from, ready);
    return begin < to ? freeStretches(plan, zone, { from: begin, to }) : [];
  });
  const count = free.reduce((sum, { from, to }) => sum + to - from, 0);
  if (count === 0) return Infinity;
  const drawn = secondAt(free, Math.floor(draw(occurrenceOf(slot, window)) * count));
  return drawn >= now ? drawn : firstFrom(free, now);
}

/** Names a window: the range as written and the date on which it begins. */
export function occurrenceOf({ range }: Slot, { day, isMorningOnly }: Window): string {
  return `${range.text} ${formatDate(day)}${isMorningOnly ? " 00:00" : ""}`;
}

function secondAt(stretches: readonly Stretch[], index: number): number {
  let rest = index;
  for (const { from, to } of stretches) {
    if (rest < to - from) return from + rest;
    rest -= to - from;
  }
  return Infinity;
}

function firstFrom(stretches: readonly Stretch[], now: number): number {
  const open = stretches.find(({ to }) => to > now);
  return open ? Math.max(open.from, now) : Infinity;
}
