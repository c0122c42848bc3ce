import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { explainSchedule } from "../../../src/core/schedule/explain.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";

const MEANINGS: readonly (readonly [expression: string, ...meaning: string[]])[] = [
  ["@0", "never"],
  ["*", "once a day"],
  ["@10", "every 10 minutes"],
  ["@1h", "every hour"],
  ["@90", "every 1 hour and 30 minutes"],
  ["@14d", "every 2 weeks"],
  ["09:00,14:00 mon-fri", "at 09:00 and 14:00, Monday to Friday"],
  ["09:00@2d,@1h", "at 09:00, 2 days or more after the last run, or every hour"],
  ["08:00-17:59:59@10 mon-fri", "every 10 minutes, from 08:00 to 17:59:59, Monday to Friday"],
  ["09:00-10:00@2h", "once between 09:00 and 10:00, 2 hours or more after the last run"],
  ["~00:00-06:00", "once between 00:00 and 06:00, at a random instant"],
  ["22:00-02:00", "once between 22:00 and 02:00 of the next day"],
  ["22:00-02:00 mon", "once from 22:00 to 23:59:59 and from 00:00 to 02:00, on Mondays"],
  ["22:00-02:00@15 sat", "every 15 minutes, from 22:00 to 23:59:59 and from 00:00 to 02:00, on Saturdays"],
  ["* sat,sun", "once a day, on Saturdays and Sundays"],
  ["* mon-wed,sat", "once a day, Monday to Wednesday and Saturday"],
  ["* *:1", "once a day, on the 1st of the month"],
  ["* *:22,-2", "once a day, on the 22nd of the month or on the 2nd day from the end of the month"],
  ["* fri:last", "once a day, on the last day of the month when it is a Friday"],
  ["* mon-fri:13", "once a day, on the 13th of the month when it is Monday to Friday"],
  ["* fri#last,tue#2", "once a day, on the last Friday of the month or on the 2nd Tuesday of the month"],
  ["* *#1", "once a day, on the 1st to 7th of the month"],
  ["* *:%2+1", "once a day, on odd days of the month"],
  ["* *:%10", "once a day, on the 10th, 20th and 30th of the month"],
  ["* *:%40", "once a day, on no day of the month"],
  ["* * %2", "once a day, in even ISO weeks"],
  ["* * 1-5,7,9", "once a day, in ISO weeks 1 to 5, 7 and 9"],
  ["* * 53", "once a day, in ISO week 53"],
  ["* * %99", "once a day, in no week"],
  ["* * * feb-apr", "once a day, from February to April"],
  ["* * * jan,7", "once a day, in January and July"],
  [
    '["@10","! 12:00-13:00 mon-fri","! * * * aug","! 18:00"]',
    "every 10 minutes",
    "except from 12:00 to 13:00, Monday to Friday",
    "except in August",
    "except at 18:00",
  ],
  ['["! *", "@10"]', "every 10 minutes", "except at any time"],
  ["30 2 * * 1-5", "at 02:30, Monday to Friday"],
  ["30 2,14 * * *", "at 02:30 and 14:30"],
  ["* * * * *", "every minute"],
  ["0 * * * * *", "every minute"],
  ["* * * * * *", "every second, every minute"],
  ["17 * * * *", "at minute 17 of every hour"],
  ["*/5 9-17 * * *", "every 5 minutes on the clock, in the hours 09:00 to 17:00"],
  ["7,22,37 * * feb-apr *", "at minutes 7, 22 and 37 of every hour, from February to April"],
  ["0 0 1,15 * mon", "at 00:00, on the 1st and 15th of the month or on Mondays"],
  ["0 9 13 * +fri", "at 09:00, on the 13th of the month, but only on Fridays"],
  ["15 10 L * *", "at 10:15, on the last day of the month"],
  ["0 9 * * wed,fri#1", "at 09:00, on Wednesdays and the 1st Friday of the month"],
  ["0 9 * * fri#2,monL", "at 09:00, on the 2nd Friday of the month and the last Monday of the month"],
  [
    "0 9 15W,1 * *",
    "at 09:00, on the working day (Monday to Friday) nearest to the 15th of the month and the 1st",
  ],
  ["0 0 0 1 1 * 2026-2030", "at 00:00, on the 1st of the month, in January, in the years 2026 to 2030"],
  ["@hourly", "at minute 0 of every hour"],
  ["@weekly", "at 00:00, on Sundays"],
  ["@reboot", "once after each boot, when the daemon first starts"],
];

for (const [expression, ...meaning] of MEANINGS) {
  Deno.test(`explainSchedule() says of ${expression}: ${meaning.join("; ")}`, () => {
    assertEquals(explainSchedule(parseSchedule(expression)).meaning, meaning);
  });
}

Deno.test("explainSchedule() hints at what checkSchedule() does, at lone times, and at filters over midnight", () => {
  const hints = (text: string) => explainSchedule(parseSchedule(text)).hints;
  assertEquals(hints("@10 mon-fri"), []);
  assertEquals(hints("22:00-02:00@15"), []);
  assertStringIncludes(hints("@10 fri:last")[0]!, '"fri#last"');
  assertStringIncludes(hints("09:00,10:00")[0]!, "is not caught up");
  assertEquals(hints("09:00,10:00").length, 1);
  assertStringIncludes(hints("22:00-02:00@15 sat")[0]!, "goes over midnight");
});

Deno.test("explainSchedule() has words for every expression of the conformance files", () => {
  for (const name of ["agreed", "corrected", "zones"]) {
    const file = new URL(`../../fixtures/conformance/schedules_${name}.jsonl`, import.meta.url);
    for (const line of Deno.readTextFileSync(file).trimEnd().split("\n")) {
      const { meaning, spelling } = explainSchedule(parseSchedule(JSON.parse(line).schedule));
      assert(meaning.every((words) => /^[a-z][^%@!#*]+$/.test(words)), `${line}: ${meaning}`);
      // The words say what is meant, not how it is written.
      assertEquals(explainSchedule(parseSchedule(spelling)).meaning.length, meaning.length, line);
    }
  }
});
