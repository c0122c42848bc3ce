/**
 * Keeps README.md in step with the program: what it must name, and what its examples must do.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { EXIT_CODE_ROWS } from "../src/cli/exit_code.ts";
import { GLOBAL_FLAGS, ownFlags } from "../src/cli/flags.ts";
import { flagName } from "../src/cli/help.ts";
import { parseCommandLine } from "../src/cli/args.ts";
import { ENVIRONMENT_ROWS } from "../src/commands/environment.ts";
import { COMMANDS } from "../src/commands/index.ts";
import { readDefinitions } from "../src/core/compliance/read_definitions.ts";
import { checkValue } from "../src/core/config/checks/values.ts";
import { parseIni } from "../src/core/config/ini.ts";
import type { Keyword } from "../src/core/config/keyword.ts";
import { validateText } from "../src/core/config/validate.ts";
import { parseSchedule } from "../src/core/schedule/parse.ts";
import { KEYWORDS, NODE_REGISTRY } from "../src/drivers/keywords.ts";
import { withDaemon } from "./fakes/run_daemon.ts";
import { fakeSystem } from "./fakes/system.ts";
import { examplesOf, Player } from "./readme_examples.ts";

const README = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

/** The text of a chapter, from its title to the next one of the same level. */
function chapter(title: string): string {
  const begin = README.indexOf(`\n## ${title}\n`);
  assert(begin >= 0, `README.md has no chapter "${title}"`);
  const end = README.indexOf("\n## ", begin + 1);
  return README.slice(begin, end < 0 ? undefined : end);
}

/** The cells of the tables in a text, titles and rulers left out, without the blanks that the formatter adds. */
function tableRows(text: string): string[][] {
  const lines = text.split("\n").filter((line, i, all) =>
    line.startsWith("|") && !/^\|[ -]*-/.test(line) && !/^\|[ -]*-/.test(all[i + 1] ?? "")
  );
  return lines.map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll(/\\([|*])/g, "$1"))
  );
}

/** The words of a cell that are marked as code. */
function codes(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
}

/** The code blocks of a language. */
function blocks(language: string): string[] {
  return [...README.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].filter(([, name]) => name === language)
    .map(([, , text]) => text!);
}

function names(text: string): Set<string> {
  return new Set(tableRows(text).flatMap(([first]) => codes(first)));
}

Deno.test("the README names every command with its summary and every other spelling, and no other", () => {
  const rows = tableRows(chapter("Commands"));
  for (const { words, summary, aliases = [] } of COMMANDS) {
    const text = rows.find(([first]) => first === `\`${words.join(" ")}\``)?.[1] ?? "";
    assert(text.startsWith(summary), `README.md lacks "${words.join(" ")}: ${summary}"`);
    for (const alias of aliases) assert(codes(text).includes(alias.join(" ")), alias.join(" "));
  }
  const known = new Set(COMMANDS.map(({ words }) => words.join(" ")));
  const isCommand = new RegExp(`^(?:${[...known].map((name) => name.split(" ")[0]).join("|")})(?: [a-z]+)?$`);
  const named = rows.flatMap(([first]) => codes(first)).filter((name) => isCommand.test(name));
  assertEquals(named.filter((name) => !known.has(name)), []);
});

Deno.test("the README names the flags of run and those of every command", () => {
  const named = names(chapter("Commands"));
  const run = COMMANDS.find(({ words }) => words.join(" ") === "run")!;
  for (const flag of [...run.flags, ...GLOBAL_FLAGS]) {
    assert(named.has(flagName(flag)), `README.md lacks the flag ${flagName(flag)}`);
  }
});

Deno.test("the README tells every exit code as the help does", () => {
  const rows = tableRows(chapter("Exit codes")).map(([code = "", meaning]) => [
    code.replaceAll("`", ""),
    meaning,
  ]);
  assertEquals(rows, EXIT_CODE_ROWS.map(({ code, meaning }) => [code, meaning]));
});

Deno.test("the README tells every environment variable as the help does", () => {
  const rows = tableRows(chapter("Environment variables")).map(([name = "", meaning]) => [
    name.replaceAll("`", ""),
    meaning,
  ]);
  assertEquals(rows, ENVIRONMENT_ROWS.map(({ name, meaning }) => [name, meaning]));
});

/** Keyword tables by title, such as `[task#…]`. */
const KEYWORD_TABLES: readonly (readonly [title: string, rows: readonly Keyword[]])[] = [
  ["`[DEFAULT]`", KEYWORDS.rows.filter(({ section }) => section === "DEFAULT")],
  ["`[subset#…]`", KEYWORDS.rows.filter(({ section }) => section === "subset")],
  ["Every resource", KEYWORDS.rows.filter(({ section }) => section === "*")],
  ["`[task#…]`", KEYWORDS.rows.filter(({ section }) => section === "task")],
  ["`[task#…]`, the command and its process", KEYWORDS.rows.filter(({ section }) => section === "task.host")],
  ["`[fs#…]`", KEYWORDS.rows.filter(({ section }) => section === "fs")],
  ["`[fs#…]` of `type = flag`", KEYWORDS.rows.filter(({ section }) => section === "fs.flag")],
  ["`[fs#…]` of `type = directory`", KEYWORDS.rows.filter(({ section }) => section === "fs.directory")],
  ["`[fs#…]` that is mounted", KEYWORDS.rows.filter(({ section }) => section === "fs.mount")],
  ["`[ip#…]`", KEYWORDS.rows.filter(({ section }) => section === "ip")],
  ["`[ip#…]` of `type = host`", KEYWORDS.rows.filter(({ section }) => section === "ip.host")],
  ["`[sync#…]`", KEYWORDS.rows.filter(({ section }) => section === "sync")],
  ["`[sync#…]` of `type = rsync`", KEYWORDS.rows.filter(({ section }) => section === "sync.rsync")],
  [
    "`[task#…]` of `type = docker` and `podman`",
    KEYWORDS.rows.filter(({ section }) => section === "task.docker"),
  ],
  [
    "`[task#…]` of `type = docker` and `podman`",
    KEYWORDS.rows.filter(({ section }) => section === "task.podman"),
  ],
  ["`[app#…]`", KEYWORDS.rows.filter(({ section }) => section === "app")],
  ["`[container#…]`", KEYWORDS.rows.filter(({ section }) => section === "container")],
];

/** Rows that only say that a driver exists; the row of their group is in its table. */
const DRIVER_ROWS = KEYWORDS.rows.filter(({ section, option }) =>
  option === "type" && /^(?:app|container)\./.test(section)
);

/** The part of the chapter on keywords under a title. */
function keywordTable(title: string): string {
  const text = chapter("Keywords");
  const begin = text.indexOf(`\n### ${title}\n`);
  assert(begin >= 0, `README.md has no table of keywords "${title}"`);
  const end = text.indexOf("\n### ", begin + 1);
  return text.slice(begin, end < 0 ? undefined : end);
}

Deno.test("the README names every keyword that works, with its default, and no other", () => {
  for (const [title, all] of KEYWORD_TABLES) {
    const rows = tableRows(keywordTable(title)).map(([name, value]) => [codes(name), codes(value)]);
    const working = all.filter(({ unsupported, isInert }) => unsupported === undefined && !isInert);
    assertEquals(
      rows,
      working.map(({ option, alias, default: value }) => [
        alias === undefined ? [option] : [option, alias],
        value ? [value] : [],
      ]),
      title,
    );
  }
  assertEquals(
    KEYWORD_TABLES.flatMap(([, rows]) => rows).length + DRIVER_ROWS.length,
    KEYWORDS.rows.length,
    "a section without table",
  );
});

Deno.test("the README names every keyword of node.conf", () => {
  const named = names(keywordTable("`node.conf`"));
  const wanted = NODE_REGISTRY.rows.map(({ section, option }) => `[${section}] ${option}`);
  assertEquals([...named].filter((name) => name.startsWith("[")).sort(), wanted.toSorted());
});

Deno.test("the README names every keyword that is refused or has no effect, and no other", () => {
  const [, inert = "", refused = ""] = keywordTable("Without effect, and refused").split(/\n\n(?=These)/);
  const sorted = (rows: readonly Keyword[]) => [...new Set(rows.map(({ option }) => option))].sort();
  assertEquals(codes(inert).sort(), sorted(KEYWORDS.rows.filter(({ isInert }) => isInert)));
  assertEquals(
    codes(refused).sort(),
    sorted(KEYWORDS.rows.filter(({ unsupported }) => unsupported !== undefined)),
  );
});

Deno.test("the schedules of the README can be read", () => {
  const schedules = tableRows(chapter("Schedules")).flatMap(([first]) => codes(first));
  assert(schedules.length > 20, "the table of schedules is gone");
  for (const schedule of schedules) parseSchedule(schedule);
});

Deno.test("the examples of the chapter on schedules print what the README says", async () => {
  const examples = examplesOf(chapter("Schedules"));
  assert(examples.length > 20, "the examples are gone");
  const player = new Player();
  for (const example of examples) {
    assertEquals(await player.play(example), example.output, example.command);
  }
});

Deno.test("an example with another output, or of a program that the test does not know, would be noticed", async () => {
  const [first, second] = examplesOf("```console\n$ agent schedule next 12:00 -n 1\nsoon\n$ date\n```\n");
  assert(first && second);
  assertEquals(await new Player().play(first), "2026-03-02T12:00:00+00:00\n");
  await assertRejects(() => new Player().play(second), Error, "date");
});

/** Errors and warnings of the configuration of a service. */
function problemsOf(text: string): string[] {
  const context = {
    path: { namespace: "root", kind: "svc", name: "shop" },
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "/etc/agent", var: "/var/lib/agent" },
  } as const;
  return validateText(text, KEYWORDS, context).problems.filter(({ severity }) => severity !== "hint")
    .map(({ message }) => message);
}

/** What is wrong with the values of a `node.conf`. */
function nodeProblemsOf(text: string): string[] {
  const sections = [...parseIni(text).sections.values()];
  return sections.flatMap((section) =>
    section.options.flatMap((option) => {
      const [name, scope] = option.key.split("@");
      const row = NODE_REGISTRY.rows.find((row) => row.section === section.name && row.option === name);
      if (!row || (scope !== undefined && !row.isScopable)) {
        return [`${section.name}.${option.key} is unknown`];
      }
      return checkValue(row, option.value, section, option).map(({ message }) => message);
    })
  );
}

Deno.test("the configurations of the README have neither errors nor warnings", () => {
  const isDefinition = (text: string) => text.startsWith("# /etc/agent/compliance/");
  const definitions = blocks("ini").filter(isDefinition);
  const [nodes, services] = [true, false].map((isNode) =>
    blocks("ini").filter((text) => !isDefinition(text) && text.startsWith("# node.conf") === isNode)
  );
  assertEquals(
    readDefinitions(definitions.map((text, i) => ({ file: `${i}`, text }))).modulesets.size > 1,
    true,
  );
  assert(nodes?.length && services && services.length > 1, "the examples are gone");
  for (const text of nodes) assertEquals(nodeProblemsOf(text), [], text);
  for (const text of services) assertEquals(problemsOf(text), [], text);
});

Deno.test("a configuration with a mistake would be noticed", () => {
  assertEquals(problemsOf("[task#0]\ncommand = /bin/true\nschedule = 25:00\n").length, 1);
  assertEquals(nodeProblemsOf("[node]\nmax_parallel = many\nspeed = 3\n").length, 2);
});

/** What is typed at a prompt of the README and calls the agent, as words. */
function typedCommands(): string[][] {
  const lines = blocks("console").flatMap((text) => text.split("\n")).filter((line) => line.startsWith("$ "));
  return lines.flatMap((line) => /(?:^\$ |\| )(?:agent|\.\/testmd) .*$/.exec(line)?.[0] ?? [])
    .map((call) => [...call.replace(/^(?:\$|\|) /, "").matchAll(/'([^']*)'|[^\s']+/g)])
    .map((words) => words.map(([word, quoted]) => quoted ?? word))
    .map((words) => words.includes("<") ? words.slice(0, words.indexOf("<")) : words);
}

Deno.test("every command line of the README is understood", () => {
  const typed = typedCommands();
  assert(typed.length > 20, "the examples are gone");
  for (const [program, ...words] of typed) {
    const parsed = parseCommandLine(words, COMMANDS, program === "agent" ? undefined : "testmd");
    assert(parsed.kind === "run" || words[0] === "--version", words.join(" "));
  }
});

Deno.test("the README tells the fields of every command that prints data", () => {
  const text = chapter("Data formats");
  const isData = COMMANDS.filter((command) => ownFlags(command).some(({ name }) => name === "format"));
  const named = names(text);
  for (const { words } of isData) {
    assert(named.has(words.join(" ")), `README.md lacks the fields of ${words.join(" ")}`);
  }
});

Deno.test("no code span of the README is broken over the end of a line", () => {
  const prose = README.replace(/^```[^]*?^```$/gm, "");
  const broken = prose.split("\n").filter((line) => (line.match(/`/g)?.length ?? 0) % 2 === 1);
  assertEquals(broken, []);
});

Deno.test("the README names no registry and no folder of a developer's machine", () => {
  assertEquals(
    /\b(?:jsr\.io|npmjs\.org|deno\.land)\b|\/work\/|\/home\/|\/root\//.exec(README)?.[0],
    undefined,
  );
});

Deno.test("the README tells every metric, its type and its labels, and no other", async () => {
  const config = { svc1: "[task#0]\ncommand = /bin/true\nschedule = @1h\n" };
  const files = {
    "/proc/self/status": "VmRSS: 1 kB\n",
    "/etc/agent/node.conf": "[node]\ncollector = c.example.com\n",
  };
  await withDaemon(fakeSystem({ config, files }), async (daemon) => {
    await daemon.advance(1);

    const { body } = (await daemon.system.server.ask("/run/agent/daemon.sock", "/metrics"))!;
    const told = tableRows(chapter("The daemon")).filter(([name]) => /^`(agent|process)_/.test(name!));
    const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
    // One that has no sample yet is not shown.
    const shown = new Map(types.concat([["agent_runs_given_up_total", "counter"]]) as [string, string][]);
    assertEquals(new Map(told.map(([name, type]) => [codes(name)[0]!, type!])), shown);
    for (const [name, , labels] of told) {
      const sample = body.split("\n").find((line) => line.startsWith(`${codes(name)[0]}{`)) ?? "";
      const names = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label);
      if (sample !== "") assertEquals(names, codes(labels), name);
    }
  });
});
