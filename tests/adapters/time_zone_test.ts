import { assertEquals } from "@std/assert";
import { systemTimeZone } from "../../src/adapters/time_zone.ts";

const cases: [tz: string, zone: string][] = [
  ["Europe/Paris", "Europe/Paris"],
  [":Europe/Paris", "Europe/Paris"],
  ["/usr/share/zoneinfo/America/New_York", "America/New_York"],
  ["/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"],
  ["UTC", "UTC"],
];

/** The zone with `TZ` set so, in this process. */
function zoneWith(tz: string | undefined): string {
  const before = Deno.env.get("TZ");
  try {
    if (tz === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", tz);
    return systemTimeZone();
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

for (const [tz, zone] of cases) {
  Deno.test(`systemTimeZone() reads TZ=${tz}`, () => assertEquals(zoneWith(tz), zone));
}

for (const tz of ["CET-1CEST", "+02:00", "No/Where", ""]) {
  Deno.test(`systemTimeZone() passes over TZ=${tz}, which names no zone`, () => {
    assertEquals(zoneWith(tz), zoneWith(undefined));
  });
}
