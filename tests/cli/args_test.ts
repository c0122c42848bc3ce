import { assertEquals } from "@std/assert";
import { parseCommandLine, type ParsedCommand } from "../../src/cli/args.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { SAMPLE } from "./sample.ts";

function parse(line: string | readonly string[], calledAs?: string): ParsedCommand {
  const asked = parseCommandLine(typeof line === "string" ? line.split(" ") : line, SAMPLE, calledAs);
  if (asked.kind !== "run") throw new Error(`Expected a command, got ${asked.kind}`);
  return asked.parsed;
}

function problem(line: string | readonly string[], calledAs?: string): string {
  try {
    parse(line, calledAs);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "none";
}

const understood: readonly (readonly [line: string, selector: string | undefined, words: string])[] = [
  ["svc1 run", "svc1", "run"],
  ["svc1 print schedule", "svc1", "print schedule"],
  ["svc1 print_schedule", "svc1", "print schedule"],
  ["svc1 print sched", "svc1", "print schedule"],
  ["svc1 pri_sc", "svc1", "print schedule"],
  ["svc1 sync", "svc1", "sync all"],
  ["svc1 status", "svc1", "status"],
  ["svc1 schedule list", "svc1", "print schedule"],
  ["svc1 instance run", "svc1", "run"],
  ["svc1 inst", "svc1", "run"],
  ["ls", undefined, "ls"],
  ["svc1 ls", "svc1", "ls"],
  ["daemon start", undefined, "daemon start"],
  ["daemon_start", undefined, "daemon start"],
  ["daemon star", undefined, "daemon start"],
  ["--debug svc1 --rid task run", "svc1", "run"],
  ["svc/daemon run", "svc/daemon", "run"],
  ["!db*,web+task: run", "!db*,web+task:", "run"],
];

for (const [line, selector, words] of understood) {
  Deno.test(`parseCommandLine() reads "${line}" as ${words} of ${selector ?? "nothing"}`, () => {
    const parsed = parse(line);
    assertEquals([parsed.selector, parsed.command.words.join(" ")], [selector, words]);
  });
}

Deno.test("parseCommandLine() takes flags anywhere, with a blank or =, under any of their names", () => {
  for (const line of ["svc1 run --tag a", "--tags=a svc1 run", "svc1 --tags a run"]) {
    assertEquals(parse(line).flags.string("tags"), "a", line);
  }
});

Deno.test("parseCommandLine() keeps texts that look like numbers, collects repeated flags, lets the last one win", () => {
  const { flags } = parse("svc1 run --rid 007 --env A=1 --env B=x=2 --tags a --tags b");
  assertEquals([flags.string("rid"), flags.strings("env"), flags.string("tags")], [
    "007",
    ["A=1", "B=x=2"],
    "b",
  ]);
});

Deno.test("parseCommandLine() converts integers and durations, and gives defaults", () => {
  const { flags } = parse("schedule next @10 -n5 --wait 1m30s");
  assertEquals([flags.integer("n"), flags.duration("wait"), flags.format], [5, 90, "table"]);
  const plain = parse("schedule next @10").flags;
  assertEquals([plain.integer("n"), plain.duration("wait"), plain.has("n")], [10, undefined, false]);
});

Deno.test("parseCommandLine() lets a value start with a dash, unless it is the name of a flag", () => {
  assertEquals(parse(["svc1", "run", "--env", "-x=1"]).flags.strings("env"), ["-x=1"]);
  assertEquals(parse(["svc1", "run", "--env=--debug"]).flags.strings("env"), ["--debug"]);
  assertEquals(parse(["svc1", "run", "--rid="]).flags.string("rid"), "");
});

Deno.test("parseCommandLine() leaves expressions alone, underscores, dashes and all", () => {
  assertEquals(parse(["schedule", "next", "!08:00-09:00 a_b"]).positionals, ["!08:00-09:00 a_b"]);
  assertEquals(parse(["schedule", "next", "-"]).positionals, ["-"]);
});

Deno.test("parseCommandLine() hands on what follows --", () => {
  assertEquals(parse("svc1 run -- --rid -x --").passthrough, ["--rid", "-x", "--"]);
  assertEquals(parse("svc1 run").passthrough, undefined);
});

Deno.test("parseCommandLine() takes the link's name as the selector, and still finds commands of the agent", () => {
  assertEquals(parse("run", "testmd").selector, "testmd");
  assertEquals(parse("print sched", "testmd").command.words, ["print", "schedule"]);
  assertEquals(parse("schedule list", "testmd").command.words, ["print", "schedule"]);
  assertEquals(parse("daemon start", "testmd").selector, undefined);
  assertEquals(parse("svc1 run", "om").selector, "svc1");
});

Deno.test("parseCommandLine() tells help, overview, version and nothing apart", () => {
  const kinds = ["run --help", "svc1 run -h", "--help", "svc1 --help", "--version", ""].map((line) =>
    parseCommandLine(line === "" ? [] : line.split(" "), SAMPLE, line.startsWith("run") ? "x" : undefined)
      .kind
  );
  assertEquals(kinds, ["help", "help", "overview", "overview", "version", "nothing"]);
});

const problems: readonly (readonly [line: string, message: string])[] = [
  ["run", "Cannot run: no service is named, expected agent SERVICE run"],
  ["svc1", 'Cannot act on "svc1": no action is given, expected one that agent help lists'],
  ["deamon", 'Cannot act on "deamon": no action is given; did you mean "agent daemon"?'],
  ["svc1 runn", 'Cannot run "runn": there is no such action; did you mean "run"?'],
  [
    "svc1 print shedule",
    'Cannot run "print shedule": there is no such action; did you mean "print schedule"?',
  ],
  ["svc1 print", 'Cannot run "print": it can mean print schedule, print status, expected one action'],
  ["svc1 st", 'Cannot run "st": it can mean status, stop, expected one action'],
  ["svc1 run task#0", 'Cannot run "run task#0": "task#0" comes after run, expected no more words'],
  ["svc1 run --ridd x", 'Cannot use --ridd with "run": there is no such flag; did you mean --rid?'],
  [
    "svc1 stop --rid x",
    'Cannot use --rid with "stop": there is no such flag, expected one that agent help stop lists',
  ],
  ["svc1 nope --bogus", "Cannot use --bogus: there is no such flag, expected one that agent help lists"],
  ["svc1 run --rid", "Cannot use --rid: the value is missing, expected --rid RID"],
  ["svc1 run --rid --debug", "Cannot use --rid: the value is missing, expected --rid RID"],
  [
    "svc1 print schedule --format xml",
    'Cannot use --format: the value is "xml", expected table, json, jsonl, csv',
  ],
  ["svc1 run --debug=1", 'Cannot use --debug: the value is "1", expected no value, true or false'],
  ["schedule next @1 -n x", 'Cannot use -n: the value is "x", expected a whole number'],
  [
    "schedule next @1 --wait x",
    'Cannot use --wait: the value is "x", expected a duration such as 30, 90s or 5m',
  ],
  ["schedule next", 'Cannot run "schedule next": EXPRESSION is missing, expected an expression'],
  ["schedule next a b", 'Cannot run "schedule next": there is "b" after EXPRESSION, expected one word'],
  ["svc1 stop -- x", 'Cannot run "stop": there is a "--", expected no arguments after it'],
  ["--nope", "Cannot use --nope: there is no such flag, expected one that agent help lists"],
];

for (const [line, message] of problems) {
  Deno.test(`parseCommandLine() refuses "${line}"`, () => assertEquals(problem(line), message));
}
