import { assertEquals, assertThrows } from "@std/assert";
import {
  evaluateRequires,
  obstacleOf,
  parseRequires,
  type Requires,
  RequiresSyntaxError,
} from "../../src/core/requires.ts";
import type { Status } from "../../src/core/status.ts";

const USUAL: Status[] = ["up", "stdby up"];

const good: [text: string, expected: Requires][] = [
  ["", []],
  ["  ", []],
  ["fs#1", [{ rid: "fs#1", states: USUAL }]],
  ["fs#1 ip#0", [{ rid: "fs#1", states: USUAL }, { rid: "ip#0", states: USUAL }]],
  ["fs#1(up)", [{ rid: "fs#1", states: ["up"] }]],
  ["fs#1(stdby up,n/a)", [{ rid: "fs#1", states: ["stdby up", "n/a"] }]],
  [" fs#1 ( up , stdby  down )\nip#0(undef) ", [
    { rid: "fs#1", states: ["up", "stdby down"] },
    { rid: "ip#0", states: ["undef"] },
  ]],
  ["impossible", "impossible"],
  ["fs#1 impossible", "impossible"],
];

for (const [text, expected] of good) {
  Deno.test(`parseRequires() reads ${JSON.stringify(text)}`, () =>
    assertEquals(parseRequires(text), expected));
}

const bad: [text: string, position: number, words: string][] = [
  ["fs", 0, '"fs" is no resource id'],
  ["fs#1 (", 5, "expected rid"],
  ["fs#1(on)", 5, '"on" is no state'],
  ["ip#0 fs#1(up,)", 10, '"" is no state'],
  ["fs#1()", 5, '"" is no state'],
  ["fs#1(up)ip#0", 0, "expected rid"],
  ["fs#1(up))", 0, "expected rid"],
  ["ip#0  )", 6, "expected rid"],
  ["impossible(up)", 0, "no resource id"],
];

for (const [text, position, words] of bad) {
  Deno.test(`parseRequires() refuses ${JSON.stringify(text)} with its position`, () => {
    const error = assertThrows(() => parseRequires(text), RequiresSyntaxError, words);
    assertEquals(error.position, position);
  });
}

Deno.test("evaluateRequires() is met when every resource is in one of its states", () => {
  const statuses: Record<string, Status> = { "fs#1": "stdby up", "ip#0": "down" };
  const statusOf = (rid: string) => statuses[rid] ?? "undef";
  assertEquals(evaluateRequires(parseRequires("fs#1 ip#0(down)"), statusOf), { kind: "met" });
  assertEquals(evaluateRequires([], statusOf), { kind: "met" });
});

Deno.test("evaluateRequires() tells the first that does not hold, and asks no further", () => {
  const asked: string[] = [];
  const statusOf = (rid: string): Status => {
    asked.push(rid);
    return "down";
  };
  const outcome = evaluateRequires(parseRequires("fs#1(down) fs#2 fs#3"), statusOf);
  assertEquals(outcome, { kind: "unmet", rid: "fs#2", wanted: USUAL, found: "down" });
  assertEquals(asked, ["fs#1", "fs#2"]);
});

Deno.test("evaluateRequires() never holds when it is impossible", () => {
  assertEquals(evaluateRequires("impossible", () => "up"), { kind: "impossible" });
});

Deno.test("evaluateRequires() tells a resource that does not exist", () => {
  const statusOf = (rid: string) => rid === "fs#1" ? "up" as const : undefined;
  assertEquals(evaluateRequires(parseRequires("fs#1 fs#9"), statusOf), { kind: "unknown", rid: "fs#9" });
});

Deno.test("obstacleOf() says what does not hold in a few words", () => {
  const of = (text: string) => obstacleOf(evaluateRequires(parseRequires(text), () => "down"));
  assertEquals(["fs#1", "fs#1(down)", "impossible"].map(of), [
    "fs#1 is down, expected up or stdby up",
    undefined,
    "impossible",
  ]);
  assertEquals(obstacleOf({ kind: "unknown", rid: "fs#9" }), "fs#9 is not configured");
});
