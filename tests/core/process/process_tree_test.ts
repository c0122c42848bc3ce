import { assertEquals } from "@std/assert";
import { type TableRow, treeOf, type TreeSeeds } from "../../../src/core/process/process_tree.ts";

function row(pid: number, parent: number, session: number, rest: Partial<TableRow> = {}): TableRow {
  return { pid, parent, session, startTime: 1000 + pid, state: "S", ...rest };
}

const SEEDS: TreeSeeds = {
  root: { pid: 10, startTime: 1010 },
  members: new Set(),
  sessions: new Set([10]),
  marked: new Set(),
  own: { pid: 5, session: 5 },
};

/** The first process, the agent, a stranger, and the root of the run. */
const HOST = [row(1, 0, 1, { startTime: 1 }), row(5, 1, 5), row(90, 1, 90), row(10, 5, 10)];

function pids(rows: readonly TableRow[], seeds: Partial<TreeSeeds> = {}): number[] {
  return treeOf([...HOST, ...rows], { ...SEEDS, ...seeds }).map(({ pid }) => pid);
}

const cases: [edge: string, rows: TableRow[], seeds: Partial<TreeSeeds>, expected: number[]][] = [
  ["the root alone", [], {}, [10]],
  ["children of children", [row(12, 11, 10), row(11, 10, 10)], {}, [10, 12, 11]],
  ["a child that left the session (su -c)", [row(11, 10, 11), row(12, 11, 11)], {}, [10, 11, 12]],
  ["a double fork keeps the session", [row(12, 1, 10)], {}, [10, 12]],
  ["a double fork in a session of a child", [row(11, 10, 11), row(13, 1, 11)], {}, [10, 11, 13]],
  ["who left the session and lost its parent is found by the mark", [row(14, 1, 14)], {
    marked: new Set([14]),
  }, [10, 14]],
  ["and its children with it", [row(14, 1, 14), row(15, 14, 15)], { marked: new Set([14]) }, [10, 14, 15]],
  ["a member that was seen stays one", [row(14, 1, 14)], { members: new Set(["14:1014"]) }, [10, 14]],
  ["a pid that was used again does not", [row(14, 1, 14, { startTime: 2000 })], {
    members: new Set(["14:1014"]),
  }, [10]],
  ["zombies are over, their session is not", [row(11, 10, 11, { state: "Z" }), row(12, 1, 11)], {}, [10, 12]],
  ["the agent is no member, marked or not", [], { marked: new Set([5]), sessions: new Set([5, 10]) }, [10]],
  ["the agent's session is none of the run's", [row(11, 1, 5)], { sessions: new Set([5]) }, [10]],
  ["a child in the agent's session is a member, its session is not", [row(11, 10, 5), row(12, 1, 5)], {}, [
    10,
    11,
  ]],
  ["who started before the root is no member", [row(14, 1, 10, { startTime: 900 })], {}, [10]],
];

for (const [edge, rows, seeds, expected] of cases) {
  Deno.test(`treeOf(): ${edge}`, () => assertEquals(pids(rows, seeds), expected));
}

Deno.test("treeOf() does not take a stranger with the root's pid", () => {
  const rows = [row(1, 0, 1), row(10, 1, 10, { startTime: 5000 })];
  assertEquals(treeOf(rows, { ...SEEDS, sessions: new Set() }), []);
});
