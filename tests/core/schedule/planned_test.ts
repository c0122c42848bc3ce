import { assertEquals } from "@std/assert";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { hasPlanned, lastPlanned, plannedPart } from "../../../src/core/schedule/planned.ts";
import { UTC, type Zone, zoneOf } from "../../../src/core/schedule/zone.ts";

const PARIS = zoneOf("Europe/Paris");
const DAY = 86_400;

/** Every planned instant of a span, one after the other. */
function allOf(schedule: string, zone: Zone, after: number, until: number): number[] {
  const part = plannedPart(parseSchedule(schedule));
  const found: number[] = [];
  for (let from = after + 1;;) {
    const begin = nextRun(part, { now: from, zone, plannedFrom: from })?.begin;
    if (begin === undefined || begin > until) return found;
    found.push(begin);
    from = begin + 1;
  }
}

const schedules = [
  "10:30",
  "02:30",
  "23:59:59",
  "0 * * * *",
  "*/7 1-4 * * 1-5",
  "30 2 29 2 *",
  '["10:30 mon", "11:00 *:last", "! 11:00 * * feb"]',
  '["15 4 * * *", "! * tue"]',
  '["02:15,02:45", "09:00-18:00@10"]',
];

for (const schedule of schedules) {
  Deno.test(`lastPlanned() is the last of all planned instants, whatever the span: ${schedule}`, () => {
    const parsed = parseSchedule(schedule);
    for (const zone of [UTC, PARIS]) {
      for (const start of ["2026-03-28T11:00:00Z", "2026-10-24T11:00:00Z", "2028-02-28T20:00:00Z"]) {
        const after = Date.parse(start) / 1000;
        for (const span of [0, 1, 59, 3_600, 40_000, 2 * DAY, 9 * DAY + 12_345]) {
          const expected = allOf(schedule, zone, after, after + span).at(-1);
          assertEquals(
            lastPlanned(parsed, { after, until: after + span, zone }),
            expected,
            `${start} ${span}`,
          );
        }
      }
    }
  });
}

Deno.test("lastPlanned() leaves the instant that was decided upon out, and takes the end of the span in", () => {
  const at = Date.UTC(2026, 0, 2, 10, 30) / 1000;
  const schedule = parseSchedule("10:30");
  assertEquals(lastPlanned(schedule, { after: at, until: at + 60, zone: UTC }), undefined);
  assertEquals(lastPlanned(schedule, { after: at - 60, until: at, zone: UTC }), at);
});

Deno.test("lastPlanned() keeps the interval of a lone time since its last run", () => {
  const at = Date.UTC(2026, 0, 2, 10, 30) / 1000;
  const query = { after: at, until: at + 2.5 * DAY, last: at, zone: UTC };
  assertEquals(lastPlanned(parseSchedule("10:30@3d"), query), undefined);
  assertEquals(lastPlanned(parseSchedule("10:30@2d"), query), at + 2 * DAY);
});

Deno.test("hasPlanned() knows lone times and crontab expressions from windows, periods, @reboot and nothing", () => {
  const planned = [
    "10:30",
    "~10:30",
    "0 4 * * *",
    "@daily",
    '["@10", "10:30"]',
    '["10:30", "! 09:00-11:00"]',
  ];
  const others = ["09:00-11:00", "~09:00-11:00", "@10", "*", "@reboot", "", "@0", '["@10", "! 10:30"]'];
  assertEquals(planned.filter((text) => !hasPlanned(parseSchedule(text))), []);
  assertEquals(others.filter((text) => hasPlanned(parseSchedule(text))), []);
});
