import { assertEquals, assertThrows } from "@std/assert";
import { DefinitionError, isFor } from "../../../src/core/compliance/definitions.ts";
import { readDefinitions } from "../../../src/core/compliance/read_definitions.ts";

const FILE = "/etc/agent/compliance/base.conf";

function read(text: string, file = FILE) {
  return readDefinitions([{ file, text }]);
}

Deno.test("readDefinitions() reads modulesets and rulesets", () => {
  const { modulesets, rulesets } = read(
    "[moduleset#base]\nmodules = sshd:autofix\n  ntp\nmodulesets = more\nrulesets = r\nnodes = web*\n" +
      "[moduleset#more]\nservices = shop ns1/*\n[ruleset#r]\nvar.sshd_port = 22\nvar.motd = a\n  b\n",
  );
  assertEquals(modulesets.get("base"), {
    name: "base",
    modules: [{ name: "sshd", isAutofix: true }, { name: "ntp", isAutofix: false }],
    modulesets: ["more"],
    rulesets: ["r"],
    nodes: ["web*"],
    services: [],
    place: { file: FILE, line: 1 },
  });
  assertEquals(rulesets.get("r")?.rules, [["sshd_port", "22"], ["motd", "a\nb"]]);
  assertEquals(modulesets.get("more")?.services, ["shop", "ns1/*"]);
});

const wrong: readonly [edge: string, text: string, line: number, says: string][] = [
  ["a text before any section", "a = b\n", 1, "comes before any section"],
  ["another section", "[x]\n", 1, "the section is [x], expected [moduleset#NAME] or [ruleset#NAME]"],
  ["a name with a blank", "[moduleset#a b]\n", 1, "the section is [moduleset#a b]"],
  [
    "an unknown keyword",
    "[moduleset#a]\nmodule = x\n",
    2,
    "no keyword module in a moduleset, did you mean modules?",
  ],
  [
    "a variable without var.",
    "[ruleset#a]\n\nport = 22\n",
    3,
    "no keyword port in a ruleset, expected nodes, services, var.NAME",
  ],
  ["a scope", "[moduleset#a]\nmodules@n1 = x\n", 2, "no keyword modules@n1 in a moduleset"],
  ["a variable that cannot be one", "[ruleset#a]\nvar.a/b = 1\n", 2, "var.a/b cannot be a variable"],
  ["a variable without a name", "[ruleset#a]\nvar. = 1\n", 2, "cannot be a variable"],
  [
    "two spellings of a variable",
    "[ruleset#a]\nvar.a-b = 1\nvar.a.b = 2\n",
    3,
    "var.a.b and var.a-b are the same variable OSVC_COMP_A_B",
  ],
  ["a keyword twice", "[moduleset#a]\nmodules = x\nmodules = y\n", 2, "modules is there again at line 3"],
  [
    "a mark that is none",
    "[moduleset#a]\nmodules = x\n rulesets = y\nmodules = x:fix\n",
    2,
    "modules is there again",
  ],
  [
    "an unknown mark",
    "[moduleset#a]\nmodules = x:fix\n",
    2,
    'the module is "x:fix", expected NAME or NAME:autofix',
  ],
  [
    "an unknown moduleset",
    "[moduleset#a]\nmodulesets = bse\n[moduleset#base]\n",
    2,
    "names the moduleset bse, which does not exist, did you mean base?",
  ],
  [
    "an unknown ruleset",
    "[moduleset#a]\nmodules = x\nrulesets = r\n",
    3,
    "names the ruleset r, which does not exist, expected one of these files",
  ],
  [
    "a circle",
    "[moduleset#a]\nmodulesets = b\n[moduleset#b]\nmodulesets = a\n",
    2,
    "go round in a circle: a -> b -> a",
  ],
  ["a pattern out of order", "[ruleset#a]\nnodes = [z-a]\n", 2, "out of order"],
];

for (const [edge, text, line, says] of wrong) {
  Deno.test(`readDefinitions() refuses ${edge}, with file and line`, () => {
    const error = assertThrows(() => read(text), DefinitionError, says);
    assertEquals(error.message.startsWith(`Cannot use ${FILE} at line ${line}: `), true, error.message);
  });
}

Deno.test("readDefinitions() refuses a name that two files have, and takes many ways to one moduleset", () => {
  const files = ["a", "b"].map((name) => ({ file: `/${name}.conf`, text: "\n[moduleset#x]\n" }));
  assertThrows(() => readDefinitions(files), DefinitionError, "moduleset x is in /a.conf at line 2 already");
  const chain = Array.from(
    { length: 40 },
    (_, i) =>
      `[moduleset#m${i}]\nmodulesets = ${
        i === 39 ? "" : `m${i + 1} n${i + 1}`
      }\n[moduleset#n${i}]\nmodulesets = ${i === 39 ? "" : `m${i + 1} n${i + 1}`}\n`,
  ).join("");
  assertEquals(read(chain).modulesets.size, 80);
});

Deno.test("isFor() compares nodes and services", () => {
  const audience = { nodes: ["WEB*"], services: ["shop", "ns1/svc/*"] };
  const shop = { node: "web1", service: "shop" };
  assertEquals(isFor(audience, shop), true);
  assertEquals(isFor(audience, { ...shop, service: "ns1/svc/a" }), true);
  assertEquals(isFor(audience, { ...shop, service: "other" }), false);
  assertEquals(isFor(audience, { ...shop, node: "db1" }), false);
  assertEquals(isFor(audience, { ...shop, service: undefined }), false);
  assertEquals(isFor({ nodes: [], services: [] }, { ...shop, service: undefined }), true);
});
