import { assertEquals } from "@std/assert";
import { evaluateLine } from "../../../src/core/schedule/eval.ts";

function answer(question: unknown): unknown {
  return JSON.parse(evaluateLine(JSON.stringify(question)));
}

const NOON = "2026-07-01T12:00:00";

Deno.test("evaluateLine() answers in UTC when there is no zone, and without offset when now has none", () => {
  assertEquals(answer({ schedule: "09:00", now: NOON }), { next: "2026-07-02T09:00:00" });
});

Deno.test("evaluateLine() answers with an offset when now has one, Z included", () => {
  const question = { schedule: "09:00", timezone: "Europe/Paris", last: null };
  assertEquals(answer({ ...question, now: `${NOON}+02:00` }), { next: "2026-07-02T09:00:00+02:00" });
  assertEquals(answer({ ...question, now: `${NOON}Z` }), { next: "2026-07-02T09:00:00+02:00" });
});

Deno.test("evaluateLine() gives any id back first, and ignores fields that it does not know", () => {
  for (const id of [0, "a", null, { deep: [1] }]) {
    const line = evaluateLine(JSON.stringify({ schedule: "09:00", now: NOON, id, colour: "red" }));
    assertEquals(line, `{"id":${JSON.stringify(id)},"next":"2026-07-02T09:00:00"}`);
  }
});

Deno.test("evaluateLine() answers null for what never runs: no value, @0, a date in no calendar", () => {
  for (const schedule of [null, "", "@0", [], "* *:30 * feb", "! *", "@reboot"]) {
    assertEquals(answer({ schedule, now: NOON }), { next: null });
  }
});

Deno.test("evaluateLine() takes a list, and the JSON text of one", () => {
  const list = ["@10", "! 12:00-13:00"];
  assertEquals(answer({ schedule: list, now: NOON }), { next: "2026-07-01T13:00:00" });
  assertEquals(answer({ schedule: JSON.stringify(list), now: NOON }), { next: "2026-07-01T13:00:00" });
});

Deno.test("evaluateLine() evaluates ~ without its draw, and crontab expressions in the zone", () => {
  assertEquals(answer({ schedule: "~12:00-14:00", now: NOON }), { next: NOON });
  assertEquals(
    answer({ schedule: "30 2 * * *", now: "2026-03-29T00:00:00", timezone: "Europe/Paris" }),
    { next: "2026-03-29T03:00:00" },
  );
});

Deno.test("evaluateLine() rounds a fraction of now up", () => {
  assertEquals(answer({ schedule: "@10", now: `${NOON}.25` }), { next: "2026-07-01T12:00:01" });
});

const ERRORS: readonly (readonly [line: string, error: string])[] = [
  ["", "Cannot read the line: expected one JSON object"],
  ["{", "Cannot read the line: expected one JSON object"],
  ["[1]", "Cannot read the line: expected one JSON object"],
  ["null", "Cannot read the line: expected one JSON object"],
  [`{"now": "${NOON}"}`, 'Cannot read "schedule": it is missing, expected a text or a list of texts'],
  [
    `{"schedule": 10, "now": "${NOON}"}`,
    'Cannot read "schedule": it is a number, expected a text or a list of texts',
  ],
  ['{"schedule": "@10"}', 'Cannot answer without "now": expected YYYY-MM-DDTHH:MM:SS'],
  ['{"schedule": "@10", "now": 5}', 'Cannot read "now": it is a number, expected a text'],
  [
    '{"schedule": "@10", "now": "2026-02-30T00:00:00"}',
    'Cannot read the date "2026-02-30T00:00:00": day 30, expected 1 to 28',
  ],
  [
    `{"schedule": "@10", "now": "${NOON}", "last": "x"}`,
    'Cannot read the date "x": expected YYYY-MM-DDTHH:MM:SS, with an ' +
    "offset such as +02:00 or without",
  ],
  [
    `{"schedule": "@10", "now": "${NOON}", "timezone": "Mars"}`,
    'Cannot find the time zone "Mars": expected an IANA name such ' +
    "as Europe/Paris",
  ],
  [
    `{"schedule": "25:00", "now": "${NOON}"}`,
    'Cannot read the schedule "25:00" at character 1: hour 25, expected 0 to 23',
  ],
];

for (const [line, error] of ERRORS) {
  Deno.test(`evaluateLine() answers ${line || "an empty line"} with an error`, () => {
    assertEquals(JSON.parse(evaluateLine(line)), { error });
  });
}

Deno.test("evaluateLine() gives the id back with an error, too", () => {
  assertEquals(evaluateLine('{"id": 3, "schedule": "@10"}').startsWith('{"id":3,"error":"'), true);
});
