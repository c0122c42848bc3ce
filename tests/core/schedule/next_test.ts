import { assertEquals } from "@std/assert";
import { formatInstant, parseInstant } from "../../../src/core/schedule/instant.ts";
import { isLastInFuture, nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { UTC } from "../../../src/core/schedule/zone.ts";

function instant(text: string): number {
  return parseInstant(text, UTC).seconds;
}

function next(expression: string, now: string, last?: string): string | undefined {
  const query = { now: instant(now), last: last === undefined ? undefined : instant(last), zone: UTC };
  const found = nextRun(parseSchedule(expression), query);
  return found && formatInstant(found.at, UTC);
}

/** 2026-01-02 is a Friday, in ISO week 1. */
const RUNS: readonly (readonly [
  edge: string,
  expression: string,
  now: string,
  last: string | undefined,
  at?: string,
])[] = [
  [
    "both ends of a range are in it: the first",
    "09:00-09:20",
    "2026-01-02T09:00:00",
    undefined,
    "2026-01-02T09:00:00",
  ],
  [
    "both ends of a range are in it: the last",
    "09:00-09:20",
    "2026-01-02T09:20:00",
    undefined,
    "2026-01-02T09:20:00",
  ],
  [
    "a second after its end a range is over",
    "09:00-09:20",
    "2026-01-02T09:20:01",
    undefined,
    "2026-01-03T09:00:00",
  ],
  ["a lone time lasts one second more", "09:00", "2026-01-02T09:00:01", undefined, "2026-01-02T09:00:01"],
  [
    "a lone time is over after that second",
    "09:00",
    "2026-01-02T09:00:02",
    undefined,
    "2026-01-03T09:00:00",
  ],
  [
    "the last second of the day lasts over midnight",
    "23:59:59",
    "2026-01-03T00:00:00",
    undefined,
    "2026-01-03T00:00:00",
  ],
  ["24:00 is the last second", "23:00-24:00", "2026-01-02T23:59:59", undefined, "2026-01-02T23:59:59"],
  ["a range runs once", "09:00-11:00", "2026-01-02T10:00:00", "2026-01-02T09:30:00", "2026-01-03T09:00:00"],
  [
    "an interval goes on from the last run",
    "09:00-11:00@30",
    "2026-01-02T10:00:00",
    "2026-01-02T09:45:00",
    "2026-01-02T10:15:00",
  ],
  [
    "an interval that ends after the range waits for the next",
    "09:00-11:00@90",
    "2026-01-02T10:00:00",
    "2026-01-02T09:45:00",
    "2026-01-03T09:00:00",
  ],
  [
    "an interval over several days",
    "09:00-10:00@3d",
    "2026-01-02T10:00:00",
    "2026-01-02T09:30:00",
    "2026-01-05T09:30:00",
  ],
  [
    "an elapsed period is due at once",
    "@10",
    "2026-01-02T10:00:00",
    "2025-12-01T00:00:00",
    "2026-01-02T10:00:00",
  ],
  [
    "a period does not leave its days",
    "@60 fri",
    "2026-01-02T23:20:00",
    "2026-01-02T23:10:00",
    "2026-01-09T00:00:00",
  ],
  [
    "a range over midnight goes on after it",
    "23:00-01:00@30",
    "2026-01-02T23:50:00",
    "2026-01-02T23:45:00",
    "2026-01-03T00:15:00",
  ],
  [
    "a range over midnight runs once",
    "23:00-01:00",
    "2026-01-03T00:10:00",
    "2026-01-02T23:55:00",
    "2026-01-03T23:00:00",
  ],
  [
    "both sides of midnight have days of their own",
    "23:00-01:00 fri",
    "2026-01-02T12:00:00",
    undefined,
    "2026-01-02T23:00:00",
  ],
  [
    "so the early side is that of the same weekday",
    "23:00-01:00 fri",
    "2026-01-03T00:30:00",
    undefined,
    "2026-01-09T00:00:00",
  ],
  [
    "several ranges, in any order",
    "18:00,09:00-10:00",
    "2026-01-02T09:15:10",
    "2026-01-02T09:15:00",
    "2026-01-02T18:00:00",
  ],
  [
    "the last day of each month, whatever its length",
    "* *:last",
    "2026-02-01T00:00:00",
    "2026-01-31T00:00:00",
    "2026-02-28T00:00:00",
  ],
  ["the fifth day from the end", "* :-5", "2026-02-01T00:00:00", undefined, "2026-02-24T00:00:00"],
  ["fri:last is both at once", "09:00 fri:last", "2026-01-02T00:00:00", undefined, "2026-07-31T09:00:00"],
  [
    "fri#last is the last Friday",
    "09:00 fri#last",
    "2026-01-02T10:00:00",
    undefined,
    "2026-01-30T09:00:00",
  ],
  ["mon#1 is the first Monday", "09:00 mon#1", "2026-01-06T00:00:00", undefined, "2026-02-02T09:00:00"],
  [
    "tue#-2 is the last but one Tuesday",
    "09:00 tue#-2",
    "2026-01-02T00:00:00",
    undefined,
    "2026-01-20T09:00:00",
  ],
  [
    "thu#5 waits for a month that has five",
    "09:00 thu#5",
    "2026-02-01T00:00:00",
    undefined,
    "2026-04-30T09:00:00",
  ],
  [
    "signed numbers go on with the month days",
    "09:00 *:1,-1",
    "2026-01-02T00:00:00",
    undefined,
    "2026-01-31T09:00:00",
  ],
  ["unsigned ones are weekdays", "09:00 *:1,3", "2026-01-02T00:00:00", undefined, "2026-01-07T09:00:00"],
  ["odd days of the month", "09:00 *:%2+1", "2026-01-31T10:00:00", undefined, "2026-02-01T09:00:00"],
  [
    "week 53 belongs to years that have it",
    "09:00 * 53",
    "2027-01-04T00:00:00",
    undefined,
    "2032-12-27T09:00:00",
  ],
  ["week 1 may begin in December", "09:00 * 1", "2025-12-01T00:00:00", undefined, "2025-12-29T09:00:00"],
  ["even weeks", "09:00 mon %2", "2026-01-02T00:00:00", undefined, "2026-01-05T09:00:00"],
  ["even months", "@10 * * %2", "2026-05-20T10:00:00", undefined, "2026-06-01T00:00:00"],
  [
    "a leap day over the year 2100",
    "09:00 *:29 * feb",
    "2096-03-01T00:00:00",
    undefined,
    "2104-02-29T09:00:00",
  ],
  [
    "an exclusion begins with its first second",
    '["@10","! 09:00-11:00"]',
    "2026-01-02T09:00:00",
    undefined,
    "2026-01-02T11:00:00",
  ],
  [
    "the order does not matter",
    '["! 09:00-11:00","@10"]',
    "2026-01-02T10:00:00",
    undefined,
    "2026-01-02T11:00:00",
  ],
  [
    "exclusions that touch are passed together",
    '["@10","!09:00-11:00","!11:00-12:30"]',
    "2026-01-02T09:30:00",
    undefined,
    "2026-01-02T12:30:00",
  ],
  [
    "an exclusion up to the last second takes it along",
    '["@10","!23:00-23:59:59"]',
    "2026-01-02T23:30:00",
    undefined,
    "2026-01-03T00:00:00",
  ],
  [
    "an excluded day is passed whole",
    '["@10","! * fri"]',
    "2026-01-02T12:00:00",
    undefined,
    "2026-01-03T00:00:00",
  ],
  [
    "an exclusion over midnight, on its days",
    '["@10","! 22:00-02:00 fri"]',
    "2026-01-02T22:30:00",
    undefined,
    "2026-01-03T00:00:00",
  ],
  ["what is covered for good never runs", '["09:00","! 08:00-10:00"]', "2026-01-02T00:00:00", undefined],
  [
    "what is covered by two never runs",
    '["@10","! 00:00-12:00","! 12:00-24:00"]',
    "2026-01-02T00:00:00",
    undefined,
  ],
  ["a date that is in no calendar never comes", "* *:30 * feb", "2026-01-02T00:00:00", undefined],
  [
    "40 years are the horizon: within",
    "@14600d",
    "2026-01-02T00:00:00",
    "2026-01-01T00:00:00",
    "2065-12-22T00:00:00",
  ],
  ["40 years are the horizon: beyond", "@14700d", "2026-01-02T00:00:00", "2026-01-01T00:00:00"],
  [
    "a last run up to a minute in the future counts",
    "@10",
    "2026-01-02T10:00:00",
    "2026-01-02T10:01:00",
    "2026-01-02T10:11:00",
  ],
  [
    "one further in the future does not",
    "@10",
    "2026-01-02T10:00:00",
    "2026-01-02T10:01:01",
    "2026-01-02T10:00:00",
  ],
];

for (const [edge, expression, now, last, at] of RUNS) {
  Deno.test(`nextRun() ${expression} at ${now}: ${edge}`, () => {
    assertEquals(next(expression, now, last), at);
  });
}

const FRIDAY = instant("2026-01-02T00:00:00");

Deno.test("isLastInFuture() allows a minute", () => {
  assertEquals([isLastInFuture(160, 100), isLastInFuture(161, 100)], [false, true]);
});

Deno.test("nextRun() rounds fractions of now and of the last run up", () => {
  assertEquals(nextRun(parseSchedule("@10s"), { now: FRIDAY + 0.2, zone: UTC })?.at, FRIDAY + 1);
  const query = { now: FRIDAY + 5, last: FRIDAY + 0.7, zone: UTC };
  assertEquals(nextRun(parseSchedule("@10s"), query)?.at, FRIDAY + 11);
});

Deno.test("nextRun() tells a window: its ends, its interval, that it is not planned", () => {
  const run = nextRun(parseSchedule("09:00-10:00@15"), { now: FRIDAY + 9.5 * 3600, zone: UTC })!;
  assertEquals(
    [run.at, run.begin, run.windowEnd, run.intervalSeconds, run.isPlanned],
    [FRIDAY + 34_200, FRIDAY + 32_400, FRIDAY + 36_000, 900, false],
  );
});

Deno.test("nextRun() tells one window for both sides of midnight", () => {
  const schedule = parseSchedule("22:00-02:00@30");
  for (const hour of [22.5, 25]) {
    const run = nextRun(schedule, { now: FRIDAY + hour * 3600, zone: UTC })!;
    assertEquals([run.begin, run.windowEnd], [FRIDAY + 22 * 3600, FRIDAY + 26 * 3600]);
  }
});

Deno.test("nextRun() ends the window at midnight when the next day is not allowed", () => {
  const run = nextRun(parseSchedule("22:00-02:00 fri"), { now: FRIDAY + 23 * 3600, zone: UTC })!;
  assertEquals([run.begin, run.windowEnd], [FRIDAY + 22 * 3600, FRIDAY + 86_399]);
});

Deno.test("nextRun() tells the planned instant of a lone time, and no window, a second late", () => {
  const run = nextRun(parseSchedule("09:00"), { now: FRIDAY + 9 * 3600 + 1, zone: UTC })!;
  assertEquals([run.at, run.begin, run.isPlanned], [FRIDAY + 32_401, FRIDAY + 32_400, true]);
  assertEquals(run.windowEnd, undefined);
});

Deno.test("nextRun() passes over planned instants before plannedFrom, and over no window", () => {
  const query = { now: FRIDAY + 9 * 3600 + 1, zone: UTC, plannedFrom: FRIDAY + 9 * 3600 + 1 };
  assertEquals(nextRun(parseSchedule("09:00"), query)?.at, FRIDAY + 33 * 3600);
  assertEquals(nextRun(parseSchedule("09:00-10:00"), query)?.at, FRIDAY + 9 * 3600 + 1);
});

Deno.test("nextRun() names an occurrence by its window, and a period by its instant too", () => {
  const occurrence = (expression: string, hour: number) =>
    nextRun(parseSchedule(expression), { now: FRIDAY + hour * 3600, zone: UTC })!.occurrence;
  assertEquals(occurrence("~00:00-06:00", 1), "~00:00-06:00 2026-01-02");
  assertEquals(occurrence("~22:00-02:00", 25), "~22:00-02:00 2026-01-02");
  assertEquals(occurrence("~22:00-02:00 sat", 25), "~22:00-02:00 2026-01-03 00:00");
  assertEquals(occurrence("@10", 1), `@10 2026-01-02 ${FRIDAY + 3600}`);
});
