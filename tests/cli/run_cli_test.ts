import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandSpec } from "../../src/cli/command.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { NotFoundError, RefusedError } from "../../src/core/errors.ts";
import { type FakeOptions, fakeSystem } from "../fakes/system.ts";
import { SAMPLE, sampleWith } from "./sample.ts";

async function run(line: string, effect?: CommandSpec["run"], options: FakeOptions = {}) {
  const system = fakeSystem(options);
  const commands = effect ? sampleWith(effect) : SAMPLE;
  const code = await runCli(line === "" ? [] : line.split(" "), system, { commands });
  return { code, out: system.stdout.text, err: system.stderr.text };
}

function thrower(error: unknown): CommandSpec["run"] {
  return () => Promise.reject(error);
}

Deno.test("runCli() gives the command's own exit code", async () => {
  assertEquals(await run("svc1 run", () => Promise.resolve(42)), { code: 42, out: "", err: "" });
});

const errors: readonly (readonly [error: unknown, code: number, line: string])[] = [
  [new UsageError("Cannot x: y"), 2, "agent: Cannot x: y\n"],
  [new SyntaxError("Cannot read it: z"), 3, "agent: Cannot read it: z\n"],
  [new NotFoundError("Cannot find it"), 4, "agent: Cannot find it\n"],
  [new RefusedError("Cannot run it"), 1, "agent: Cannot run it\n"],
  [new TypeError("x is undefined"), 1, "agent: x is undefined\n"],
  [new Error("Cannot save", { cause: new Error("disk full") }), 1, "agent: Cannot save: disk full\n"],
  [
    new Error("Cannot save: disk full", { cause: new Error("disk full") }),
    1,
    "agent: Cannot save: disk full\n",
  ],
  [new AggregateError([new Error("a"), new Error("b")], "Cannot stop"), 1, "agent: Cannot stop: a; b\n"],
  [new Error("two\nlines \x1b[31m"), 1, "agent: two\\x0alines \\x1b[31m\n"],
  ["a text", 1, "agent: a text\n"],
];

for (const [error, code, line] of errors) {
  Deno.test(`runCli() tells of ${error instanceof Error ? error.name : "a text"} in one line: ${line.trim()}`, async () => {
    assertEquals(await run("svc1 run", thrower(error)), { code, out: "", err: line });
  });
}

Deno.test("runCli() shows the stack with --debug only, as lines of the log", async () => {
  const { err } = await run("svc1 run --debug", thrower(new Error("Cannot x")));
  assertStringIncludes(err, "agent: Cannot x\n10:00:00,000             DEBUG   at ");
});

Deno.test("runCli() ends quietly when the reader of the output is gone", async () => {
  const gone = Object.assign(new Error("Broken pipe"), { name: "BrokenPipe" });
  assertEquals(await run("svc1 run", thrower(gone)), { code: 141, out: "", err: "" });
  const system = fakeSystem();
  system.stderr.failure = gone;
  assertEquals(await runCli(["svc1", "run"], system, { commands: sampleWith(thrower(new Error("x"))) }), 1);
});

Deno.test("runCli() without arguments shows the usage on standard error, and exits with 2", async () => {
  const { code, out, err } = await run("");
  assertEquals([code, out, err.split("\n")[0]], [2, "", "usage: agent SELECTOR ACTION [FLAGS]"]);
});

Deno.test("runCli() shows help and versions on standard output, and exits with 0", async () => {
  const versions = await run("--version");
  assertEquals(versions, {
    code: 0,
    out: "agent 0.1.0 (abcdef0)\nruntime deno 2.9.6\nzones 2026a\n",
    err: "",
  });
  const help = await run("svc1 run --help --rid x");
  assertEquals([help.code, help.err, help.out.split("\n")[0]], [0, "", "run: does run"]);
  assertStringIncludes((await run("--help")).out, "daemon start   does daemon start");
});

Deno.test("runCli() logs at the level that is asked for, in colours when they are", async () => {
  const effect: CommandSpec["run"] = ({ log }, { clock }) => {
    for (const level of ["DEBUG", "INFO", "WARNING", "ERROR"] as const) {
      log.write({ at: clock.now(), level, message: level.toLowerCase() });
    }
    return Promise.resolve(0);
  };
  const levels = async (flags: string, options: FakeOptions = {}) => {
    const { err } = await run(`svc1 run ${flags}`.trim(), effect, options);
    return err.trimEnd().split("\n").map((line) => line.slice(25));
  };
  assertEquals(await levels(""), ["INFO    info", "WARNING warning", "ERROR   error"]);
  assertEquals(await levels("-q"), ["ERROR   error"]);
  assertEquals((await levels("--debug")).length, 4);
  const onTerminal = { isTerminal: { stderr: true } };
  assert((await run("svc1 run", effect, onTerminal)).err.includes("\x1b[31m"));
  assert(
    !(await run("svc1 run", effect, { ...onTerminal, environment: { NO_COLOR: "1" } })).err.includes("\x1b"),
  );
  assert((await run("svc1 run --color always", effect)).err.includes("\x1b[31m"));
  assert(!(await run("svc1 run --color never", effect, onTerminal)).err.includes("\x1b"));
});

Deno.test("runCli() makes a relative --root absolute, and leaves an absolute one alone", async () => {
  const roots: (string | undefined)[] = [];
  const effect: CommandSpec["run"] = ({ flags }) => {
    roots.push(flags.string("root"));
    return Promise.resolve(0);
  };
  await run("svc1 run --root demo", effect);
  await run("svc1 run --root /srv/x", effect);
  assertEquals(roots, ["/home/op/demo", "/srv/x"]);
});
