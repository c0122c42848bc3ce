/** Random schedules around the nights in which clocks change: the slow engine must give the same answers. */
import { assertEquals, assertGreater } from "@std/assert";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";
import { Dice } from "./dice.ts";
import { DAYS, type Range, type Rule, slowNext } from "./slow_engine.ts";

const CASES = 4000;

const NIGHTS: readonly (readonly [zone: string, instant: string])[] = [
  ["UTC", "2024-02-28T23:00Z"],
  ["Europe/Paris", "2026-03-29T01:00Z"],
  ["Europe/Paris", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-03-08T07:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00Z"],
  ["America/Santiago", "2026-04-05T03:00Z"],
  ["Africa/Casablanca", "2026-02-15T02:00Z"],
  ["Antarctica/Troll", "2026-03-29T01:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
];

function makeRange(dice: Dice): Range {
  const time = () =>
    dice.pick([0, 1800, 3600, 5400, 7200, 8100, 9000, 10_800, 12_600, 43_200, 82_800, 84_600, 86_340]);
  const clock = (at: number) =>
    [at / 3600, at / 60 % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  const kind = dice.below(4);
  const [begin, end] = kind === 0 ? [0, 86_399] : [time(), time()];
  const isLone = kind === 1 || begin === end;
  const span = kind === 0 ? "*" : isLone ? clock(begin) : `${clock(begin)}-${clock(end)}`;
  const length = isLone ? 1 : begin > end ? 86_400 - begin + end : end - begin;
  const written = dice.pick([undefined, undefined, 600, 1200, 3600, 7260, 90_000]);
  return {
    text: written ? `${span}@${written}s` : span,
    begin,
    end: isLone ? begin + 1 : end,
    interval: written ?? length + 1,
    isWall: !written,
  };
}

function makeRule(dice: Dice, isExclusion: boolean): Rule {
  const ranges = Array.from({ length: 1 + dice.below(2) }, () => makeRange(dice));
  const weekdays = dice.pick([undefined, undefined, [1, 2, 3, 4, 5], [6, 7, 1], [3], [7]]);
  const monthDay = dice.pick([undefined, undefined, undefined, 1, 29, 30, -1, -2]);
  const weeks = dice.pick([undefined, undefined, undefined, [52, 53, 1], [
    9,
    10,
    11,
    12,
    13,
    14,
    40,
    43,
    44,
    45,
  ]]);
  const day = weekdays ? weekdays.length > 1 ? `${weekdays[0]}-${weekdays.at(-1)}` : `${weekdays[0]}` : "*";
  const days = monthDay === undefined ? day : `${day}:${monthDay}`;
  return {
    text: `${isExclusion ? "! " : ""}${ranges.map((range) => range.text).join(",")} ${days} ${weeks ?? "*"}`,
    isExclusion,
    ranges,
    matches: (date) =>
      (!weekdays || weekdays.includes(date.dayOfWeek)) && (!weeks || weeks.includes(date.weekOfYear!)) &&
      (monthDay === undefined || date.day === (monthDay > 0 ? monthDay : date.daysInMonth + 1 + monthDay)),
  };
}

Deno.test(`nextRun() gives what a slow, obvious engine gives for ${CASES} random schedules`, () => {
  const dice = new Dice(20_260_329);
  let found = 0;
  for (let index = 0; index < CASES; index++) {
    const [zone, night] = dice.pick(NIGHTS);
    const rules = [makeRule(dice, false)];
    if (dice.below(3) === 0) rules.push(makeRule(dice, false));
    if (dice.below(2) === 0) rules.push(makeRule(dice, true));
    const change = Temporal.Instant.from(night).epochMilliseconds / 1000;
    const now = change - 2 * 86_400 + dice.pick([600, 1800, 3601, 1]) * dice.below(400);
    const last = dice.below(3) === 0 ? undefined : now - dice.pick([1, 60, 1799, 3600, 86_400, 200_000]);
    const slow = slowNext(rules, { now, last, zone });
    const schedule = parseSchedule(rules.map((rule) => rule.text));
    const fast = nextRun(schedule, { now, last, zone: zoneOf(zone) })?.at;
    const isBeyond = slow === undefined && (fast === undefined || fast > now + (DAYS - 1) * 86_400);
    if (!isBeyond) assertEquals(fast, slow, JSON.stringify({ schedule: schedule.text, now, last, zone }));
    if (slow !== undefined) found++;
  }
  assertGreater(found, CASES / 2);
});
