/**
 * Durations as text: `90s`, `1h30m`, `2D`, or a bare number.
 *
 * @module
 */

/** Seconds per unit, longest first. */
const UNITS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** The unit of a bare number: seconds in most places, minutes in a schedule's `@`. */
export type BareUnit = "s" | "m";

/** Thrown when a text is no duration; `position` is the 0-based offset of what cannot be read. */
export class DurationSyntaxError extends SyntaxError {
  override readonly name = "DurationSyntaxError";

  constructor(
    readonly text: string,
    readonly position: number,
    readonly problem: string,
    readonly expected: string,
  ) {
    super(
      `Cannot read the duration "${text}" at character ${position + 1}: ${problem}, expected ${expected}`,
    );
  }
}

/**
 * Reads a duration and gives whole seconds.
 *
 * It is a bare number, or numbers each followed by one of the units `w d h m s` in any case. Zero is a duration. Throws
 * `DurationSyntaxError` for anything else: a sign, a fraction, an unknown unit, a number without its unit at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("1h30m", "s"), 5400);
 * assertEquals(parseDuration("10", "m"), 600);
 * ```
 */
export function parseDuration(text: string, bareUnit: BareUnit): number {
  if (/^\d+$/.test(text)) return within(text, Number(text) * UNITS[bareUnit]);
  let position = 0;
  let seconds = 0;
  do {
    const part = /^(\d+)([wdhms])/i.exec(text.slice(position));
    if (!part) throw unreadable(text, position);
    seconds += Number(part[1]) * UNITS[part[2]!.toLowerCase() as keyof typeof UNITS];
    position += part[0].length;
  } while (position < text.length);
  return within(text, seconds);
}

function within(text: string, seconds: number): number {
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new DurationSyntaxError(text, 0, "it is too long", "less than 285 million years");
}

function unreadable(text: string, position: number): DurationSyntaxError {
  const digits = /^\d*/.exec(text.slice(position))![0].length;
  const at = position + digits;
  const found = at < text.length ? `"${text[at]}" is no ${digits > 0 ? "unit" : "number"}` : "it ends early";
  return new DurationSyntaxError(
    text,
    at,
    found,
    digits > 0 ? "one of w d h m s" : "a number such as 10 or 1h30m",
  );
}
