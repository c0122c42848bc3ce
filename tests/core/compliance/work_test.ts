import { assertEquals } from "@std/assert";
import { readDefinitions } from "../../../src/core/compliance/read_definitions.ts";
import { localWork, mergeWork, NO_WORK, onlyModules } from "../../../src/core/compliance/work.ts";

const DEFINITIONS = readDefinitions([{
  file: "/x.conf",
  text: `
[moduleset#base]
modules = a b:autofix
modulesets = more db
rulesets = r1 r2
[moduleset#more]
modules = b c
rulesets = r3
[moduleset#db]
modules = d
nodes = db*
[ruleset#r1]
var.x = 1
var.y = 1
[ruleset#r2]
var.x = 2
services = other
[ruleset#r3]
var.x = 3
[ruleset#own]
var.y = own
`,
}]);
const TARGET = { node: "n1", service: "shop" };

function work(modulesets: string[], rulesets?: string[], chosen?: string[], target = TARGET) {
  return localWork(DEFINITIONS, { modulesets, rulesets: rulesets ?? [] }, chosen, target);
}

Deno.test("localWork() runs each module once, nested modulesets included, and mends when one of them says so", () => {
  assertEquals(work(["base"]).modules, [
    { name: "a", isAutofix: false, moduleset: "base" },
    { name: "b", isAutofix: true, moduleset: "base" },
    { name: "c", isAutofix: false, moduleset: "more" },
  ]);
  assertEquals(work(["more", "base"]).modules.map(({ name, isAutofix }) => [name, isAutofix]), [
    ["b", true],
    ["c", false],
    ["a", false],
  ]);
});

Deno.test("localWork() leaves out what is for other nodes and services", () => {
  const names = (node: string, service?: string) =>
    work(["base"], [], undefined, { node, service: service! }).modules.map(({ name }) => name).join("");
  assertEquals([names("n1"), names("db7")], ["abc", "abcd"]);
  assertEquals(work(["base"], [], undefined, { node: "n1", service: "other" }).rules.length, 4);
  assertEquals(work(["base"]).rules, [["x", "1"], ["y", "1"], ["x", "3"]]);
});

Deno.test("localWork() lets rulesets that are attached come last, so that they win", () => {
  assertEquals(work(["base"], ["own", "r1"]).rules, [["x", "3"], ["y", "own"], ["x", "1"], ["y", "1"]]);
  assertEquals(work([], ["own"]).modules, []);
});

Deno.test("localWork() of chosen modulesets leaves the attached ones, and keeps the attached rulesets", () => {
  const { modules, rules } = work(["base"], ["own"], ["more"]);
  assertEquals(modules.map(({ name }) => name), ["b", "c"]);
  assertEquals(rules, [["x", "3"], ["y", "own"]]);
});

Deno.test("mergeWork() takes local rules last, and onlyModules() keeps the marks", () => {
  const remote = {
    modules: [{ name: "z", isAutofix: true, moduleset: "far" }],
    rules: [["x", "far"]] as const,
    md5: "sum",
  };
  const merged = mergeWork(remote, work(["more"]));
  assertEquals(merged.md5, "sum");
  assertEquals(merged.rules.at(-1), ["x", "3"]);
  assertEquals(onlyModules(merged, ["z", "new", "z"]).modules, [
    { name: "z", isAutofix: true, moduleset: "far" },
    { name: "new", isAutofix: false, moduleset: undefined },
  ]);
  assertEquals(mergeWork(NO_WORK, NO_WORK), NO_WORK);
});
