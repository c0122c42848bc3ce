/**
 * A second engine, slow and obvious: date by date with Temporal, instants compared as they come. Random schedules
 * around the nights in which clocks change must give the same answer in both.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";

const CASES = 4000;
/** The slow engine stops here; the fast one must then have found nothing before. */
const DAYS = 60;

interface Range {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  readonly interval: number;
  readonly isWall: boolean;
}

interface Rule {
  readonly text: string;
  readonly isExclusion: boolean;
  readonly ranges: readonly Range[];
  matches(date: Temporal.PlainDate): boolean;
}

/** Numbers that are always the same: a linear congruential generator. */
class Dice {
  #state = 20_260_329;

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(this.#state / 0x1_0000_0000 * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

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

/** Both instants of a wall time; the first one after the gap, twice, when there is none. */
function instantsOf(wall: Temporal.PlainDateTime, zone: string): { first: number; last: number } {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.toPlainDateTime().equals(wall)) return { first: secondsOf(earlier), last: secondsOf(later) };
  const change = secondsOf(earlier.getTimeZoneTransition("next")!);
  return { first: change, last: change };
}

function secondsOf({ epochMilliseconds }: { readonly epochMilliseconds: number }): number {
  return epochMilliseconds / 1000;
}

/** The parts of a range on one date, as instants: `free` is the first one that an exclusion leaves. */
function stretchesOf(range: Range, date: Temporal.PlainDate, zone: string) {
  if (!date.toZonedDateTime(zone).toPlainDate().equals(date)) return [];
  const parts = range.begin > range.end
    ? [[range.begin, 86_399], [0, range.end]]
    : [[range.begin, range.end]];
  return parts.map(([begin, end]) => {
    const from = instantsOf(date.toPlainDateTime().add({ seconds: begin! }), zone);
    const to = instantsOf(date.toPlainDateTime().add({ seconds: end! }), zone);
    return { begin: from.first, end: to.first, free: to.last + (end === 86_399 ? 1 : 0) };
  });
}

function readyAt(range: Range, last: number, zone: string): number {
  if (!range.isWall) return last + range.interval;
  const ranAt = new Temporal.ZonedDateTime(BigInt(last) * 1_000_000_000n, zone);
  const { first, last: second } = instantsOf(ranAt.toPlainDateTime().add({ seconds: range.interval }), zone);
  return first > last ? first : second;
}

function slowNext(
  rules: readonly Rule[],
  now: number,
  last: number | undefined,
  zone: string,
): number | undefined {
  const today = new Temporal.ZonedDateTime(BigInt(now) * 1_000_000_000n, zone).toPlainDate();
  let best: number | undefined;
  for (let offset = -2; offset <= DAYS; offset++) {
    const date = today.add({ days: offset });
    const taken = rules.filter((rule) => rule.isExclusion).flatMap((rule) =>
      [-1, 0, 1].map((shift) => date.add({ days: shift })).filter((near) => rule.matches(near)).flatMap((
        near,
      ) => rule.ranges.flatMap((range) => stretchesOf(range, near, zone)))
    );
    for (const rule of rules.filter((rule) => !rule.isExclusion && rule.matches(date))) {
      for (const range of rule.ranges) {
        for (const { begin, end } of stretchesOf(range, date, zone)) {
          const from = Math.max(begin, now, last === undefined ? now : readyAt(range, last, zone));
          const found = [from, ...taken.map(({ free }) => free)].sort((a, b) => a - b).find((at) =>
            at >= from && at <= end && !taken.some((it) => at >= it.begin && at < it.free)
          );
          if (found !== undefined && (best === undefined || found < best)) best = found;
        }
      }
    }
    // Instants of later dates are later, but for a fold over midnight: one more date settles that.
    if (best !== undefined && offset >= 0 && best < now + (offset - 2) * 86_400) break;
  }
  return best;
}

Deno.test(`nextRun() gives what a slow, obvious engine gives for ${CASES} random schedules`, () => {
  const dice = new Dice();
  let found = 0;
  for (let index = 0; index < CASES; index++) {
    const [zone, night] = dice.pick(NIGHTS);
    const rules = [makeRule(dice, false)];
    if (dice.below(3) === 0) rules.push(makeRule(dice, false));
    if (dice.below(2) === 0) rules.push(makeRule(dice, true));
    const change = Temporal.Instant.from(night).epochMilliseconds / 1000;
    const now = change - 2 * 86_400 + dice.pick([600, 1800, 3601, 1]) * dice.below(400);
    const last = dice.below(3) === 0 ? undefined : now - dice.pick([1, 60, 1799, 3600, 86_400, 200_000]);
    const slow = slowNext(rules, now, last, zone);
    const schedule = parseSchedule(rules.map((rule) => rule.text));
    const fast = nextRun(schedule, { now, last, zone: zoneOf(zone) })?.at;
    const isBeyond = slow === undefined && (fast === undefined || fast > now + (DAYS - 1) * 86_400);
    if (!isBeyond) assertEquals(fast, slow, JSON.stringify({ schedule: schedule.text, now, last, zone }));
    if (slow !== undefined) found++;
  }
  assertGreater(found, CASES / 2);
});
