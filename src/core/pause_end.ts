import { DAY } from "./schedule/civil.ts";
import { parseInstant } from "./schedule/instant.ts";
import type { Zone } from "./schedule/zone.ts";

/** The longest pause, in seconds: whoever wants a task to rest for longer disables it. */
export const LONGEST_PAUSE = 100 * 366 * DAY;

const TIME_REGEXP = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/**
 * Reads when a pause ends, in seconds since the epoch: a date on the zone's clock or with an offset, or a time of day,
 * which is the next such one after `now`.
 *
 * Throws `SyntaxError` for anything else, and `RangeError` for an instant that is not after `now` or too far away.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zoneOf } from "./schedule/zone.ts";
 *
 * assertEquals(pauseEnd("00:30", 3600, zoneOf("UTC")), 88_200);
 * ```
 */
export function pauseEnd(text: string, now: number, zone: Zone): number {
  const time = TIME_REGEXP.exec(text);
  const end = time ? nextTime(time, now, zone) : parseInstant(text, zone).seconds;
  return checkPauseEnd(text, end, now);
}

/** Gives the end of a pause back; throws `RangeError` for one that is not after `now` or too far away. */
export function checkPauseEnd(text: string, end: number, now: number): number {
  if (end <= now) {
    throw new RangeError(`Cannot pause until ${text}: that has passed, expected a later instant`);
  }
  if (end - now > LONGEST_PAUSE) {
    throw new RangeError(`Cannot pause until ${text}: that is too far away, expected at most 100 years`);
  }
  return end;
}

/** In the spring gap it is the first instant after it; in the autumn fold the first of the two that is still to come. */
function nextTime([, hour, minute, second = "0"]: RegExpExecArray, now: number, zone: Zone): number {
  const time = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const today = Math.floor(zone.toWall(now) / DAY);
  for (let day = today;; day++) {
    const wall = day * DAY + time;
    const end = [zone.first(wall), zone.last(wall)].find((instant) => instant > now);
    if (end !== undefined) return end;
  }
}
