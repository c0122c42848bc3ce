/**
 * The fence around the house: which folder may import which, no way to the outside world but the adapters, no cycles,
 * errors that read alike, and nothing without words. Each rule is also shown to fail on a bad tree.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { GLOBAL_FLAGS, ownFlags, VERSION_FLAG } from "../src/cli/flags.ts";
import { RESERVED_WORDS } from "../src/core/naming/object_path.ts";
import { PROGRAM } from "../src/commands/index.ts";
import { NODE_KEYWORDS } from "../src/core/config/node_keywords.ts";
import { KEYWORDS } from "../src/drivers/keywords.ts";

/** Which folder of `src/` may import which; a folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core"],
  state: ["core", "ports"],
  drivers: ["core", "ports", "state"],
  actions: ["core", "ports", "state", "drivers"],
  daemon: ["core", "ports", "state", "actions"],
  cli: ["core", "ports"],
  commands: ["core", "ports", "state", "drivers", "actions", "daemon", "cli"],
  adapters: ["core", "ports"],
};

/** Packages that the thinking part may use: they touch nothing. */
const PURE_PACKAGES = ["@std/cli", "@std/ini", "@std/path", "croner", "shlex"];

const IMPORT_REGEXP = /^\s*(?:import\s+|(?:import|export)\b[^;"'`]*?\bfrom\s+)"([^"]+)"/gm;
const DOORS_REGEXP =
  /\bDeno\.|\bDate\.now\(|\bnew Date\(\)|\bDate\(\)|\bTemporal\.Now\b|\bMath\.random\(|\bconsole\.|\bimport\(|\bprocess\.(?:env|argv|exit|std|on\()|\bset(?:Timeout|Interval|Immediate)\(|\bfetch\(|\bperformance\.|\bcrypto\.|\bglobalThis\./;

/** Lists every rule of the floors that a source tree breaks; an empty list means that the house is in order. */
function findViolations(sources: ReadonlyMap<string, string>): string[] {
  const violations: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, text] of sources) {
    const code = stripTexts(text);
    if (folderOf(file) !== "adapters" && DOORS_REGEXP.test(code)) {
      violations.push(`${file}: reaches the outside world without a port`);
    }
    const specifiers = [...stripComments(text).matchAll(IMPORT_REGEXP)].map(([, specifier]) => specifier!);
    violations.push(...specifiers.flatMap((specifier) => findImportViolation(file, specifier)));
    graph.set(file, specifiers.filter(isRelative).map((specifier) => resolve(specifier, file)));
  }
  return [...violations, ...findPromises(sources), ...findCycles(graph)];
}

function findImportViolation(file: string, specifier: string): string[] {
  const from = folderOf(file);
  if (!isRelative(specifier)) {
    const isPure = PURE_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return isPure ? [] : [`${file}: must not import ${specifier}`];
  }
  const target = resolve(specifier, file);
  if (!target.startsWith("src/")) {
    return from === "adapters" ? [] : [`${file}: imports ${target} from outside of src`];
  }
  const to = folderOf(target);
  return to === from || ALLOWED[from]?.includes(to) ? [] : [`${file}: ${from} must not import ${to}`];
}

/** The thinking part never waits. */
function findPromises(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].filter(([file, text]) =>
    folderOf(file) === "core" && /\basync\b|\bawait\b|\bPromise\b/.test(stripTexts(text))
  ).map(([file]) => `${file}: core must not wait`);
}

/** `src/core/status.ts` is in `core`; `src/ports.ts` is in `ports`. */
function folderOf(file: string): string {
  return file.split("/")[1]!.replace(/\.ts$/, "");
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function resolve(specifier: string, file: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}()])\/\/.*$/gm, "");
}

/** Takes comments, strings and patterns out: they may speak of `Deno.` without using it. Code in templates stays. */
function stripTexts(text: string): string {
  return stripComments(text)
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replace(
      /`(?:[^`\\]|\\.)*`/g,
      (template) => [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(" "),
    );
}

/** Depth-first walk; a file met again on the current path closes a cycle. */
function findCycles(graph: ReadonlyMap<string, string[]>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

const MESSAGE_REGEXP = /(?:throw new|return new|new) \w*(?:Error)\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1\s*[,)]/g;
const CONTRACTION_REGEXP =
  /\b(?:can|won|don|doesn|isn|aren|wasn|couldn|didn|hasn|haven)'t\b|\b(?:it|that|there)'s\b/i;

/** Classes whose first argument is only a part of the sentence that they build. */
const PARTS = ["ConfigSyntaxError", "ConfigValueError", "DefinitionError"];

/** Lists error messages that break the wording rule: a capital, no final period, no contraction. */
function findBadMessages(sources: ReadonlyMap<string, string>): string[] {
  const bad: string[] = [];
  for (const [file, text] of sources) {
    for (const [call, , message] of stripComments(text).matchAll(MESSAGE_REGEXP)) {
      if (PARTS.some((name) => call.includes(`new ${name}(`))) continue;
      const isWell = /^(?:[A-Z]|\$\{)/.test(message!) && !/[^.]\.$/.test(message!) &&
        !CONTRACTION_REGEXP.test(message!);
      if (!isWell) bad.push(`${file}: "${message}"`);
    }
  }
  return bad;
}

/** Functions that are longer than the house allows, and files too. */
function findLong(sources: ReadonlyMap<string, string>): string[] {
  return [...sources]
    .map(([file, text]) => ({ file, lines: text.split("\n").length }))
    .filter(({ file, lines }) => lines > 400 && !/keywords?|rows/.test(file))
    .map(({ file, lines }) => `${file}: ${lines} lines`);
}

const SRC = new URL("../src/", import.meta.url);

async function readSources(folder = SRC): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) { for (const [file, text] of await readSources(url)) sources.set(file, text); }
    else if (entry.name.endsWith(".ts")) {
      sources.set(`src/${url.href.slice(SRC.href.length)}`, await Deno.readTextFile(url));
    }
  }
  return sources;
}

Deno.test("the source tree keeps to its floors, its ports, and has no cycles", async () => {
  const sources = await readSources();
  assert(sources.size > 20);
  assertEquals(findViolations(sources), []);
});

Deno.test("the fence finds wrong directions, back doors, waiting, foreign packages and cycles", () => {
  const tree: [string, string][] = [
    ["src/core/a.ts", 'import { x } from "../ports.ts";\n'],
    ["src/core/b.ts", 'import type { C } from "./c.ts";\nexport const now = Date.now();\n'],
    [
      "src/core/c.ts",
      'import { now } from "./b.ts";\n// Deno.exit() in a comment is fine, and so is "Date.now()"\n',
    ],
    ["src/core/d.ts", "export async function f() {}\n"],
    ["src/core/e.ts", 'import fs from "node:fs";\nexport const t = "Deno.exit(1)";\n'],
    ["src/actions/f.ts", 'export * from "../commands/run.ts";\nsetTimeout(() => {}, 1);\n'],
    ["src/daemon/g.ts", "const m = await import(`./x.ts`);\nconst t = `${Deno.pid}`;\n"],
    ["src/cli/h.ts", 'import {\n  run,\n} from "../actions/run.ts";\n'],
    ["src/adapters/i.ts", "Deno.exit(new Date().getTime());\n"],
    ["src/ports.ts", 'import { a } from "./core/a.ts";\n'],
  ];
  assertEquals(findViolations(new Map(tree)), [
    "src/core/a.ts: core must not import ports",
    "src/core/b.ts: reaches the outside world without a port",
    "src/core/e.ts: must not import node:fs",
    "src/actions/f.ts: reaches the outside world without a port",
    "src/actions/f.ts: actions must not import commands",
    "src/daemon/g.ts: reaches the outside world without a port",
    "src/cli/h.ts: cli must not import actions",
    "src/core/d.ts: core must not wait",
    "src/core/a.ts -> src/ports.ts -> src/core/a.ts",
    "src/core/b.ts -> src/core/c.ts -> src/core/b.ts",
  ]);
});

Deno.test("error messages start with a capital, have no final period and no contraction", async () => {
  assertEquals(findBadMessages(await readSources()), []);
});

Deno.test("the wording rule finds what it forbids", () => {
  const text = [
    'throw new Error("cannot read");',
    'throw new RangeError("Cannot read.", { cause });',
    "return new UsageError(`Can't read ${x}`);",
    'throw new Error("Cannot read: a.b, expected c");',
    "throw new Error(`${what} is gone`);",
  ].join("\n");
  assertEquals(findBadMessages(new Map([["src/core/a.ts", text]])).length, 3);
});

Deno.test("no source file is longer than 400 lines, tables of keywords excepted", async () => {
  assertEquals(findLong(await readSources()), []);
  assertEquals(findLong(new Map([["src/core/a.ts", "\n".repeat(500)]])).length, 1);
});

Deno.test("every command has a summary, a usage and examples in the style of the house", () => {
  for (const command of PROGRAM.commands) {
    const name = command.words.join(" ");
    assert(isHelpLine(command.summary), `${name}: the summary is "${command.summary}"`);
    assert(command.examples.length > 0, `${name}: no example`);
    for (const example of command.examples) {
      assert(
        /\bagent\b|^\.\//.test(example.command),
        `${name}: the example "${example.command}" does not call the agent`,
      );
      assert(example.text !== "", `${name}: an example without words`);
    }
    if (command.scope !== "service" || command.isSelectorOptional) {
      assert(
        RESERVED_WORDS.includes(command.words[0]),
        `${name}: "${command.words[0]}" is not a reserved word`,
      );
    }
  }
});

Deno.test("every flag has words, and the same name takes a value in all commands or in none", () => {
  const kinds = new Map<string, boolean>();
  for (const flag of [...GLOBAL_FLAGS, VERSION_FLAG, ...PROGRAM.commands.flatMap(ownFlags)]) {
    assert(isHelpLine(flag.text), `--${flag.name}: the text is "${flag.text}"`);
    assert(flag.kind !== "choice" || flag.choices?.length, `--${flag.name}: no choices`);
    for (const name of [flag.name, ...(flag.aliases ?? [])]) {
      const takesValue = flag.kind !== "boolean";
      assertEquals(kinds.get(name) ?? takesValue, takesValue, `--${name} takes a value in one command only`);
      kinds.set(name, takesValue);
    }
  }
});

Deno.test("every spelling names one command", () => {
  const seen = new Map<string, string>();
  for (const { words, aliases = [], scope } of PROGRAM.commands) {
    for (const spelling of [words, ...aliases]) {
      const key = `${scope === "service" ? "SELECTOR " : ""}${spelling.join(" ")}`;
      assertEquals(seen.get(key), undefined, `${key} is there twice`);
      seen.set(key, words.join(" "));
    }
  }
});

Deno.test("every keyword has words, and is declared once by section", () => {
  const seen = new Set<string>();
  for (
    const { section, option, text } of [
      ...KEYWORDS.rows,
      ...NODE_KEYWORDS.map((row) => ({ ...row, section: `node ${row.section}` })),
    ]
  ) {
    const name = `${section}.${option}`;
    assert(text.trim().split(" ").length > 2, `${name}: the text is "${text}"`);
    assert(!seen.has(name), `${name} is there twice`);
    seen.add(name);
  }
});

/** Lower case unless it starts with a name, and no final period. */
function isHelpLine(text: string): boolean {
  return /^(?:[a-z0-9]|[A-Z]{2})/.test(text) && !/[^.]\.$/.test(text);
}
