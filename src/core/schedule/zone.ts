/**
 * Time zones as tables of offset changes, so that wall time and instants meet in integer arithmetic.
 *
 * An *instant* is whole seconds since the epoch; a *wall time* is the same count read off the zone's clocks.
 *
 * @module
 */
import { DAY } from "./civil.ts";

/** No zone is further than this from its changes in either direction: two days hold every gap and every fold. */
const MARGIN = 2 * DAY;
/** How much further than asked a table is read. */
const AHEAD = 3 * 366 * DAY;
/** Where tables begin to grow, in 2025: most questions are about these years. */
const ANCHOR = 1_750_000_000;

/** The offsets of one zone; its table grows where it is asked, and is kept for the life of the process. */
export class Zone {
  /** Instants at which an offset begins, and at the end the instant up to which the table is known. */
  #at = [-Infinity, Infinity];
  /** Seconds east of UTC from the instant of the same index; one less than `#at`. */
  #offsets = [0];
  /** The stretch that the last question fell into. */
  #here = 0;

  constructor(readonly name: string) {
    // Temporal takes a millisecond to be used first, and one of these is used at most starts.
    if (name === "UTC" || name === "Etc/UTC") return;
    const date = zonedDateTime(ANCHOR, name);
    this.#offsets = [date.offsetNanoseconds / 1e9];
    if (date.getTimeZoneTransition("next") || date.getTimeZoneTransition("previous")) {
      this.#at = [ANCHOR, ANCHOR];
    }
  }

  /** Seconds east of UTC at an instant. */
  offsetAt(instant: number): number {
    return this.#offsets[this.#find(instant)]!;
  }

  /** What the clocks show at an instant. */
  toWall(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** The first instant at which the clocks show `wall`; the first one after the gap when they never do. */
  first(wall: number): number {
    const here = this.#here;
    const guess = wall - this.#offsets[here]!;
    if (guess >= this.#at[here]! + MARGIN && guess < this.#at[here + 1]! - MARGIN) return guess;
    return this.#firstNear(wall);
  }

  /** The last instant at which the clocks show `wall`; the first one after the gap when they never do. */
  last(wall: number): number {
    this.#cover(wall - MARGIN, wall + MARGIN);
    let index = this.#find(wall + MARGIN);
    while (index > 0 && this.#at[index]! + this.#offsets[index]! > wall) index--;
    return Math.min(wall - this.#offsets[index]!, this.#at[index + 1]!);
  }

  /** Whether the offset stays the same from one instant to another. */
  isSteady(from: number, to: number): boolean {
    const here = this.#here;
    if (from >= this.#at[here]! && to < this.#at[here + 1]!) return true;
    this.#cover(from, to);
    return to < this.#at[this.#find(from) + 1]!;
  }

  /** The first change of the offset after `from`, if there is one up to `to`, itself included. */
  changeAfter(from: number, to: number): number | undefined {
    if (this.isSteady(from, to)) return undefined;
    return this.#at[this.#find(from) + 1]!;
  }

  /** Whether the offset stays the same for two days before and after an instant. */
  isPlain(instant: number): boolean {
    return this.isSteady(instant - MARGIN, instant + MARGIN);
  }

  /** Whether the day (counted from 1970-01-01) exists: Samoa had no 2011-12-30. */
  hasDay(day: number): boolean {
    return this.first(day * DAY) < this.first((day + 1) * DAY);
  }

  #firstNear(wall: number): number {
    this.#cover(wall - MARGIN, wall + MARGIN);
    let index = this.#find(wall - MARGIN);
    while (index + 1 < this.#offsets.length && this.#at[index + 1]! + this.#offsets[index]! <= wall) index++;
    this.#here = index;
    return Math.max(wall - this.#offsets[index]!, this.#at[index]!);
  }

  #find(instant: number): number {
    const here = this.#here;
    if (instant >= this.#at[here]! && instant < this.#at[here + 1]!) return here;
    this.#cover(instant, instant);
    let low = 0;
    let high = this.#offsets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#at[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    return this.#here = low;
  }

  #cover(from: number, to: number): void {
    if (to >= this.#at[this.#at.length - 1]!) this.#extend(to + AHEAD);
    if (from < this.#at[0]!) this.#extendBack(from - AHEAD);
  }

  /** Reads the changes up to `goal`, a few years beyond what was asked. */
  #extend(goal: number): void {
    const known = this.#at.pop()!;
    let date = zonedDateTime(known - 1, this.name);
    for (;;) {
      const next = date.getTimeZoneTransition("next");
      if (!next || next.epochMilliseconds / 1000 > goal) {
        this.#at.push(next ? goal : Infinity);
        return;
      }
      const offset = next.offsetNanoseconds / 1e9;
      if (offset !== this.#offsets[this.#offsets.length - 1]) {
        this.#at.push(next.epochMilliseconds / 1000);
        this.#offsets.push(offset);
      }
      date = next;
    }
  }

  /** Reads the changes back to `goal`, newest first. */
  #extendBack(goal: number): void {
    let date = zonedDateTime(this.#at[0]!, this.name);
    this.#here = 0;
    for (;;) {
      const change = date.getTimeZoneTransition("previous");
      const begin = change ? Math.max(change.epochMilliseconds / 1000, goal) : -Infinity;
      this.#at[0] = begin;
      if (!change || begin === goal) return;
      date = change.subtract({ seconds: 1 });
      const offset = date.offsetNanoseconds / 1e9;
      if (offset !== this.#offsets[0]) {
        this.#at.unshift(begin);
        this.#offsets.unshift(offset);
      }
    }
  }
}

const zones = new Map<string, Zone>();

/**
 * Finds a zone by its IANA name, in any case, or as a system writes it (`posix/Europe/Paris`, `:Europe/Paris`).
 *
 * Throws `RangeError` when there is no such zone.
 */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const bare = name.replace(/^:?(?:posix\/)?/, "");
  try {
    const zone = new Zone(bare);
    zones.set(name, zone);
    return zone;
  } catch (cause) {
    throw new RangeError(`Cannot find the time zone "${name}": expected an IANA name such as Europe/Paris`, {
      cause,
    });
  }
}

/** The zone without changes that everything defaults to. */
export const UTC: Zone = zoneOf("UTC");

function zonedDateTime(instant: number, zone: string): Temporal.ZonedDateTime {
  return new Temporal.ZonedDateTime(BigInt(instant) * 1_000_000_000n, zone);
}
