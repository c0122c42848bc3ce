import { assertEquals, assertThrows } from "@std/assert";
import { applyAssignment, parseAssignment, parseKeyName } from "../../../src/core/config/assignment.ts";

const names: [text: string, section: string, key: string][] = [
  ["nodes", "DEFAULT", "nodes"],
  ["nodes@n1.example.org", "DEFAULT", "nodes@n1.example.org"],
  ["task#0.user", "task#0", "user"],
  ["task#a.b.user@n1.org", "task#a.b", "user@n1.org"],
  ["env.a.b", "env", "a.b"],
  [" task.timeout ", "task", "timeout"],
];

for (const [text, section, key] of names) {
  Deno.test(`parseKeyName() reads "${text}"`, () => assertEquals(parseKeyName(text), { section, key }));
}

for (const text of ["", ".user", "task#0.", "task#0", "@n1", "task#0.@n1", "user@"]) {
  Deno.test(`parseKeyName() refuses "${text}"`, () => {
    assertThrows(() => parseKeyName(text), SyntaxError, "expected section.keyword");
  });
}

Deno.test("parseAssignment() takes the first operator, and leaves further ones to the value", () => {
  assertEquals(parseAssignment("task#0.command = a=b -= c"), {
    section: "task#0",
    key: "command",
    operator: "=",
    index: undefined,
    value: "a=b -= c",
  });
});

Deno.test("parseAssignment() refuses what has no operator, or an index where nothing is inserted", () => {
  assertThrows(() => parseAssignment("task#0.user"), SyntaxError, "there is no =");
  assertThrows(() => parseAssignment("nodes[0]=n1"), SyntaxError, "expected +=");
});

const results: [assignment: string, old: string | undefined, value: string][] = [
  ["nodes=n3", "n1 n2", "n3"],
  ["nodes+=n3 n4", "n1 n2", "n1 n2 n3 n4"],
  ["nodes+=n1", "n1", "n1 n1"],
  ["nodes+=n1", undefined, "n1"],
  ["nodes|=n1 n3", "n1 n2", "n1 n2 n3"],
  ["nodes-=n1", "n1 n2 n1", "n2"],
  ["nodes-=n9", "n1 n2", "n1 n2"],
  ["nodes[0]+=n0", "n1 n2", "n0 n1 n2"],
  ["nodes[9]+=n0", "n1 n2", "n1 n2 n0"],
];

for (const [assignment, old, value] of results) {
  Deno.test(`applyAssignment() ${assignment} makes "${value}" of "${old ?? "nothing"}"`, () => {
    assertEquals(applyAssignment(parseAssignment(assignment), old), value);
  });
}
