import { DAY } from "../civil.ts";
import { hasDate } from "./date_choice.ts";
import type { Stretch } from "./excluded.ts";
import type { Slot } from "./plan.ts";
import type { Zone } from "../zone.ts";

/** The window that a slot of one day belongs to: one stretch, or two when it goes over midnight. */
export interface Window {
  readonly stretches: readonly Stretch[];
  /** The day on which the window begins. */
  readonly day: number;
  /** Whether only the second part of a range over midnight is in it: the day before is not allowed. */
  readonly isMorningOnly: boolean;
}

/** Joins both parts of a range over midnight, if both of their days are allowed. */
export function windowOf(slot: Slot, day: number, zone: Zone): Window {
  const { begin, end } = slot.range;
  if (slot.part === "whole") {
    return { stretches: [stretch(zone, day, slot)], day, isMorningOnly: false };
  }
  const evening = slot.part === "evening" ? day : day - 1;
  const stretches: Stretch[] = [];
  if (isAllowed(slot, evening, zone)) stretches.push(stretch(zone, evening, { begin, end: DAY - 1 }));
  const isMorningOnly = stretches.length === 0;
  if (isAllowed(slot, evening + 1, zone)) stretches.push(stretch(zone, evening + 1, { begin: 0, end }));
  return { stretches, day: isMorningOnly ? evening + 1 : evening, isMorningOnly };
}

function isAllowed({ dates }: Slot, day: number, zone: Zone): boolean {
  return hasDate(dates, day) && zone.hasDay(day);
}

function stretch(zone: Zone, day: number, { begin, end }: { begin: number; end: number }): Stretch {
  return { from: zone.first(day * DAY + begin), to: zone.first(day * DAY + end) + 1 };
}
