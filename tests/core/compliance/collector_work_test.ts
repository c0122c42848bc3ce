import { assertEquals, assertThrows } from "@std/assert";
import { collectorWork } from "../../../src/core/compliance/collector_work.ts";

const ANSWER = {
  modulesets: { base: [["sshd", true], ["ntp", false]], web: [["httpd", "T"]], other: [["x", "F"]] },
  rulesets: {
    sshd: {
      name: "sshd",
      filter: "",
      vars: [["port", 22, "raw"], ["users", { a: [1] }, "user"], ["none", null, "raw"]],
    },
    osvc_collector: { name: "osvc_collector", filter: "", vars: [["ruleset_md5", "abc", "raw"]] },
  },
  modset_relations: { base: ["web"] },
  modset_rset_relations: { base: ["sshd"] },
};

Deno.test("collectorWork() reads modules with their marks, rules as text, and the sum", () => {
  const { modules, rules, md5 } = collectorWork(ANSWER);
  assertEquals(modules.map(({ name, isAutofix, moduleset }) => [name, isAutofix, moduleset]), [
    ["sshd", true, "base"],
    ["ntp", false, "base"],
    ["httpd", true, "web"],
    ["x", false, "other"],
  ]);
  assertEquals(rules, [["port", "22"], ["users", '{"a":[1]}'], ["none", null], ["ruleset_md5", "abc"]]);
  assertEquals(md5, "abc");
});

Deno.test("collectorWork() of chosen modulesets has those that belong to them", () => {
  const names = (...chosen: string[]) => collectorWork(ANSWER, chosen).modules.map(({ name }) => name);
  assertEquals([names("base"), names("other"), names("none")], [["sshd", "ntp", "httpd"], ["x"], []]);
});

Deno.test("collectorWork() takes an empty list for an empty object", () => {
  assertEquals(collectorWork({ modulesets: [], rulesets: [] }), { modules: [], rules: [], md5: "" });
});

const wrong: readonly [answer: unknown, says: string][] = [
  [null, "the answer is no object"],
  ["oops", "the answer is no object"],
  [{ modulesets: {} }, "rulesets is no object"],
  [{ modulesets: "x", rulesets: {} }, "modulesets is no object"],
  [{ modulesets: { a: {} }, rulesets: {} }, "moduleset a holds no list"],
  [
    { modulesets: { a: [["../x", true]] }, rulesets: {} },
    "moduleset a has a module without a name that could be one",
  ],
  [{ modulesets: { a: ["x"] }, rulesets: {} }, "moduleset a has a module without a name"],
  [{ modulesets: {}, rulesets: { r: { vars: [[1, 2, 3]] } } }, "ruleset r has a variable without a name"],
];

for (const [answer, says] of wrong) {
  Deno.test(`collectorWork() refuses ${JSON.stringify(answer)}`, () => {
    assertThrows(() => collectorWork(answer), SyntaxError, `Cannot understand the collector: ${says}`);
  });
}
