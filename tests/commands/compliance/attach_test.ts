import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { logOf } from "../../fakes/run_service.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { callsOf, complianceHost, STATE } from "./host.ts";

const DEFINITIONS = `[moduleset#base]
modules = sshd
rulesets = r
[moduleset#web]
modules = httpd:autofix sshd
[ruleset#r]
var.port = 22
[ruleset#own]
var.port = 2222
`;
const MODULES = { "20-sshd": {}, "10-httpd": {} };

function host(shop = ""): FakeSystem {
  return complianceHost({ shop, definitions: DEFINITIONS, modules: MODULES });
}

function attached({ files }: FakeSystem): unknown {
  return JSON.parse(files.read(`${STATE}/compliance/attached.json`) ?? "null");
}

async function json(system: FakeSystem, ...args: string[]) {
  system.stdout.clear();
  assertEquals(await runAgent([...args, "--format", "json"], system), 0, system.stderr.text);
  return JSON.parse(system.stdout.text);
}

Deno.test("attach and detach change what a run calls, and say what they did", async () => {
  const system = host();
  assertEquals(
    await runAgent(["shop", "compliance", "attach", "--moduleset", "base,web", "--ruleset", "own"], system),
    0,
  );
  assertEquals(attached(system), { modulesets: ["base", "web"], rulesets: ["own"] });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  assertEquals(callsOf(system), ["httpd check", "sshd check"]);
  assertEquals(
    await runAgent(["shop", "compliance", "detach", "moduleset", "--moduleset", "web"], system),
    0,
  );
  assertEquals(attached(system), { modulesets: ["base"], rulesets: ["own"] });
  assertEquals(
    await runAgent(["shop", "compliance", "attach", "moduleset", "--moduleset", "base"], system),
    0,
  );
  assertEquals(logOf(system), [
    "INFO moduleset base is attached",
    "INFO moduleset web is attached",
    "INFO ruleset own is attached",
    "INFO moduleset web is detached",
    "INFO moduleset base is attached already",
  ]);
  assertEquals(
    await runAgent(["shop", "compliance", "detach", "--moduleset", "all", "--ruleset", "all"], system),
    0,
  );
  assertEquals(attached(system), { modulesets: [], rulesets: [] });
});

Deno.test("check --attach attaches before it checks", async () => {
  const system = host();
  assertEquals(await runAgent(["shop", "compliance", "check", "--moduleset", "base", "--attach"], system), 0);
  assertEquals([attached(system), callsOf(system)], [{ modulesets: ["base"], rulesets: [] }, ["sshd check"]]);
});

const refused: readonly [args: string[], code: number, says: string][] = [
  [["attach"], 2, "no name is given, expected --moduleset or --ruleset"],
  [["attach", "ruleset", "--moduleset", "base"], 2, "no name is given, expected --ruleset"],
  [
    ["attach", "ruleset", "--moduleset", "base", "--ruleset", "r"],
    2,
    "with --moduleset: expected --ruleset alone",
  ],
  [["attach", "module", "--moduleset", "base"], 2, 'KIND is "module", expected moduleset, ruleset'],
  [
    ["attach", "--moduleset", "bsae"],
    4,
    "Cannot find moduleset bsae: no file of compliance has it, did you mean base?",
  ],
  [["attach", "--moduleset", "base", "--ruleset", "x"], 4, "Cannot find ruleset x"],
  [["detach", "--moduleset", "base"], 4, "it is not attached to shop"],
  [["detach", "--moduleset", "web"], 1, "DEFAULT.comp_modulesets attaches it, expected the change there"],
];

for (const [args, code, says] of refused) {
  Deno.test(`compliance ${args.join(" ")} is refused with ${code}, and changes nothing`, async () => {
    const system = host("comp_modulesets = web\n");
    assertEquals(await runAgent(["shop", "compliance", ...args], system), code);
    assertStringIncludes(system.stderr.text, says);
    assertEquals(attached(system), null);
  });
}

Deno.test("what a keyword attaches counts with what is attached by command", async () => {
  const system = host("comp_modulesets = web\ncomp_rulesets@n1 = own\n");
  await runAgent(["shop", "compliance", "attach", "--moduleset", "base"], system);
  assertEquals(await json(system, "shop", "compliance", "show", "moduleset"), [
    { path: "shop", moduleset: "web", module: "httpd", autofix: true },
    { path: "shop", moduleset: "web", module: "sshd", autofix: false },
  ]);
  const rules = await json(system, "shop", "compliance", "show", "ruleset");
  assertEquals(rules[0], { path: "shop", rule: "port", variable: "OSVC_COMP_PORT", value: "2222" });
});

Deno.test("a record of attachments that is damaged counts for nothing, and is set aside by the next one", async () => {
  const system = host();
  system.files.put(`${STATE}/compliance/attached.json`, "{");
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 1);
  assertStringIncludes(system.stderr.text, "it does not hold what belongs there");
  assertEquals(await runAgent(["shop", "compliance", "attach", "--moduleset", "base"], system), 0);
  assertEquals(system.files.read(`${STATE}/compliance/attached.json.corrupt`), "{");
});

Deno.test("compliance list shows modules with what is wrong with them, and sets with their place", async () => {
  const system = host();
  system.files.put("/var/lib/agent/compliance/S05-old", "");
  system.files.put("/var/lib/agent/compliance/README", "");
  assertEquals(await json(system, "shop", "compliance", "list", "module"), [
    {
      module: "old",
      order: 5,
      entry: "S05-old",
      program: null,
      problem: "/var/lib/agent/compliance/S05-old is not executable, expected mode 755",
    },
    {
      module: "httpd",
      order: 10,
      entry: "10-httpd",
      program: "/var/lib/agent/compliance/10-httpd",
      problem: null,
    },
    {
      module: "sshd",
      order: 20,
      entry: "20-sshd",
      program: "/var/lib/agent/compliance/20-sshd",
      problem: null,
    },
  ]);
  const file = "/etc/agent/compliance/base.conf";
  assertEquals(await json(system, "node", "compliance", "list", "moduleset"), [
    { name: "base", source: "local", file, line: 1, members: ["sshd"] },
    { name: "web", source: "local", file, line: 4, members: ["httpd:autofix", "sshd"] },
  ]);
  assertEquals((await json(system, "node", "compliance", "list", "ruleset"))[0].members, ["port"]);
  assertEquals(await runAgent(["shop", "compliance", "list", "thing"], system), 2);
  assertEquals(await runAgent(["none", "compliance", "list", "module"], system), 4);
});

Deno.test("compliance show status has the last result of each module, and forgets those that are gone", async () => {
  const system = host("comp_modulesets = web\n");
  await runAgent(["shop", "compliance", "auto"], system);
  await runAgent(["shop", "compliance", "check", "--module", "sshd"], system);
  const names = async () =>
    (await json(system, "shop", "compliance", "show")).map((
      row: Record<string, string>,
    ) => [row.module, row.action]);
  assertEquals(await names(), [["httpd", "fix"], ["sshd", "check"]]);
  system.files.put("/etc/agent/shop.conf", "[DEFAULT]\nnodes = n1\ncomp_modulesets = base\n");
  await runAgent(["shop", "compliance", "auto"], system);
  assertEquals(await names(), [["sshd", "check"]]);
  system.stdout.clear();
  assertEquals(await runAgent(["shop", "compliance", "show", "status"], system), 0);
  assertEquals(system.stdout.lines[2]?.split(/ {2,}/).slice(0, 6), [
    "shop",
    "sshd",
    "base",
    "check",
    "ok",
    "0",
  ]);
});

Deno.test("what is attached can be detached while the files of compliance are broken, or have it no more", async () => {
  for (const definitions of ["[moduleset#base]\nmodule = x\n", "[moduleset#other]\n"]) {
    const system = host();
    await runAgent(["shop", "compliance", "attach", "--moduleset", "base"], system);
    system.files.put("/etc/agent/compliance/base.conf", definitions);
    assertEquals(await runAgent(["shop", "compliance", "detach", "--moduleset", "base"], system), 0);
    assertEquals(attached(system), { modulesets: [], rulesets: [] });
  }
});

Deno.test("[compliance] of node.conf follows the scope of the node", async () => {
  const conf = "[compliance]\nmodulesets = base\nmodulesets@n1 = web\nrulesets@n1 = own\ntimeout@n1 = x\n";
  const system = complianceHost({
    definitions: DEFINITIONS,
    modules: MODULES,
    files: { "/etc/agent/node.conf": conf },
  });
  const rows = await json(system, "node", "compliance", "show", "moduleset");
  assertEquals(rows.map((row: Record<string, string>) => row["moduleset"]), ["web", "web"]);
  assertEquals((await json(system, "node", "compliance", "show", "ruleset"))[0].value, "2222");
  assertEquals(await runAgent(["node", "compliance", "check"], system), 3);
  assertStringIncludes(system.stderr.text, '[compliance] timeout of node.conf: "x" is not a valid value');
});

const doubted: readonly [shop: string, definitions: string, says: readonly string[]][] = [
  ["comp_modulesets = base web\ncomp_rulesets = r\n", DEFINITIONS, []],
  ["comp_modulesets = bsae\n", DEFINITIONS, [
    "3     warning   DEFAULT.comp_modulesets names bsae, which no file of compliance has, did you mean base?",
  ]],
  ["comp_rulesets@n1 = elsewhere\n", DEFINITIONS, [
    "3     warning   DEFAULT.comp_rulesets names elsewhere, which no file of compliance has, compliance is refused until one has it",
  ]],
  ["comp_modulesets = base\n", "[moduleset#base]\nmodule = x\n", [
    "3     warning   DEFAULT.comp_modulesets attaches nothing: Cannot use /etc/agent/compliance/base.conf at line 2: there is no keyword module in a moduleset, did you mean modules?",
  ]],
  ["comment = x\n", "[nonsense\n", []],
];

for (const [shop, definitions, says] of doubted) {
  Deno.test(`validate config warns of ${JSON.stringify(shop)} with ${JSON.stringify(definitions.slice(0, 20))}: ${says.length}`, async () => {
    const system = complianceHost({ shop, definitions });
    assertEquals(await runAgent(["shop", "validate", "config"], system), 0, system.stderr.text);
    assertEquals(system.stdout.lines.slice(2), says);
  });
}
