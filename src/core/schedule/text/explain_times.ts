import { DAY } from "../civil.ts";
import { formatTime } from "./format_times.ts";
import type { TimeRange } from "../model.ts";
import { everyWords, listWords, spanWords } from "./words.ts";

/**
 * Says the time ranges of an inclusion: how often, and from when to when.
 *
 * With `isByDay`, only some days count, each part of a range over midnight for itself.
 */
export function explainTimes(ranges: readonly TimeRange[], isByDay: boolean): string {
  const lone = ranges.filter((range) => range.isPlanned && range.isWallInterval);
  const others = ranges.filter((range) => !lone.includes(range));
  const times = lone.length > 0 ? [`at ${listWords(lone.map(({ begin }) => formatTime(begin)))}`] : [];
  return [...times, ...others.map((range) => explainRange(range, isByDay))].join(", or ");
}

/** Says what an exclusion takes away of its days; empty when it is all of them. */
export function explainExcludedTimes(ranges: readonly TimeRange[], isByDay: boolean): string {
  if (ranges.some(isWholeDay)) return "";
  return listWords(
    ranges.map((range) => range.isPlanned ? `at ${formatTime(range.begin)}` : fromTo(range, isByDay)),
  );
}

function explainRange(range: TimeRange, isByDay: boolean): string {
  const { intervalSeconds, isWallInterval } = range;
  if (range.isRandom) return `${once(range, isByDay)}, at a random instant${after(range)}`;
  if (range.isPlanned) return `at ${formatTime(range.begin)}${after(range)}`;
  if (isWholeDay(range)) return isWallInterval ? "once a day" : everyWords(intervalSeconds);
  if (intervalSeconds > lengthOf(range)) return once(range, isByDay) + after(range);
  return `${everyWords(intervalSeconds)}, ${fromTo(range, isByDay)}`;
}

function once(range: TimeRange, isByDay: boolean): string {
  if (isWholeDay(range)) return "once a day";
  if (isByDay && range.end < range.begin) return `once ${fromTo(range, isByDay)}`;
  return `once between ${formatTime(range.begin)} and ${endOf(range)}`;
}

function after({ isWallInterval, intervalSeconds }: TimeRange): string {
  return isWallInterval ? "" : `, ${spanWords(intervalSeconds)} or more after the last run`;
}

function fromTo(range: TimeRange, isByDay: boolean): string {
  const begin = formatTime(range.begin);
  if (!isByDay || range.begin < range.end) return `from ${begin} to ${endOf(range)}`;
  return `from ${begin} to ${formatTime(DAY - 1)} and from 00:00 to ${formatTime(range.end)}`;
}

function endOf({ begin, end }: TimeRange): string {
  return formatTime(end) + (end < begin ? " of the next day" : "");
}

function lengthOf({ begin, end }: TimeRange): number {
  return end - begin + (end < begin ? DAY : 0);
}

function isWholeDay({ begin, end }: TimeRange): boolean {
  return begin === 0 && end === DAY - 1;
}
