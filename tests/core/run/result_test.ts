import { assertEquals } from "@std/assert";
import { batchesOf } from "../../../src/core/run/order.ts";
import { exitCodeOf, type RunResult, stopsSequence } from "../../../src/core/run/result.ts";

function result(code: number, is_failed: boolean, optional: boolean | null = null): RunResult {
  return {
    path: "svc1",
    rid: "task#0",
    outcome: "ran",
    reason: null,
    code,
    signal: null,
    status: null,
    is_failed,
    optional,
    started_at: null,
    ended_at: null,
    session_id: "s",
    attempts: 1,
  };
}

const codes: [edge: string, results: RunResult[], code: number][] = [
  ["nothing ran", [], 0],
  ["all went well", [result(0, false), result(0, false)], 0],
  ["the first failure, in order", [result(0, false), result(3, true), result(2, true)], 3],
  ["an optional failure does not show", [result(3, true, true), result(4, true)], 4],
  ["a declared failure does", [result(3, true, false)], 3],
  ["a harmless code shows when nothing failed", [result(0, false), result(3, false)], 3],
  ["a harmless code of an optional task shows as well", [result(3, false, true)], 3],
  ["a failure comes before a harmless code", [result(3, false), result(5, true)], 5],
];

for (const [edge, results, code] of codes) {
  Deno.test(`exitCodeOf(): ${edge}`, () => assertEquals(exitCodeOf(results), code));
}

Deno.test("stopsSequence() only for a failure of a task that is declared not optional", () => {
  const stops = [result(3, true, false), result(3, false, false), result(3, true), result(3, true, true)];
  assertEquals(stops.map(stopsSequence), [true, false, false, false]);
});

Deno.test("batchesOf() orders by subset name, the nameless one first, then by rid in natural order", () => {
  const task = (rid: string, subset = "") => ({ rid, subset });
  const tasks = [task("task#10"), task("task#1", "b"), task("task#2"), task("task#b"), task("task#3", "a")];
  const batches = batchesOf(tasks, (subset) => subset === "b");
  assertEquals(
    batches.map(({ subset, isParallel, tasks }) => [subset, isParallel, ...tasks.map(({ rid }) => rid)]),
    [
      ["", false, "task#2", "task#10", "task#b"],
      ["a", false, "task#3"],
      ["b", true, "task#1"],
    ],
  );
});
