import { assertEquals, assertThrows } from "@std/assert";
import { delayedSchedule, scheduleOfFields, scheduleOfWord } from "../../../src/core/crontab/times.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { UTC } from "../../../src/core/schedule/zone.ts";

const spellings: [crontab: string, schedule: string][] = [
  ["09,39 * * * *", "9,39 * * * *"],
  ["5-55/10 * * * *", "5-55/10 * * * *"],
  ["0 */12 * JAN-mar Mon", "0 */12 * jan-mar mon"],
  ["*/1 *,5 * * *", "* * * * *"],
  ["*/90 */30 * * *", "0 0 * * *"],
  ["10-20/30 * * * *", "10 * * * *"],
  ["0 4 1,15 * 5", "0 4 1,15 * 5"],
  ["0 4 */2 * mon", "0 4 */2 * +mon"],
  ["0 4 1-7 * */2", "0 4 1-7 * +*/2"],
  ["0 0 * * 5-7", "0 0 * * 5-7"],
];

for (const [crontab, schedule] of spellings) {
  Deno.test(`scheduleOfFields() spells "${crontab}" as "${schedule}"`, () => {
    assertEquals(scheduleOfFields(crontab.split(" ")), schedule);
  });
}

const refused: [crontab: string, says: string][] = [
  ["60 * * * *", '"60" is no minute of cron, expected 0 to 59'],
  ["0 24 * * *", "no hour"],
  ["0 0 0 * *", "1 to 31"],
  ["0 0 L * *", "no day of the month"],
  ["0 0 15W * *", "no day of the month"],
  ["0 0 * 13 *", "1 to 12 or jan to dec"],
  ["0 0 * * 8", "0 to 7 or sun to sat"],
  ["0 0 * * fri#2", "no day of the week"],
  ["0 0 * * fri-sun", "the lower end of a range first"],
  ["5/10 * * * *", "5-59/10"],
  ["*/0 * * * *", "a step of 1 or more"],
  ["1,,2 * * * *", "no minute"],
  ["0~30 * * * *", "no minute"],
  ["? * * * *", "no minute"],
  ["1-2-3 * * * *", "no minute"],
];

for (const [crontab, says] of refused) {
  Deno.test(`scheduleOfFields() refuses "${crontab}", as cron does`, () => {
    assertThrows(() => scheduleOfFields(crontab.split(" ")), SyntaxError, says);
  });
}

Deno.test("scheduleOfWord() knows the words of cron and no other", () => {
  assertEquals(["@Daily", "@reboot", "@every_minute", "@10", "@often", "@constructor"].map(scheduleOfWord), [
    "@daily",
    "@reboot",
    "* * * * *",
    undefined,
    undefined,
    undefined,
  ]);
});

/** What a field names, written down as plainly as the manual of cron says it. */
function namedBy(field: string, from: number, to: number): Set<number> {
  const values = new Set<number>();
  for (const member of field.split(",")) {
    const [range, step = "1"] = member.split("/");
    const [first, last = first] = range === "*" ? [from, to] : range!.split("-").map(Number);
    for (let n = first!; n <= last!; n += Number(step)) values.add(n);
  }
  return values;
}

/** Every minute, in seconds since the epoch, in which cron starts the job. */
function* dueMinutes(crontab: string, start: number, days: number): Generator<number> {
  const fields = crontab.split(" ");
  const [minutes, hours, dates, months, weekdays] = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]].map((
    [from, to],
    i,
  ) => namedBy(fields[i]!, from!, to!));
  const isBoth = fields[2]!.startsWith("*") || fields[4]!.startsWith("*");
  for (let day = start; day < start + days * 86_400; day += 86_400) {
    const date = new Date(day * 1000);
    const weekday = date.getUTCDay();
    const isDate = dates!.has(date.getUTCDate());
    const isWeekday = weekdays!.has(weekday) || (weekday === 0 && weekdays!.has(7));
    if (!months!.has(date.getUTCMonth() + 1) || !(isBoth ? isDate && isWeekday : isDate || isWeekday)) {
      continue;
    }
    for (let minute = 0; minute < 1440; minute++) {
      if (hours!.has(Math.floor(minute / 60)) && minutes!.has(minute % 60)) yield day + minute * 60;
    }
  }
}

const FIELDS: readonly (readonly string[])[] = [
  ["0", "*/20", "7-50/11", "5,35", "*/45,59"],
  ["0", "*/6", "9-17/4", "1,23", "*"],
  ["*", "1", "*/2", "10-20", "31", "*/7,30", "1,15", "1-31"],
  ["*", "2", "*/5", "1-3,12", "2,4"],
  ["*", "0", "7", "1-5", "*/2", "*/3,6", "5-7", "0-7", "1,3"],
];

Deno.test("the schedules of crontab lines run in the minutes in which cron runs them, over 500 days", () => {
  const start = Date.UTC(2027, 10, 20) / 1000;
  let seed = 7;
  const pick = <T>(list: readonly T[]): T => list[(seed = (seed * 48271) % 2147483647) % list.length]!;
  for (let round = 0; round < 100; round++) {
    const crontab = FIELDS.map(pick).join(" ");
    const schedule = parseSchedule(scheduleOfFields(crontab.split(" ")));
    let last: number | undefined;
    for (const due of dueMinutes(crontab, start, 500)) {
      const next: number | undefined = nextRun(schedule, { now: last ?? start, last, zone: UTC })?.at;
      assertEquals(next, due, crontab);
      last = due;
    }
  }
});

const delays: [times: string, delay: number, schedule: string | undefined][] = [
  ["30 2 * * *", 45, "~02:30-03:15"],
  ["0 2,14 * * 1-5", 10, "~02:00-02:10,~14:00-14:10 mon,tue,wed,thu,fri"],
  ["0 4 1,15 * *", 60, "~04:00-05:00 *:1,*:15"],
  ["0 4 1 1,7 0", 60, '["~04:00-05:00 *:1 * 1,7","~04:00-05:00 sun * 1,7"]'],
  ["0 4 * 6 *", 60, "~04:00-05:00 * * 6"],
  ["@daily", 30, "~00:00-00:30"],
  ["@monthly", 30, "~00:00-00:30 *:1"],
  ["50 23 * * *", 30, undefined],
  ["*/5 * * * *", 2, undefined],
  ["0 4 */2 * mon", 30, undefined],
];

for (const [times, delay, schedule] of delays) {
  Deno.test(`delayedSchedule() of "${times}" by ${delay} minutes is ${schedule ?? "nothing"}`, () => {
    assertEquals(delayedSchedule(times.split(" "), delay), schedule);
    if (schedule) parseSchedule(schedule);
  });
}
