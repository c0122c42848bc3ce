/** `retry`: a failed command is started again in the same run. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Program, Programs } from "../../fakes/processes.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";
import type { FakeSystem } from "../../fakes/system.ts";

const BEGIN = Date.parse("2026-03-02T10:00:00Z");

/** A command that ends in these ways, one after the other. */
function ending(...ends: Program[]): Programs {
  let i = 0;
  return { "*": {}, "/bin/main": () => ends[Math.min(i++, ends.length - 1)]! };
}

function task(more: string): string {
  return `[task#0]\ncommand = /bin/main\n${more}`;
}

function startsOf({ processes }: FakeSystem): number[] {
  return processes.started.map(({ at }) => (at - BEGIN) / 1000);
}

const FAILS: Program = { code: 3 };
const cases: {
  edge: string;
  more: string;
  ends: Program[];
  args?: string[];
  starts: number[];
  code: number;
}[] = [
  { edge: "not without retry", more: "", ends: [FAILS], starts: [0], code: 3 },
  { edge: "until it does well", more: "retry = 5\n", ends: [FAILS, FAILS, {}], starts: [0, 10, 30], code: 0 },
  {
    edge: "as often as is said, and gives the last code",
    more: "retry = 2\n",
    ends: [FAILS, FAILS, { code: 4 }],
    starts: [0, 10, 30],
    code: 4,
  },
  {
    edge: "after pauses that double up to the longest",
    more: "retry = 4\nretry_delay = 1m\nretry_max_delay = 3m\n",
    ends: [FAILS],
    starts: [0, 60, 180, 360, 540],
    code: 3,
  },
  { edge: "not after a success", more: "retry = 3\n", ends: [{}], starts: [0], code: 0 },
  {
    edge: "not after a code that retcodes maps to warn",
    more: "retry = 3\nretcodes = 0:up 3:warn\n",
    ends: [FAILS],
    starts: [0],
    code: 3,
  },
  {
    edge: "after a timeout",
    more: "retry = 1\ntimeout = 5s\n",
    ends: [{ durationMs: Infinity }, {}],
    starts: [0, 15],
    code: 0,
  },
  {
    edge: "after a signal from elsewhere",
    more: "retry = 1\n",
    ends: [{ signal: "SIGSEGV" }, {}],
    starts: [0, 10],
    code: 0,
  },
  {
    edge: "when the scheduler asks, too",
    more: "retry = 1\n",
    ends: [FAILS, {}],
    args: ["--cron"],
    starts: [0, 10],
    code: 0,
  },
];

for (const { edge, more, ends, args = [], starts, code } of cases) {
  Deno.test(`run repeats a command ${edge}`, async () => {
    const { system, exitCode } = await runService(task(more), args, {
      programs: ending(...ends),
      isTerminal: { stdin: true },
    });
    assertEquals([startsOf(system).map(Math.floor), exitCode], [starts, code]);
  });
}

Deno.test("run repeats a command that cannot be started", async () => {
  const { system, exitCode } = await runService(task("retry = 1\n"), [], {
    programs: ending({ error: new Error("No such file") }, {}),
    isTerminal: { stdin: true },
  });
  assertEquals([commandsOf(system), exitCode], [["/bin/main"], 0]);
});

Deno.test("run tells of the attempts, in the log, in the result and on record: one record for the run", async () => {
  const { system } = await runService(task("retry = 3\n"), ["--format", "json"], {
    programs: ending(FAILS, FAILS, {}),
    isTerminal: { stdin: true },
  });
  assertEquals(logOf(system).filter((line) => line.includes("attempt")), [
    "task#0 WARNING attempt 1 of 4 failed: exit code 3",
    "task#0 INFO attempt 2 of 4 in 10 s",
    "task#0 WARNING attempt 2 of 4 failed: exit code 3",
    "task#0 INFO attempt 3 of 4 in 20 s",
  ]);
  assertEquals(resultsOf(system).map(({ code, attempts }) => [code, attempts]), [[0, 3]]);
  const lines = system.files.read("/var/lib/agent/svc/svc1/task#0/history.jsonl")!.trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  assertEquals(records.map(({ exitcode, attempts, at, ended_at }) => [exitcode, attempts, at, ended_at]), [
    [0, 3, "2026-03-02T10:00:00.000Z", "2026-03-02T10:00:30.000Z"],
  ]);
});

Deno.test("run does not repeat a command that an interrupt ended", async () => {
  const system = fakeSystem({
    config: { svc1: task("retry = 3\n") },
    programs: ending({ durationMs: Infinity }),
  });
  const exit = startAgent(["svc1", "run"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGTERM");
  assertEquals([await system.clock.runUntil(exit), startsOf(system)], [143, [0]]);
});

Deno.test("an interrupt ends the waiting for the next attempt, at once, with on_error", async () => {
  const config = { svc1: task("retry = 3\nretry_delay = 1h\non_error = /bin/hook\n") };
  const options = { config, programs: ending(FAILS), isTerminal: { stdin: true } };
  const system = fakeSystem(options);
  const exit = startAgent(["svc1", "run", "--format", "json"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(exit), 130);
  assertEquals([commandsOf(system), startsOf(system)], [["/bin/main", "/bin/hook"], [0, 5]]);
  const [result] = resultsOf(system);
  assertEquals([result?.code, result?.attempts, result?.reason], [
    130,
    1,
    "interrupted by SIGINT before attempt 2 of 4: exit code 3",
  ]);
});

Deno.test("the slot stays taken between two attempts", async () => {
  const config = { svc1: task("retry = 1\nretry_delay = 1h\n") };
  const system = fakeSystem({ config, programs: ending(FAILS, {}), isTerminal: { stdin: true } });
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(60_000);
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(logOf(system).join("\n"), "task is already running 1 times");
  assertEquals(await system.clock.runUntil(first), 0);
});

Deno.test("run does not repeat a command whose input was handed to the first attempt", async () => {
  const started = async (input?: string) => {
    const system = fakeSystem({ config: { svc1: task("retry = 3\n") }, programs: ending(FAILS, {}) });
    const { realPath } = system.files;
    system.files.realPath = (path) => path === "/proc/self/fd/0" ? input : realPath.call(system.files, path);
    await runAgent(["svc1", "run"], system);
    return { starts: startsOf(system), log: logOf(system).join("\n") };
  };
  for (const input of [undefined, "/srv/dump.sql"]) {
    const { starts, log } = await started(input);
    assertEquals(starts, [0]);
    assertStringIncludes(log, "WARNING not repeated: its input is used up");
  }
  assertEquals((await started("/dev/null")).starts, [0, 10]);
});

Deno.test("triggers run once around all attempts", async () => {
  const { commands } = await runService(
    task("retry = 1\npre_run = /bin/before\npost_run = /bin/after\n"),
    [],
    {
      programs: ending(FAILS, {}),
      isTerminal: { stdin: true },
    },
  );
  assertEquals(commands, ["/bin/before", "/bin/main", "/bin/main", "/bin/after"]);
});
