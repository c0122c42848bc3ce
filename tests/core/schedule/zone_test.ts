import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DAY, daysFromCivil } from "../../../src/core/schedule/civil.ts";
import { Zone, zoneOf } from "../../../src/core/schedule/zone.ts";

const ZONES = [
  "UTC",
  "Asia/Kolkata",
  "Europe/Paris",
  "Europe/Dublin",
  "America/New_York",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Antarctica/Troll",
  "Pacific/Apia",
  "Asia/Kathmandu",
  "America/Caracas",
];

for (const name of ZONES) {
  Deno.test(`Zone.offsetAt() knows ${name} as Temporal does, from 1900 to 2100, asked in any order`, () => {
    const zone = new Zone(name);
    for (let index = 0; index < 500; index++) {
      const instant = -2_208_988_800 + (index * 7_919 % 500) * 12_622_780;
      const expected = new Temporal.ZonedDateTime(BigInt(instant) * 1_000_000_000n, name).offsetNanoseconds /
        1e9;
      assertEquals(zone.offsetAt(instant), expected, `${name} at ${instant}`);
    }
  });
}

const PARIS_GAP = Date.UTC(2026, 2, 29, 1) / 1000;
const PARIS_FOLD = Date.UTC(2026, 9, 25, 1) / 1000;

Deno.test("Zone.first() and last() give the first instant after the gap for a wall time in it", () => {
  const wall = daysFromCivil(2026, 3, 29) * DAY + 2.5 * 3600;
  assertEquals(zoneOf("Europe/Paris").first(wall), PARIS_GAP);
  assertEquals(zoneOf("Europe/Paris").last(wall), PARIS_GAP);
});

Deno.test("Zone.first() and last() give both instants of a wall time in a fold", () => {
  const wall = daysFromCivil(2026, 10, 25) * DAY + 2.5 * 3600;
  assertEquals(zoneOf("Europe/Paris").first(wall), PARIS_FOLD - 1800);
  assertEquals(zoneOf("Europe/Paris").last(wall), PARIS_FOLD + 1800);
});

Deno.test("Zone.last() gives the only instant of a wall time on a plain day", () => {
  const wall = daysFromCivil(2026, 7, 1) * DAY + 3600;
  assertEquals(zoneOf("Europe/Paris").last(wall), wall - 7200);
});

Deno.test("Zone.hasDay() is false for the day that Samoa left out, and true around it", () => {
  const days = [29, 30, 31].map((day) => zoneOf("Pacific/Apia").hasDay(daysFromCivil(2011, 12, day)));
  assertEquals(days, [true, false, true]);
});

Deno.test("Zone.changeAfter() gives a change that is exactly at the end, and none that is at the beginning", () => {
  const zone = zoneOf("Europe/Paris");
  assertEquals(zone.changeAfter(PARIS_GAP - 10, PARIS_GAP), PARIS_GAP);
  assertEquals(zone.changeAfter(PARIS_GAP - 10, PARIS_GAP - 1), undefined);
  assertEquals(zone.changeAfter(PARIS_GAP, PARIS_GAP + 30 * DAY), undefined);
});

Deno.test("Zone.isPlain() is false within two days of a change, for zones with and without changes", () => {
  assertEquals(zoneOf("Europe/Paris").isPlain(PARIS_GAP + DAY), false);
  assertEquals(zoneOf("Europe/Paris").isPlain(PARIS_GAP + 3 * DAY), true);
  assertEquals(zoneOf("UTC").isPlain(PARIS_GAP), true);
});

Deno.test("zoneOf() keeps the table of a zone", () => {
  assertStrictEquals(zoneOf("Europe/Paris"), zoneOf("Europe/Paris"));
});

for (
  const name of [
    "europe/paris",
    "posix/Europe/Paris",
    ":Europe/Paris",
    "GMT",
    "Etc/GMT+5",
    "US/Pacific",
    "UCT",
  ]
) {
  Deno.test(`zoneOf() accepts the system's name ${name}`, () => {
    assertEquals(typeof zoneOf(name).offsetAt(0), "number");
  });
}

for (const name of ["", "Mars/Olympus", "Europe/Paris ", "2026-01-01"]) {
  Deno.test(`zoneOf() throws for "${name}"`, () => {
    assertThrows(
      () => zoneOf(name),
      RangeError,
      `Cannot find the time zone "${name}": expected an IANA name such as Europe/Paris`,
    );
  });
}
