import { assertEquals, assertThrows } from "@std/assert";
import { formatInstant, InstantSyntaxError, parseInstant } from "../../../src/core/schedule/instant.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";

const PARIS = zoneOf("Europe/Paris");
const BASE = Date.UTC(2026, 6, 1, 10) / 1000;

const READ = [
  ["2026-07-01T12:00:00", BASE, false],
  ["2026-07-01 12:00", BASE, false],
  ["2026-07-01", BASE - 12 * 3600, false],
  ["2026-07-01T12:00:00.000", BASE, false],
  ["2026-07-01T12:00:00.001", BASE + 1, false],
  ["2026-07-01T10:00:00Z", BASE, true],
  ["2026-07-01t10:00:00z", BASE, true],
  ["2026-07-01T10:00:00.5Z", BASE + 1, true],
  ["2026-07-01T05:00:00-05:00", BASE, true],
  ["2026-07-01T15:30+0530", BASE, true],
  ["2026-07-01T11:00+01", BASE, true],
  ["2026-10-25T02:30:00", Date.UTC(2026, 9, 25, 0, 30) / 1000, false],
  ["2026-03-29T02:30:00", Date.UTC(2026, 2, 29, 1) / 1000, false],
] as const;

for (const [text, seconds, hasOffset] of READ) {
  Deno.test(`parseInstant() reads "${text}" on the clock of Paris`, () => {
    assertEquals(parseInstant(text, PARIS), { seconds, hasOffset });
  });
}

const REFUSED = [
  ["", "expected YYYY-MM-DDTHH:MM:SS, with an offset such as +02:00 or without"],
  ["now", "expected YYYY-MM-DDTHH:MM:SS, with an offset such as +02:00 or without"],
  ["2026-07-01Z", "expected YYYY-MM-DDTHH:MM:SS, with an offset such as +02:00 or without"],
  ["2026-7-1T10:00:00", "expected YYYY-MM-DDTHH:MM:SS, with an offset such as +02:00 or without"],
  ["2026-13-01T10:00:00", "month 13, expected 1 to 12"],
  ["2026-02-29T10:00:00", "day 29, expected 1 to 28"],
  ["2026-07-00", "day 0, expected 1 to 31"],
  ["2026-07-01T24:00:00", "hour 24, expected 0 to 23"],
  ["2026-07-01T10:60:00", "minute 60, expected 0 to 59"],
  ["2026-07-01T10:00:60", "second 60, expected 0 to 59"],
  ["2026-07-01T10:00:00+24:00", "offset hour 24, expected 0 to 23"],
] as const;

for (const [text, problem] of REFUSED) {
  Deno.test(`parseInstant() refuses "${text}"`, () => {
    const error = assertThrows(() => parseInstant(text, PARIS), InstantSyntaxError);
    assertEquals(error.message, `Cannot read the date "${text}": ${problem}`);
  });
}

Deno.test("formatInstant() writes the zone's clock, with the offset of that instant when it is wanted", () => {
  assertEquals(formatInstant(BASE, PARIS), "2026-07-01T12:00:00");
  assertEquals(formatInstant(BASE, PARIS, { hasOffset: true }), "2026-07-01T12:00:00+02:00");
  assertEquals(formatInstant(BASE + 184 * 86_400, PARIS, { hasOffset: true }), "2027-01-01T11:00:00+01:00");
  assertEquals(
    formatInstant(-1, zoneOf("America/St_Johns"), { hasOffset: true }),
    "1969-12-31T20:29:59-03:30",
  );
});

Deno.test("formatInstant() writes seconds of old offsets, and years of more than four digits", () => {
  const text = formatInstant(-2_300_000_000, PARIS, { hasOffset: true });
  assertEquals(text.slice(-9), "+00:09:21");
  assertEquals(formatInstant(Date.UTC(10_000, 0, 1) / 1000, zoneOf("UTC")), "+010000-01-01T00:00:00");
});
