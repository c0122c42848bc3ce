/**
 * Dates as text: `2026-03-29T02:30:00`, with an offset or on a zone's clock.
 *
 * @module
 */
import { DAY, daysFromCivil, formatDate, monthLength } from "./civil.ts";
import type { Zone } from "./zone.ts";

const DATE_REGEXP = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?$/i;
const OFFSET_REGEXP = /(?<=\d\d:\d\d\S*)(?:Z|([+-])(\d{2}):?(\d{2})?)$/i;

/** Thrown when a text is no date; `text` is what was given. */
export class InstantSyntaxError extends SyntaxError {
  override readonly name = "InstantSyntaxError";

  constructor(readonly text: string, problem: string) {
    super(`Cannot read the date "${text}": ${problem}`);
  }
}

export interface ParsedInstant {
  /** Seconds since the epoch; a fraction of a second is rounded up. */
  readonly seconds: number;
  /** Whether it came with an offset (or `Z`), so that an answer should have one too. */
  readonly hasOffset: boolean;
}

/**
 * Reads `YYYY-MM-DDTHH:MM:SS`, with an optional fraction and offset; the time, or its seconds, may be left out.
 *
 * Without an offset it is a time on the zone's clock: the first such one in a fold, the first instant after a gap.
 * Throws `InstantSyntaxError` for anything else, a date that is in no calendar included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zoneOf } from "./zone.ts";
 *
 * assertEquals(parseInstant("1970-01-01T01:00:00", zoneOf("Europe/Paris")), { seconds: 0, hasOffset: false });
 * assertEquals(parseInstant("1970-01-01T01:00:00.5Z", zoneOf("UTC")), { seconds: 3601, hasOffset: true });
 * ```
 */
export function parseInstant(text: string, zone: Zone): ParsedInstant {
  const offset = OFFSET_REGEXP.exec(text);
  const match = DATE_REGEXP.exec(offset ? text.slice(0, offset.index) : text);
  if (!match) {
    throw new InstantSyntaxError(
      text,
      "expected YYYY-MM-DDTHH:MM:SS, with an offset such as +02:00 or without",
    );
  }
  const [year, month, day, hour, minute, second, fraction] = match.slice(1).map((part) => Number(part ?? 0));
  checkRange(text, "month", month!, { from: 1, to: 12 });
  checkRange(text, "day", day!, { from: 1, to: monthLength(year!, month!) });
  checkRange(text, "hour", hour!, { from: 0, to: 23 });
  checkRange(text, "minute", minute!, { from: 0, to: 59 });
  checkRange(text, "second", second!, { from: 0, to: 59 });
  const time = hour! * 3600 + minute! * 60 + second!;
  const wall = daysFromCivil(year!, month!, day!) * DAY + time;
  const instant = offset ? wall - offsetSeconds(text, offset) : zone.first(wall);
  return { seconds: instant + (fraction! > 0 ? 1 : 0), hasOffset: offset !== null };
}

/** Writes an instant as the zone's clock shows it, with the offset when that is wanted. */
export function formatInstant(
  seconds: number,
  zone: Zone,
  { hasOffset = false }: { hasOffset?: boolean } = {},
): string {
  const wall = zone.toWall(seconds);
  const day = Math.floor(wall / DAY);
  const text = `${formatDate(day)}T${formatTime(wall - day * DAY)}`;
  return hasOffset ? text + formatOffset(zone.offsetAt(seconds)) : text;
}

function formatTime(seconds: number): string {
  return [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).join(":");
}

function formatOffset(seconds: number): string {
  const size = Math.abs(seconds);
  const text = formatTime(size);
  return (seconds < 0 ? "-" : "+") + (size % 60 === 0 ? text.slice(0, 5) : text);
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

function offsetSeconds(text: string, [, sign, hours, minutes]: RegExpExecArray): number {
  if (!sign) return 0;
  checkRange(text, "offset hour", Number(hours), { from: 0, to: 23 });
  checkRange(text, "offset minute", Number(minutes ?? 0), { from: 0, to: 59 });
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
}

function checkRange(
  text: string,
  what: string,
  value: number,
  { from, to }: { from: number; to: number },
): void {
  if (value < from || value > to) {
    throw new InstantSyntaxError(text, `${what} ${value}, expected ${from} to ${to}`);
  }
}
