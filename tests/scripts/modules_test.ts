/**
 * What we rely on in modules from elsewhere: the same tests hold for the usual ones and for their npm-only stand-ins.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parse as parseIni } from "@std/ini";
import { basename, dirname, join, normalize, relative, resolve } from "@std/path";

const OPTIONS = {
  boolean: ["quiet", "force"],
  string: ["_", "rid", "kw"],
  collect: ["kw"],
  negatable: ["force"],
  alias: { quiet: "q" },
  "--": true,
} as const;

function read(...args: string[]): Record<string, unknown> {
  return { ...parseArgs(args, OPTIONS) };
}

const NOTHING = { _: [], quiet: false, q: false, force: false, kw: [], "--": [] };

const ARGUMENTS:
  readonly (readonly [why: string, args: readonly string[], found: Record<string, unknown>])[] = [
    ["nothing given", [], {}],
    ["words stay text, numbers too", ["testmd", "5"], { _: ["testmd", "5"] }],
    ["a flag anywhere", ["a", "-q", "b"], { _: ["a", "b"], quiet: true, q: true }],
    ["a value apart and joined", ["--rid", "task#0"], { rid: "task#0" }],
    ["a value joined", ["--rid=task#0"], { rid: "task#0" }],
    ["a value that looks like a flag, joined", ["--rid=-x"], { rid: "-x" }],
    ["a value with =", ["--rid=a=b"], { rid: "a=b" }],
    ["a number stays text", ["--rid", "007"], { rid: "007" }],
    ["the last one of a flag counts", ["--rid", "a", "--rid", "b"], { rid: "b" }],
    ["a flag that collects", ["--kw", "a=1", "--kw=b=2"], { kw: ["a=1", "b=2"] }],
    ["a no", ["--force", "--no-force"], { force: false }],
    ["what follows --", ["a", "--", "-q", "--rid"], { _: ["a"], "--": ["-q", "--rid"] }],
  ];

for (const [why, args, found] of ARGUMENTS) {
  Deno.test(`parseArgs() reads ${why}: ${args.join(" ")}`, () => {
    assertEquals(read(...args), { ...NOTHING, ...found });
  });
}

Deno.test("parseArgs() asks about what is not declared, with the whole flag", () => {
  const asked: unknown[] = [];
  const { _: words } = parseArgs(["a", "--nope=1", "--no-way"], {
    string: ["_"],
    unknown: (arg: string, key?: string) => {
      asked.push([arg, key]);
      return key === undefined;
    },
  });
  assertEquals(asked, [["a", undefined], ["--nope=1", "nope"], ["--no-way", "no-way"]]);
  assertEquals(words, ["a"]);
});

Deno.test("parse() of INI keeps values as they are written", () => {
  const text = "# comment\n; comment\n[task#0]\ncommand = /bin/a; b # c\nschedule = @10\n[fs.1]\npath=/x\n";
  assertEquals(parseIni(text), {
    "task#0": { command: "/bin/a; b # c", schedule: "@10" },
    "fs.1": { path: "/x" },
  });
});

Deno.test("parse() of INI makes values of numbers and booleans, unless a reviver does", () => {
  assertEquals(parseIni("[a]\nb = 5\nc = true\n"), { a: { b: 5, c: true } });
  assertEquals(parseIni("[a]\nb = 5\nc = true\n", { reviver: (_key, value) => value }), {
    a: { b: "5", c: "true" },
  });
});

Deno.test("parse() of INI refuses a line that is none", () => {
  assertThrows(() => parseIni("[a]\nnothing here\n"), SyntaxError, "line 2");
  assertThrows(() => parseIni("[a\n"), SyntaxError, "line 1");
});

Deno.test("paths are joined, split and resolved as text", () => {
  assertEquals(join("/etc", "agent", "../x.conf"), "/etc/x.conf");
  assertEquals(normalize("/etc//agent/./x"), "/etc/agent/x");
  assertEquals([basename("/etc/agent/x.conf"), basename("/etc/agent/x.conf", ".conf")], ["x.conf", "x"]);
  assertEquals([dirname("/etc/agent/x.conf"), dirname("/x"), dirname("x")], ["/etc/agent", "/", "."]);
  assertEquals(relative("/etc/agent", "/etc/agent/namespaces/a"), "namespaces/a");
  assertEquals([resolve("/etc", "agent"), resolve("/etc", "/var")], ["/etc/agent", "/var"]);
});
