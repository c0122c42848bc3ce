/**
 * Lengths of time and sizes, short enough for a column.
 *
 * @module
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = "KMGTPE";

/**
 * Writes a length of time with its two largest units: `0.4s`, `42s`, `3m05s`, `2h07m`, `3d04h`.
 *
 * A negative one has a minus in front.
 */
export function formatElapsed(seconds: number): string {
  if (seconds < 0) return `-${formatElapsed(-seconds)}`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole}s`;
  if (whole < HOUR) return pair(whole, [MINUTE, "m"], [1, "s"]);
  if (whole < DAY) return pair(whole, [HOUR, "h"], [MINUTE, "m"]);
  return pair(whole, [DAY, "d"], [HOUR, "h"]);
}

function pair(seconds: number, [large, name]: [number, string], [small, detail]: [number, string]): string {
  const rest = Math.floor(seconds % large / small);
  return `${Math.floor(seconds / large)}${name}${String(rest).padStart(2, "0")}${detail}`;
}

/** Writes a size in the unit that keeps it below 1024: `512B`, `3.4M`, `120M`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  let unit = -1;
  for (; value >= 1023.95 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${UNITS[unit]}`;
}
