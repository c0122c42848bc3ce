import { DAY } from "../civil.ts";
import type { TimeRange } from "../model.ts";

const UNITS = [["d", DAY], ["h", 3600], ["m", 60], ["s", 1]] as const;
const WEEK = 7 * DAY;

/** Writes one time range of a schedule in its canonical spelling, such as `~22:00-02:00` or `@1h30m`. */
export function formatTimeRange({ begin, end, intervalSeconds, ...range }: TimeRange): string {
  const isWholeDay = begin === 0 && end === DAY - 1;
  const span = isWholeDay
    ? range.isWallInterval ? "*" : ""
    : range.isPlanned
    ? formatTime(begin)
    : `${formatTime(begin)}-${formatTime(end)}`;
  const interval = range.isWallInterval ? "" : `@${formatInterval(intervalSeconds)}`;
  return (range.isTilde ? "~" : "") + span + interval;
}

/** Writes seconds since midnight as `HH:MM`, or `HH:MM:SS` when there are seconds. */
export function formatTime(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (seconds % 60 > 0) parts.push(seconds % 60);
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Writes an interval in days, hours, minutes and seconds; whole weeks in weeks. */
export function formatInterval(seconds: number): string {
  if (seconds % WEEK === 0) return `${seconds / WEEK}w`;
  let rest = seconds;
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
