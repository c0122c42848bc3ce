import { assertEquals, assertThrows } from "@std/assert";
import { ScheduleSyntaxError } from "../../../src/core/schedule/error.ts";
import type { WindowExpression } from "../../../src/core/schedule/model.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";

function windowsOf(text: string): WindowExpression {
  const expression = parseSchedule(text).expressions[0]!;
  if (expression.kind !== "windows") throw new TypeError(`Cannot test "${text}": it is a ${expression.kind}`);
  return expression;
}

for (
  const value of [null, "", "  ", "null", "@0", " @0 ", "[]", '["", "@0"]', [] as string[], ["!09:00-10:00"]]
) {
  Deno.test(`parseSchedule() reads ${JSON.stringify(value)} as never`, () => {
    assertEquals(parseSchedule(value).isNever, true);
  });
}

const RANGES = [
  ["*", { begin: 0, end: 86_399, intervalSeconds: 86_400, isWallInterval: true, isPlanned: false }],
  ["@10", { begin: 0, end: 86_399, intervalSeconds: 600, isWallInterval: false, isPlanned: false }],
  ["*@1h30M", { begin: 0, end: 86_399, intervalSeconds: 5400, isWallInterval: false, isPlanned: false }],
  ["9:5", { begin: 32_700, end: 32_701, intervalSeconds: 2, isWallInterval: true, isPlanned: true }],
  ["09:00:30-09:00:30", {
    begin: 32_430,
    end: 32_431,
    intervalSeconds: 2,
    isWallInterval: true,
    isPlanned: true,
  }],
  ["09:00-09:20", {
    begin: 32_400,
    end: 33_600,
    intervalSeconds: 1201,
    isWallInterval: true,
    isPlanned: false,
  }],
  ["00:00-24:00", { begin: 0, end: 86_399, intervalSeconds: 86_400, isWallInterval: true, isPlanned: false }],
  ["23:00-01:00", {
    begin: 82_800,
    end: 3600,
    intervalSeconds: 7201,
    isWallInterval: true,
    isPlanned: false,
  }],
  ["09:00@61", { begin: 32_400, end: 32_401, intervalSeconds: 3660, isWallInterval: false, isPlanned: true }],
] as const;

for (const [text, expected] of RANGES) {
  Deno.test(`parseSchedule() reads the time range ${text}`, () => {
    assertEquals(windowsOf(text).ranges, [{
      text,
      position: 0,
      ...expected,
      isRandom: false,
      isTilde: false,
    }]);
  });
}

const DRAWN = [
  ["~00:00-06:00", true],
  ["~", true],
  ["~*", true],
  ["~@1d", true],
  ["~22:00-04:00", true],
  ["~00:00-06:00@61", false],
  ["~@10", false],
  ["~09:00", false],
  ["~09:00:00-09:00:02", false],
  ["~09:00:00-09:00:03", true],
] as const;

for (const [text, isRandom] of DRAWN) {
  Deno.test(`parseSchedule() ${isRandom ? "draws" : "does not draw"} an instant for ${text}`, () => {
    assertEquals(windowsOf(text).ranges[0]!.isTilde, true);
    assertEquals(parseSchedule(text).isRandom, isRandom);
  });
}

const ALL = [0, 1, 2, 3, 4, 5, 6];
const DAYS = [
  ["mon", [{ weekdays: [0] }]],
  ["SUNDAY,2", [{ weekdays: [6] }, { weekdays: [1] }]],
  ["sun-tue", [{ weekdays: [0, 1, 6] }]],
  ["5-1", [{ weekdays: [0, 4, 5, 6] }]],
  ["fri:last", [{ weekdays: [4], monthDay: { kind: "day", day: -1 } }]],
  [":+5", [{ weekdays: ALL, monthDay: { kind: "day", day: 5 } }]],
  ["*:3rd", [{ weekdays: ALL, monthDay: { kind: "day", day: 3 } }]],
  ["*:%2+1", [{ weekdays: ALL, monthDay: { kind: "step", modulo: 2, shift: 1 } }]],
  ["mon-fri:-31", [{ weekdays: [0, 1, 2, 3, 4], monthDay: { kind: "day", day: -31 } }]],
  ["fri#last", [{ weekdays: [4], monthDay: { kind: "nth", nth: -1 } }]],
  ["mon#1,tue#-2", [
    { weekdays: [0], monthDay: { kind: "nth", nth: 1 } },
    { weekdays: [1], monthDay: { kind: "nth", nth: -2 } },
  ]],
  ["sat:1,-1,+3", [1, -1, 3].map((day) => ({ weekdays: [5], monthDay: { kind: "day", day } }))],
  ["*:1,3", [{ weekdays: ALL, monthDay: { kind: "day", day: 1 } }, { weekdays: [2] }]],
] as const;

for (const [text, days] of DAYS) {
  Deno.test(`parseSchedule() reads the days ${text}`, () => {
    assertEquals<unknown>(windowsOf(`09:00 ${text}`).dates.days, days);
  });
}

Deno.test("parseSchedule() lets every date pass when a field has a star in it", () => {
  assertEquals(windowsOf("09:00 mon,* 1-53 12,*").dates, { text: "mon,* 1-53 12,*" });
});

const MONTHS = [
  ["dec-mar", [1, 2, 3, 12]],
  ["april-apr,JUN", [4, 6]],
  ["%2", [2, 4, 6, 8, 10, 12]],
  ["jan-aug%3+1,12", [2, 5, 8, 12]],
  ["*%12+1", [11]],
] as const;

for (const [text, months] of MONTHS) {
  Deno.test(`parseSchedule() reads the months ${text}`, () => {
    assertEquals<unknown>(windowsOf(`09:00 * * ${text}`).dates.months, months);
  });
}

Deno.test("parseSchedule() reads weeks as lists, ranges over the New Year and steps", () => {
  assertEquals(windowsOf("09:00 mon 52-2").dates.weeks, [1, 2, 52, 53]);
  assertEquals(windowsOf("09:00 mon %26").dates.weeks, [26, 52]);
});

Deno.test("parseSchedule() takes the exclamation mark off before it counts fields, attached or apart", () => {
  for (const text of ["!09:00-10:00 mon * jan", "  !  09:00-10:00 mon * jan"]) {
    assertEquals(windowsOf(text).isExclusion, true, text);
  }
});

Deno.test("parseSchedule() tells windows, crontab expressions, nicknames and @reboot apart", () => {
  const values = ["* * * *", "* * * * *", "0 * * * * *", "0 0 0 1 1 * 2030", "@Daily", "@REBOOT", "@1D"];
  assertEquals(
    values.map((value) => parseSchedule(value).expressions[0]!.kind),
    ["windows", "crontab", "crontab", "crontab", "crontab", "reboot", "windows"],
  );
  assertEquals([parseSchedule("@reboot").hasReboot, parseSchedule("@reboot").isNever], [true, false]);
});

Deno.test("parseSchedule() reads a list, and its JSON text, into the same expressions", () => {
  const list = ["@10", "! 09:00-11:00"];
  assertEquals(parseSchedule(` ${JSON.stringify(list)}`).expressions, parseSchedule(list).expressions);
});

const REFUSED = [
  ["25:00", 0, "hour 25, expected 0 to 23"],
  ["24:00", 0, "hour 24, expected 0 to 23"],
  ["09:00-25:00", 6, "hour 25, expected 0 to 24"],
  ["09:00-24:01", 6, '"24:01" is after midnight, expected 24:00 at most'],
  ["09:70", 3, "minute 70, expected 0 to 59"],
  ["09:00:60", 6, "second 60, expected 0 to 59"],
  ["14-15", 0, '"14" is no time, expected HH:MM or HH:MM:SS, such as 09:00'],
  ["09:00-", 6, "the time is missing, expected HH:MM or HH:MM:SS, such as 09:00"],
  ["09:00-10:00-11:00", 11, 'a second "-", expected one "-" at most'],
  ["09:00@5@6", 7, 'a second "@", expected one "@" at most'],
  ["09:00-10:00,", 12, 'nothing beside the ",", expected a time range such as 09:00-18:00'],
  ["*@0", 2, "the interval is zero, expected 1 second or more (@0 alone means never)"],
  ["@0s", 1, "the interval is zero, expected 1 second or more (@0 alone means never)"],
  ["@", 1, "in the interval it ends early, expected a number such as 10 or 1h30m"],
  ["@1.5", 2, 'in the interval "." is no unit, expected one of w d h m s'],
  ["@10 0", 4, "weekday 0, expected 1 (Monday) to 7, or a name such as mon"],
  ["@10 freday", 4, 'weekday "freday", expected 1 (Monday) to 7, or a name such as mon'],
  ["@10 -1", 4, "the weekday is missing, expected 1 (Monday) to 7, or a name such as mon"],
  ["@10 :0", 5, "month day 0, expected 1 to 31, -1 (the last) to -31, first to fifth, last, or %2"],
  ["@10 *:32", 6, "month day 32, expected 1 to 31, -1 (the last) to -31, first to fifth, last, or %2"],
  [
    "@10 *:",
    6,
    "the month day is missing, expected 1 to 31, -1 (the last) to -31, first to fifth, last, or %2",
  ],
  ["@10 mon#6", 8, "weekday number 6, expected 1 to 5, -1 (the last) to -5, first to fifth, or last"],
  ["@10 mon#1:2", 9, 'a second ":", expected one ":" or "#" at most'],
  ["@10 *:%0", 7, 'step "0", expected a number of 1 or more, with an optional shift, such as %2 or %2+1'],
  ["@10 * 54", 6, "week 54, expected 1 to 53"],
  ["@10 * 0", 6, "week 0, expected 1 to 53"],
  ["@10 * * junuary", 8, 'month "junuary", expected 1 to 12, or a name such as jan'],
  ["@10 * * %2%3", 10, 'a second "%", expected one "%" at most'],
  ["! ", 1, "nothing after the !, expected a time range such as 09:00-18:00"],
  ["!!09:00", 1, '"!09:00" is no time, expected HH:MM or HH:MM:SS, such as 09:00'],
  ["! 0 9 * * *", 10, "a fifth field in an exclusion, expected time ranges, days, weeks and months only"],
  ["!@daily", 1, "a nickname in an exclusion, expected a time range such as 09:00-18:00"],
  ["@daily mon", 7, "a field after @daily, expected @daily alone"],
  ["0 24 * * *", 2, '"24" is no hour of a crontab, expected 0 to 23, with "," "-" or "*/2"'],
  [
    "0 0 * * mon,8",
    8,
    '"mon,8" is no weekday of a crontab, expected 0 to 7 (0 and 7 are Sunday), sun to sat, fri#2 or ' +
    'fri#L, with "," "-" or "*/2"',
  ],
  ["60 * * * * *", 0, '"60" is no second of a crontab, expected 0 to 59, with "," "-" or "*/2"'],
  ["* * * * * * * *", 14, "an eighth field, expected four fields, or five to seven of a crontab"],
] as const;

for (const [text, position, problem] of REFUSED) {
  Deno.test(`parseSchedule() refuses "${text}" at character ${position + 1}`, () => {
    const error = assertThrows(() => parseSchedule(text), ScheduleSyntaxError);
    const place = { expression: error.expression, memberIndex: error.memberIndex, position: error.position };
    assertEquals(place, { expression: text, memberIndex: 0, position });
    assertEquals(
      error.message,
      `Cannot read the schedule "${text}" at character ${position + 1}: ${problem}`,
    );
    assertEquals(problem.endsWith(`, expected ${error.expected}`), true);
  });
}

Deno.test("parseSchedule() says which expression of a list is wrong", () => {
  const error = assertThrows(() => parseSchedule('["@10", "!09:00-11:00 foo"]'), ScheduleSyntaxError);
  assertEquals([error.expression, error.memberIndex, error.position], ["!09:00-11:00 foo", 1, 13]);
});

Deno.test("parseSchedule() refuses a list that is no JSON, and members that are no text", () => {
  const list = assertThrows(() => parseSchedule('["@10", ]'), ScheduleSyntaxError);
  assertEquals([list.expression, list.position], ['["@10", ]', 8]);
  const open = assertThrows(() => parseSchedule('["@10"'), ScheduleSyntaxError);
  assertEquals(open.position, 6);
  for (
    const [text, found] of [["[10]", "a number"], ["[null]", "null"], ['["@10", ["@5"]]', "no text"]] as const
  ) {
    assertThrows(
      () => parseSchedule(text),
      ScheduleSyntaxError,
      `it is ${found}, expected an expression in double quotes`,
    );
  }
});

Deno.test("ScheduleSyntaxError has a message of one line, whatever was written", () => {
  const error = assertThrows(() => parseSchedule("@10\n  foo"), ScheduleSyntaxError);
  assertEquals(error.message.split("\n").length, 1);
  assertEquals(error.position, 6);
});
