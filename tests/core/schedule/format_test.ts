import { assertEquals } from "@std/assert";
import { formatSchedule } from "../../../src/core/schedule/format.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";

const SPELLINGS: readonly (readonly [written: string, canonical: string])[] = [
  ["", "@0"],
  ["null", "@0"],
  ["@0", "@0"],
  ["[]", "@0"],
  ['["@0", "@10"]', "@10m"],
  ["@10", "@10m"],
  ["@90S", "@1m30s"],
  ["@36h", "@1d12h"],
  ["@14d", "@2w"],
  ["@10d", "@10d"],
  ["*", "*"],
  ["* * * *", "*"],
  ["00:00-24:00", "*"],
  ["00:00-23:59:59@5", "@5m"],
  ["~", "~*"],
  ["~*@1h mon", "~@1h mon"],
  ["8:5", "08:05"],
  ["09:00-09:00", "09:00"],
  ["09:00-09:00:01", "09:00-09:00:01"],
  ["18:00-24:00", "18:00-23:59:59"],
  ["22:00-2:00@15", "22:00-02:00@15m"],
  ["09:00-10:00,09:00-10:00,~12:00-14:00", "09:00-10:00,~12:00-14:00"],
  ["@10 Monday,TUE,3", "@10m mon-wed"],
  ["@10 sat,sun", "@10m sat,sun"],
  ["@10 6-1", "@10m mon,sat,sun"],
  ["@10 mon-thu,fri-sun", "@10m"],
  ["@10 :1,-1", "@10m *:1,*:last"],
  ["@10 *:first,3", "@10m wed,*:1"],
  ["@10 fri:last,sat-mon:+2,*:%2+3,tue#-1,tue#2nd", "@10m fri:last,sat-mon:2,*:%2+1,tue#last,tue#2"],
  ["@10 * 1,2,3,52,53", "@10m * 1-3,52,53"],
  ["@10 * 52-2", "@10m * 1,2,52,53"],
  ["@10 * %2+1 jan-dec", "@10m * %2+1"],
  ["@10 * *%2", "@10m * %2"],
  ["@10 * 1-10%5", "@10m * 5,10"],
  ["@10 * * 1,feb,March,12", "@10m * * jan-mar,dec"],
  ["@10 * * %3+2", "@10m * * %3+2"],
  ["@10 * * jan%5", "@10m * * %13"],
  ["!09:00-10:00 mon", "!09:00-10:00 mon"],
  ['["@10","! 9:00-10:00 mon-fri"]', '["@10m","!09:00-10:00 mon-fri"]'],
  ["0  9 * * MON-FRI", "0 9 * * mon-fri"],
  ["0 0 lw jul friL", "0 0 LW jul friL"],
  ["0 0 15w,l * wed#2", "0 0 15W,L * wed#2"],
  ["@Midnight", "@daily"],
  ["@annually", "@yearly"],
  ["@REBOOT", "@reboot"],
];

for (const [written, canonical] of SPELLINGS) {
  Deno.test(`formatSchedule() spells "${written}" as "${canonical}", and keeps it so`, () => {
    const once = formatSchedule(parseSchedule(written));
    assertEquals(once, canonical);
    assertEquals(formatSchedule(parseSchedule(once)), once);
  });
}
