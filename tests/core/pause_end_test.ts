import { assertEquals, assertThrows } from "@std/assert";
import { pauseEnd } from "../../src/core/pause_end.ts";
import { zoneOf } from "../../src/core/schedule/zone.ts";

const cases: [text: string, now: string, zone: string, end: string][] = [
  ["2026-03-02T12:00:00", "2026-03-02T10:00:00Z", "Europe/Paris", "2026-03-02T11:00:00Z"],
  ["2026-03-02T12:00:00+05:00", "2026-03-02T06:00:00Z", "Europe/Paris", "2026-03-02T07:00:00Z"],
  ["2026-03-03", "2026-03-02T10:00:00Z", "UTC", "2026-03-03T00:00:00Z"],
  ["12:00", "2026-03-02T10:00:00Z", "UTC", "2026-03-02T12:00:00Z"],
  ["12:00:30", "2026-03-02T12:00:00Z", "UTC", "2026-03-02T12:00:30Z"],
  ["12:00", "2026-03-02T12:00:00Z", "UTC", "2026-03-03T12:00:00Z"],
  ["09:00", "2026-03-02T10:00:00Z", "UTC", "2026-03-03T09:00:00Z"],
  // 00:30 in Paris is still the day before in UTC.
  ["00:30", "2026-03-02T23:00:00Z", "Europe/Paris", "2026-03-02T23:30:00Z"],
  // In the spring gap, the first instant after it.
  ["02:30", "2026-03-28T23:30:00Z", "Europe/Paris", "2026-03-29T01:00:00Z"],
  // In the autumn fold the second half past two is still to come after the first.
  ["02:30", "2026-10-25T00:00:00Z", "Europe/Paris", "2026-10-25T00:30:00Z"],
  ["02:30", "2026-10-25T00:30:00Z", "Europe/Paris", "2026-10-25T01:30:00Z"],
];

for (const [text, now, zone, end] of cases) {
  Deno.test(`pauseEnd() of ${text} at ${now} in ${zone} is ${end}`, () => {
    const seconds = pauseEnd(text, Date.parse(now) / 1000, zoneOf(zone));
    assertEquals(new Date(seconds * 1000).toISOString(), end.replace("Z", ".000Z"));
  });
}

for (const text of ["24:00", "12:60", "9:00", "noon", "", "2026-02-30", "12:00Z"]) {
  Deno.test(`pauseEnd() cannot read ${JSON.stringify(text)}`, () => {
    assertThrows(() => pauseEnd(text, 0, zoneOf("UTC")), SyntaxError);
  });
}

Deno.test("pauseEnd() refuses what has passed, and what is more than 100 years away", () => {
  const now = Date.parse("2026-03-02T10:00:00Z") / 1000;
  for (const text of ["2026-03-02T10:00:00", "1999-01-01", "2200-01-01", "9999-12-31"]) {
    assertThrows(() => pauseEnd(text, now, zoneOf("UTC")), RangeError, text);
  }
});
