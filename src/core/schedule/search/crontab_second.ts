import type { CrontabExpression } from "../model.ts";

/** The first second of the day at or after `from` that the fields name; `Infinity` when it is over. */
export function nextSecond({ hours, minutes, seconds }: CrontabExpression, from: number): number {
  const hour = Math.floor(from / 3600);
  const minute = Math.floor(from / 60) % 60;
  if (hours.includes(hour)) {
    const second = minutes.includes(minute) ? atLeast(seconds, from % 60) : Infinity;
    if (second < 60) return from - from % 60 + second;
    const laterMinute = atLeast(minutes, minute + 1);
    if (laterMinute < 60) return hour * 3600 + laterMinute * 60 + seconds[0]!;
  }
  return atLeast(hours, hour + 1) * 3600 + minutes[0]! * 60 + seconds[0]!;
}

function atLeast(sorted: readonly number[], value: number): number {
  for (const candidate of sorted) {
    if (candidate >= value) return candidate;
  }
  return Infinity;
}
