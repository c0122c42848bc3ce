import { assertEquals, assertThrows } from "@std/assert";
import { checkSchedule } from "../../../src/core/schedule/check.ts";

for (
  const value of [
    "",
    "@0",
    "@10",
    "09:00 mon-fri",
    "* *:last",
    "@10 :1,-1",
    "@10 mon#1",
    "~00:00-06:00",
    "0 9 * * 1-5",
    "@reboot",
  ]
) {
  Deno.test(`checkSchedule() has nothing to say about "${value}"`, () => {
    assertEquals(checkSchedule(value), []);
  });
}

const HINTS = [
  ["* * * *", 'four stars are once a day; once a minute is "@1" or "* * * * *"'],
  ["* * * * *", '"* * * * *" is a crontab expression, once a minute; once a day is "*"'],
  [
    "09:00 fri:last",
    '"fri:last" is the last day of the month when it is also fri; such a weekday by its number is "fri#last"',
  ],
  [
    "09:00 mon:1",
    '"mon:1" is day 1 of the month when it is also mon; such a weekday by its number is "mon#1"',
  ],
  ["09:00 *:1,3", '"3" after "*:1" means Wednesdays; day 3 of the month is "*:3"'],
  ["09:00 *:1,-1,3", '"3" after "-1" means Wednesdays; day 3 of the month is "*:3"'],
  ["~@10", 'in "~@10", "~" has no effect: the interval is shorter than the window'],
  ["~09:00", 'in "~09:00", "~" has no effect: there is no window to draw from'],
  ["! 09:00-10:00", "there are only exclusions: it never runs"],
  ["0 9 1 * mon", '"0 9 1 * mon" restricts month day and weekday: either of them is enough'],
  ["* *:30 * feb", '"* *:30 * feb" never runs: no date satisfies it'],
  ["0 0 30 2 *", '"0 0 30 2 *" never runs: no date satisfies it'],
  ['["@10", "! 09:00-10:00@5"]', 'in the exclusion "09:00-10:00@5", "~" and the interval have no effect'],
  ['["09:00", "! 08:00-10:00"]', '"09:00" never runs: no date satisfies it, or the exclusions cover it'],
] as const;

for (const [value, hint] of HINTS) {
  Deno.test(`checkSchedule() has a hint about ${value}`, () => {
    assertEquals(checkSchedule(value), [hint]);
  });
}

Deno.test("checkSchedule() names the one of several that never runs", () => {
  assertEquals(checkSchedule(["@10", "* *:31 * feb"]), ['"* *:31 * feb" never runs: no date satisfies it']);
});

Deno.test("checkSchedule() throws for what cannot be read", () => {
  assertThrows(() => checkSchedule("25:00"), SyntaxError, "hour 25");
});
