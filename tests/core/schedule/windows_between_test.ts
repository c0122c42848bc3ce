import { assertEquals } from "@std/assert";
import { formatInstant, parseInstant } from "../../../src/core/schedule/instant.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { windowsBetween } from "../../../src/core/schedule/windows_between.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";

const cases: {
  edge: string;
  schedule: string;
  zone?: string;
  from: string;
  to: string;
  windows: [from: string, to: string][];
}[] = [
  {
    edge: "both ends are cut to the stretch that is asked for",
    schedule: "08:00-12:00",
    from: "2026-03-02T10:00:00",
    to: "2026-03-03T10:00:00",
    windows: [["2026-03-02T10:00:00", "2026-03-02T12:00:01"], ["2026-03-03T08:00:00", "2026-03-03T10:00:00"]],
  },
  {
    edge: "exclusions are left out, windows that touch are one",
    schedule: '["08:00-12:00", "10:00-14:00@5", "!09:00-11:00"]',
    from: "2026-03-02T00:00:00",
    to: "2026-03-03T00:00:00",
    windows: [["2026-03-02T08:00:00", "2026-03-02T09:00:00"], ["2026-03-02T11:00:00", "2026-03-02T14:00:01"]],
  },
  {
    edge: "a window over midnight is one, unless one of its days is not allowed",
    schedule: "22:00-02:00 mon-tue",
    from: "2026-03-02T12:00:00",
    to: "2026-03-04T12:00:00",
    windows: [["2026-03-02T22:00:00", "2026-03-03T02:00:01"], ["2026-03-03T22:00:00", "2026-03-04T00:00:00"]],
  },
  {
    edge: "in the night of spring the window is an hour shorter",
    schedule: "01:00-04:00",
    zone: "Europe/Paris",
    from: "2026-03-29T00:00:00",
    to: "2026-03-29T12:00:00",
    windows: [["2026-03-29T01:00:00", "2026-03-29T04:00:01"]],
  },
  {
    edge: "planned instants have no window",
    schedule: '["02:00", "*/5 * * * *", "@reboot"]',
    from: "2026-03-02T00:00:00",
    to: "2026-03-03T00:00:00",
    windows: [],
  },
  {
    edge: "a period is a window that is always open",
    schedule: "@10",
    from: "2026-03-02T00:00:00",
    to: "2026-03-09T00:00:00",
    windows: [["2026-03-02T00:00:00", "2026-03-09T00:00:00"]],
  },
];

for (const { edge, schedule, zone: name = "UTC", from, to, windows } of cases) {
  Deno.test(`windowsBetween() ${schedule}: ${edge}`, () => {
    const zone = zoneOf(name);
    const stretch = { from: parseInstant(from, zone).seconds, to: parseInstant(to, zone).seconds };
    const found = windowsBetween(parseSchedule(schedule), zone, stretch);
    assertEquals(found.map((it) => [formatInstant(it.from, zone), formatInstant(it.to, zone)]), windows);
  });
}
