import { assertEquals } from "@std/assert";
import { Cron } from "croner";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";

const EXPRESSIONS = [
  "30 4 * * *",
  "30 2,14 * * *",
  "0-40 2-3 * * *",
  "*/7 * * * *",
  "0 */3 * * *",
  "15 */2 29 2 *",
  "0 0 1,15 * mon",
  "0 0 */2 * fri",
  "0 12 L * *",
  "0 12 LW * *",
  "0 12 15W * *",
  "0 12 31W * *",
  "0 12 1W,L * *",
  "5 5 * * fri#2",
  "5 5 * * friL",
  "5 5 13 * +fri",
  "*/15 10-40/10 * * * 1-5",
  "0 30 2 * * sun 2026-2028",
  "@hourly",
  "@daily",
  "@midnight",
  "@weekly",
  "@monthly",
  "@yearly",
  "@annually",
];

/** Instants close to changes of these zones, and far from them. */
const PLACES = [
  ["UTC", "2026-02-27T23:59:58Z"],
  ["Europe/Paris", "2026-03-28T22:00:00Z"],
  ["Europe/Paris", "2026-10-25T00:10:00Z"],
  ["America/New_York", "2026-11-01T05:30:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T14:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T14:30:00Z"],
  ["America/Sao_Paulo", "2018-11-04T02:00:00Z"],
  ["Pacific/Apia", "2011-12-29T21:00:00Z"],
] as const;

for (const expression of EXPRESSIONS) {
  Deno.test(`nextRun() goes through "${expression}" as croner's own search does, nights included`, () => {
    const schedule = parseSchedule(expression);
    for (const [timezone, from] of PLACES) {
      const cron = new Cron(expression, { timezone, paused: true, fixedTimeRule: "no-wildcard" });
      let last = Date.parse(from) / 1000;
      for (let run = 0; run < 12; run++) {
        const expected = cron.nextRun(new Date(last * 1000));
        const found = nextRun(schedule, { now: last + 1, last, zone: zoneOf(timezone) });
        assertEquals(
          found?.at,
          expected ? expected.getTime() / 1000 : undefined,
          `${timezone} after ${last}`,
        );
        if (!found) break;
        last = found.at;
      }
    }
  });
}

const NOON = Date.UTC(2026, 0, 5, 12) / 1000;
const zone = zoneOf("UTC");

Deno.test("nextRun() counts a crontab instant that is now, but not the one that the last run had", () => {
  const schedule = parseSchedule("0 12 * * *");
  assertEquals(nextRun(schedule, { now: NOON, zone })?.at, NOON);
  assertEquals(nextRun(schedule, { now: NOON, last: NOON, zone })?.at, NOON + 86_400);
});

Deno.test("nextRun() takes exclusions off crontab instants, in part and for whole days", () => {
  assertEquals(
    nextRun(parseSchedule(["*/30 * * * *", "! 12:00-13:15"]), { now: NOON, zone })?.at,
    NOON + 5400,
  );
  assertEquals(
    nextRun(parseSchedule(["0 12 * * *", "! * mon-tue"]), { now: NOON, zone })?.at,
    NOON + 2 * 86_400,
  );
});

Deno.test("nextRun() gives undefined at once for a crontab date that is in no calendar", () => {
  assertEquals(nextRun(parseSchedule("0 0 30 2 *"), { now: NOON, zone }), undefined);
  assertEquals(nextRun(parseSchedule("0 0 0 1 1 * 2020"), { now: NOON, zone }), undefined);
});

Deno.test("nextRun() says that a crontab instant is planned, and leaves @reboot to the daemon", () => {
  const next = nextRun(parseSchedule("@daily"), { now: NOON, zone })!;
  assertEquals([next.isPlanned, next.windowEnd, next.begin], [true, undefined, next.at]);
  assertEquals(nextRun(parseSchedule("@reboot"), { now: NOON, zone }), undefined);
  assertEquals(nextRun(parseSchedule(["@reboot", "@daily"]), { now: NOON, zone })?.at, NOON + 43_200);
});

Deno.test("nextRun() passes over crontab instants before plannedFrom", () => {
  const next = nextRun(parseSchedule("0 * * * *"), { now: NOON, zone, plannedFrom: NOON + 1 });
  assertEquals(next?.at, NOON + 3600);
});
