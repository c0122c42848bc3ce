import { assertEquals, assertStringIncludes } from "@std/assert";
import type { FakeOptions } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf, runService } from "../../fakes/run_service.ts";

/** Tasks that end with these codes; the rest of a word are lines of the section. */
function tasks(...ends: string[]): string {
  return ends.map((end, i) => {
    const [code, ...lines] = end.split("; ");
    return `[task#${i}]\ncommand = /bin/exit ${code}\n${lines.join("\n")}\n`;
  }).join("");
}

const PROGRAMS: FakeOptions["programs"] = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((code) => [`/bin/exit ${code}`, { code }])),
  "/bin/exit segv": { signal: "SIGSEGV" },
  "/bin/exit never": { durationMs: Infinity },
  "/bin/exit slowly": { durationMs: 30_000 },
};

const codes: { edge: string; config: string; code: number; started: number }[] = [
  { edge: "0 when all end well", config: tasks("0", "0"), code: 0, started: 2 },
  { edge: "the command's own code", config: tasks("5"), code: 5, started: 1 },
  {
    edge: "the first failing task's, and later ones still run",
    config: tasks("0", "3", "5"),
    code: 3,
    started: 3,
  },
  { edge: "0 for a failing optional task", config: tasks("3; optional = true"), code: 0, started: 1 },
  {
    edge: "that of the task that is not optional",
    config: tasks("3; optional = true", "4"),
    code: 4,
    started: 2,
  },
  { edge: "that of what stops the sequence", config: tasks("3; optional = false", "4"), code: 3, started: 1 },
  {
    edge: "a mapped code, unchanged, without failure",
    config: tasks("3; retcodes = 0:up 3:warn"),
    code: 3,
    started: 1,
  },
  {
    edge: "a real failure before a mapped code",
    config: tasks("3; retcodes = 0:up 3:up", "4"),
    code: 4,
    started: 2,
  },
  {
    edge: "a mapped code that does not stop the sequence",
    config: tasks("3; retcodes = 0:up 3:warn; optional = false", "0"),
    code: 3,
    started: 2,
  },
  {
    edge: "the command's 0, although the map calls it down",
    config: tasks("0; retcodes = 0:down"),
    code: 0,
    started: 1,
  },
  { edge: "139 after SIGSEGV", config: tasks("segv"), code: 139, started: 1 },
  { edge: "124 after the timeout", config: tasks("never; timeout = 5s"), code: 124, started: 1 },
  {
    edge: "124 with the other name of the keyword",
    config: tasks("never; run_timeout = 5s"),
    code: 124,
    started: 1,
  },
  { edge: "127 for what is not there", config: "[task#0]\ncommand = /bin/nosuch\n", code: 127, started: 1 },
];

for (const { edge, config, code, started } of codes) {
  Deno.test(`run exits with ${edge}`, async () => {
    const { system, exitCode } = await runService(config, [], { programs: PROGRAMS });
    assertEquals(exitCode, code);
    assertEquals(system.processes.started.length, started);
  });
}

Deno.test("run tells how each task ended in JSON: code, signal, status and reason", async () => {
  const config = tasks("0", "3", "segv", "never; timeout = 5s", "4; optional = false", "0");
  const { system } = await runService(config, ["--format", "json"], { programs: PROGRAMS });
  const told = resultsOf(system).map(({ rid, outcome, code, signal, status, reason }) =>
    [rid, outcome, code, signal, status, reason].join(" | ")
  );
  assertEquals(told, [
    "task#0 | ran | 0 |  | up | ",
    "task#1 | ran | 3 |  | down | exit code 3",
    "task#2 | ran | 139 | SIGSEGV | down | ended by SIGSEGV",
    "task#3 | ran | 124 | SIGTERM | down | timeout after 5 seconds",
    "task#4 | ran | 4 |  | down | exit code 4",
    "task#5 | skipped | 0 |  |  | an earlier task failed",
  ]);
});

Deno.test("run distinguishes a command that cannot be executed from one that is not there", async () => {
  const cases: [Error, number][] = [
    [new Error("Cannot start: No such file or directory"), 127],
    [new Error("Cannot start: Permission denied"), 126],
  ];
  for (const [error, code] of cases) {
    const programs = { "/bin/odd": { error } };
    const { system, exitCode } = await runService("[task#0]\ncommand = /bin/odd\n", [], { programs });
    assertEquals(exitCode, code);
    assertStringIncludes(system.stderr.text, error.message);
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([last.exitcode, last.pid, last.status], [code, null, "down"]);
  }
});

Deno.test("run of several services goes by path, then by run order, and exits with the first failure", async () => {
  const config = { b: tasks("0", "5"), a10: tasks("3"), a2: tasks("0", "4") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  assertEquals(await runAgent(["*", "run"], system), 4);
  assertEquals(commandsOf(system).map((line) => line.at(-1)).join(""), "04305");
});

Deno.test("run --parallel runs the services side by side, and still exits with the first failure by path", async () => {
  const programs = { "/bin/slow": { durationMs: 1_000, code: 7 }, "/bin/fast": { durationMs: 500, code: 8 } };
  const config = { a: "[task#0]\ncommand = /bin/slow\n", b: "[task#0]\ncommand = /bin/fast\n" };
  const took = async (args: string[]) => {
    const system = fakeSystem({ config, programs });
    const begin = system.clock.now();
    return [await runAgent(["*", "run", ...args], system), system.clock.now() - begin];
  };
  assertEquals(await took([]), [7, 1_500]);
  assertEquals(await took(["--parallel"]), [7, 1_000]);
});

Deno.test("run runs the tasks of a parallel subset side by side, after the subsets before it", async () => {
  const task = (rid: string, subset: string) => `[${rid}]\ncommand = /bin/slow ${rid}\nsubset = ${subset}\n`;
  const config = task("task#1", "a") + task("task#2", "b") + task("task#3", "b") + task("task#4", "c") +
    "[subset#task:b]\nparallel = true\n";
  const { system, exitCode } = await runService(config, [], { programs: { "*": { durationMs: 1_000 } } });
  assertEquals(exitCode, 0);
  const begin = Date.parse("2026-03-02T10:00:00Z");
  assertEquals(system.processes.started.map(({ at, argv }) => `${argv.at(-1)} ${at - begin}`), [
    "task#1 0",
    "task#2 1000",
    "task#3 1000",
    "task#4 2000",
  ]);
  assertEquals(logOf(system).includes("INFO parallel run of task#2,task#3"), true);
});

Deno.test("run tells of a service that cannot be read among others, runs the others, and exits with 3", async () => {
  const system = fakeSystem({ config: { a: "[task#0\n", b: tasks("0") }, programs: PROGRAMS });
  assertEquals(await runAgent(["*", "run"], system), 3);
  assertEquals(commandsOf(system), ["/bin/exit 0"]);
  assertStringIncludes(system.stderr.text, "agent: a: Cannot read the configuration");
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`run ends the tree, records it and exits with ${code} at ${signal}`, async () => {
    const system = fakeSystem({ config: { svc1: tasks("never", "0") }, programs: PROGRAMS });
    const ended = startAgent(["svc1", "run"], system);
    await system.clock.advance(1_000);
    assertEquals(system.signals.send(signal), true);
    assertEquals(await system.clock.runUntil(ended), code);
    assertEquals(system.processes.signals.filter((sent) => sent.startsWith("SIGTERM")), ["SIGTERM 101"]);
    assertEquals(system.processes.started.length, 1);
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([last.exitcode, last.reason], [code, `interrupted by ${signal}`]);
    assertEquals(system.files.paths.filter((path) => path.includes("/run/")), []);
  });
}

Deno.test("run gives the tree kill_grace to obey, and a second signal takes it away", async () => {
  const programs = { "/bin/stubborn": { durationMs: Infinity, ignoresTerm: true } };
  const took = async (signals: number) => {
    const config = { svc1: "[task#0]\ncommand = /bin/stubborn\nkill_grace = 20s\n" };
    const system = fakeSystem({ config, programs });
    const ended = startAgent(["svc1", "run"], system);
    await system.clock.advance(1_000);
    for (let sent = 0; sent < signals; sent++) {
      system.signals.send("SIGTERM");
      await system.clock.advance(100);
    }
    await system.clock.runUntil(ended);
    return Math.floor((system.clock.now() - Date.parse("2026-03-02T10:00:01Z")) / 1000);
  };
  assertEquals([await took(1), await took(2)], [20, 0]);
});

Deno.test("run starts no command when the signal comes during a trigger before it", async () => {
  for (const section of ["[DEFAULT]\n", "[task#0]\n"]) {
    const config = `${section}pre_run = /bin/exit slowly\n[task#0]\ncommand = /bin/exit 0\n`;
    const system = fakeSystem({ config: { svc1: config }, programs: PROGRAMS });
    const ended = startAgent(["svc1", "run"], system);
    await system.clock.advance(1_000);
    system.signals.send("SIGINT");
    assertEquals(await system.clock.runUntil(ended), 130);
    assertEquals(commandsOf(system), ["/bin/exit slowly"]);
  }
});
