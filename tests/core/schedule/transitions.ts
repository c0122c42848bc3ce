/**
 * Every change of every zone's offset from 1970 to 2037: the table of the engine, and schedules around the change.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Schedule } from "../../../src/core/schedule/model.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { Zone, zoneOf } from "../../../src/core/schedule/zone.ts";
import { type Range, type Rule, slowNext } from "./slow_engine.ts";

const HOUR = 3600;
const FIRST = Temporal.Instant.from("1970-01-01T00:00Z");
const END = Temporal.Instant.from("2038-01-01T00:00Z");
const LAST_SECOND = 86_399;

interface Question {
  readonly rules: readonly Rule[];
  readonly schedule: Schedule;
  /** Seconds from the change. */
  readonly now: number;
  /** Seconds before that. */
  readonly last?: number;
}

function range(text: string, [begin, end]: readonly [number, number], interval?: number): Range {
  const length = end - begin + (end < begin ? 24 * HOUR : 0);
  return { text, begin, end, interval: interval ?? length + 1, isWall: interval === undefined };
}

function rule(ranges: readonly Range[], { isExclusion = false, isWorkday = false } = {}): Rule {
  const text = ranges.map((range) => range.text).join(",") + (isWorkday ? " mon-fri" : "");
  return {
    text: isExclusion ? `!${text}` : text,
    isExclusion,
    ranges,
    matches: (date) => !isWorkday || date.dayOfWeek <= 5,
  };
}

const LONE = rule([0, 1, 2, 3, 23].map((hour) => {
  const begin = hour * HOUR + 1800;
  return range(`${String(hour).padStart(2, "0")}:30`, [begin, begin + 1]);
}));
const MIDNIGHT = rule([range("00:00", [0, 1])]);
const NIGHT = rule([range("23:30-00:30@20m", [23.5 * HOUR, HOUR / 2], 1200)], { isWorkday: true });
const WINDOW = rule([range("01:00-03:00@30m", [HOUR, 3 * HOUR], 1800)]);
const DAILY = rule([range("*", [0, LAST_SECOND])]);
const PERIOD = rule([range("@1h", [0, LAST_SECOND], HOUR)]);
const PAUSE = rule([range("01:30-02:30", [1.5 * HOUR, 2.5 * HOUR])], { isExclusion: true });
const MORNING = rule([range("00:00-04:00", [0, 4 * HOUR])], { isExclusion: true, isWorkday: true });

const QUESTIONS: readonly Question[] = ([
  [[LONE], -1],
  [[LONE], 1800, 1800],
  [[MIDNIGHT], -20 * HOUR],
  [[NIGHT], -2 * HOUR, 60],
  [[WINDOW], -HOUR, 600],
  [[DAILY], -HOUR, 12 * HOUR],
  [[PERIOD, PAUSE], -1800, 2700],
  [[WINDOW, DAILY, MORNING], -3 * HOUR, 22 * HOUR],
] as const).map(([rules, now, last]) => ({
  rules,
  schedule: parseSchedule(rules.map(({ text }) => text)),
  now,
  ...(last === undefined ? {} : { last }),
}));

/** The instants at which a zone's offset changes, in seconds since the epoch. */
function changesOf(name: string): number[] {
  const changes: number[] = [];
  let date = FIRST.toZonedDateTimeISO(name);
  for (;;) {
    const next = date.getTimeZoneTransition("next");
    if (!next || next.epochMilliseconds >= END.epochMilliseconds) return changes;
    changes.push(next.epochMilliseconds / 1000);
    date = next;
  }
}

function checkTable(name: string, changes: readonly number[]): string {
  const zone = new Zone(name);
  const offsets = changes.flatMap((change) => [change - 1, change]).map((instant) => {
    const expected = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(name);
    assertEquals(zone.offsetAt(instant), expected.offsetNanoseconds / 1e9, `${name} at ${instant}`);
    return zone.offsetAt(instant);
  });
  return [...changes, ...offsets].join(" ");
}

function askAround(change: number, zone: string): void {
  for (const { rules, schedule, now: before, last: ago } of QUESTIONS) {
    const now = change + before;
    const query = { now, last: ago === undefined ? undefined : now - ago };
    const expected = slowNext(rules, { ...query, zone });
    const found = nextRun(schedule, { ...query, zone: zoneOf(zone) })?.at;
    assertEquals(found, expected, JSON.stringify({ schedule: schedule.text, ...query, zone }));
  }
}

/**
 * Compares the tables of all zones with Temporal's, and at every `step`th change the runs with the slow engine's; zones
 * of one and the same table are asked once. Gives the number of zones, and of changes that were asked about.
 */
export function checkTransitions(step: number): { readonly zones: number; readonly asked: number } {
  const tables = new Set<string>();
  const names = Intl.supportedValuesOf("timeZone");
  let count = 0;
  let asked = 0;
  for (const name of names) {
    const changes = changesOf(name);
    const table = checkTable(name, changes);
    if (tables.has(table)) continue;
    tables.add(table);
    for (const change of changes) {
      if (count++ % step !== 0) continue;
      askAround(change, name);
      asked++;
    }
  }
  return { zones: names.length, asked };
}
