import { assertEquals } from "@std/assert";
import { isStatus, mergeStatuses, type Status, toStandby } from "../../src/core/status.ts";

const sums: [statuses: Status[], expected: Status][] = [
  [[], "n/a"],
  [["n/a"], "n/a"],
  [["undef", "n/a"], "undef"],
  [["undef", "up"], "up"],
  [["up", "n/a", "up"], "up"],
  [["up", "down"], "warn"],
  [["warn", "up"], "warn"],
  [["warn"], "warn"],
  [["up", "stdby up"], "up"],
  [["up", "stdby down"], "warn"],
  [["down", "stdby up"], "stdby up"],
  [["down", "stdby down"], "stdby down"],
  [["stdby up", "stdby down"], "warn"],
  [["down", "down"], "down"],
];

for (const [statuses, expected] of sums) {
  Deno.test(`mergeStatuses() sums ${statuses.join(" + ") || "nothing"} up to ${expected}, in any order`, () => {
    assertEquals(mergeStatuses(statuses), expected);
    assertEquals(mergeStatuses([...statuses].reverse()), expected);
  });
}

Deno.test("toStandby() changes up and down only", () => {
  assertEquals((["up", "down", "warn", "n/a"] as const).map(toStandby), [
    "stdby up",
    "stdby down",
    "warn",
    "n/a",
  ]);
});

Deno.test("isStatus() knows the states by name", () => {
  assertEquals([isStatus("stdby up"), isStatus("UP"), isStatus("toString")], [true, false, false]);
});
