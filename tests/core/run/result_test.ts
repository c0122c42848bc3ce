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

Deno.test("batchesOf() puts tasks of a parallel subset that must be alone behind its others", () => {
  const task = (rid: string) => ({ rid, subset: "" });
  const isAlone = ({ rid }: { rid: string }) => rid === "task#1" || rid === "task#4";
  const batches = (isParallel: boolean, ...rids: string[]) =>
    batchesOf(rids.map(task), { isParallel: () => isParallel, isAlone })
      .map((batch) => [batch.isParallel, ...batch.tasks.map(({ rid }) => rid)]);
  const all = ["task#4", "task#3", "task#2", "task#1"];
  assertEquals(batches(true, ...all), [[true, "task#2", "task#3"], [false, "task#1", "task#4"]]);
  assertEquals(batches(true, "task#1"), [[false, "task#1"]]);
  assertEquals(batches(true, "task#2"), [[true, "task#2"]]);
  assertEquals(batches(false, ...all), [[false, "task#1", "task#2", "task#3", "task#4"]]);
});

Deno.test("stopsSequence() only for a failure of a task that is declared not optional", () => {
  const stops = [result(3, true, false), result(3, false, false), result(3, true), result(3, true, true)];
  assertEquals(stops.map(stopsSequence), [true, false, false, false]);
});

Deno.test("batchesOf() orders by subset name, the nameless one first, then by rid in natural order", () => {
  const task = (rid: string, subset = "") => ({ rid, subset });
  const tasks = [task("task#10"), task("task#1", "b"), task("task#2"), task("task#b"), task("task#3", "a")];
  const batches = batchesOf(tasks, { isParallel: (subset) => subset === "b", isAlone: () => false });
  assertEquals(
    batches.map(({ subset, isParallel, tasks }) => [subset, isParallel, ...tasks.map(({ rid }) => rid)]),
    [
      ["", false, "task#2", "task#10", "task#b"],
      ["a", false, "task#3"],
      ["b", true, "task#1"],
    ],
  );
});
