import { assertEquals, assertThrows } from "@std/assert";
import { toBandwidth } from "../../../src/core/sync/bandwidth.ts";
import { nodeNameProblem, targetsOf, toSyncTargets } from "../../../src/core/sync/targets.ts";

const MEMBERS = { self: "N1", nodes: ["n1", "n2"], drpnodes: ["n3", "n2"] };

Deno.test("targetsOf() gives each node once, nodes first, and never this node but for local", () => {
  const table = [
    [["nodes"], ["nodes n2"]],
    [["drpnodes"], ["drpnodes n3", "drpnodes n2"]],
    [["drpnodes", "nodes"], ["nodes n2", "drpnodes n3"]],
    [["local"], ["local N1"]],
    [["nodes", "local"], ["nodes n2", "local N1"]],
  ] as const;
  for (const [words, expected] of table) {
    assertEquals(targetsOf(words, MEMBERS).map(({ group, node }) => `${group} ${node}`), [...expected]);
  }
  assertEquals(targetsOf(["nodes"], { self: "n1", nodes: ["n1"], drpnodes: [] }), []);
});

Deno.test("toSyncTargets() takes the three words, and nothing else", () => {
  assertEquals(toSyncTargets("nodes  drpnodes nodes"), ["nodes", "drpnodes"]);
  assertThrows(() => toSyncTargets("nodes n2"), SyntaxError, '"n2" is not one of them');
  assertThrows(() => toSyncTargets(""), SyntaxError, "it is empty");
});

Deno.test("nodeNameProblem() refuses patterns and what ssh would take for an option", () => {
  assertEquals(["n2", "n2.example.com", "node_2"].map(nodeNameProblem), [undefined, undefined, undefined]);
  for (const name of ["n*", "-oProxyCommand=x", "", "a b"]) {
    assertEquals(nodeNameProblem(name)?.includes("is not the name of a node"), true, name);
  }
});

Deno.test("toBandwidth() takes KiB or a unit", () => {
  assertEquals(["500", "1.5M", " 20k "].map(toBandwidth), ["500", "1.5M", "20k"]);
  for (const text of ["", "-1", "fast", "5 M", "1MB/s"]) assertThrows(() => toBandwidth(text), SyntaxError);
});
