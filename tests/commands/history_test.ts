import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[task#0]\ncommand = /bin/true\ntimezone = Europe/Paris\n[task#1]\ncommand = /bin/true\n";

function record(at: string, more: Record<string, unknown> = {}): string {
  const full = {
    at: `2026-03-01T${at}Z`,
    planned_at: null,
    ended_at: `2026-03-01T${at.slice(0, 6)}59.500Z`,
    exitcode: 0,
    signal: null,
    reason: null,
    status: "up",
    origin: "user",
    session_id: "abcdef01-2345",
    user: "root",
    pid: 7,
    ...more,
  };
  return `${JSON.stringify(full)}\n`;
}

const LOST = {
  ended_at: null,
  exitcode: null,
  status: "undef",
  reason: "the agent was ended before the command",
};
const FAILED = { exitcode: 3, status: "down", reason: "exit code 3" };
const HARMLESS = { exitcode: 1, status: "up" };

const FILES = {
  "/var/lib/agent/svc/svc1/task#0/history.jsonl": record("10:00:00.250", {
    planned_at: "2026-03-01T10:00:00.000Z",
    origin: "scheduler",
  }) + record("12:00:00.000", LOST),
  "/var/lib/agent/svc/svc1/task#1/history.jsonl": record("11:00:00.000", FAILED) +
    record("13:00:00.000", HARMLESS),
};

function withHistory(files: Readonly<Record<string, string>> = FILES): FakeSystem {
  return fakeSystem({ config: { svc1: CONFIG, svc2: "[task#7]\ncommand = /bin/true\n" }, files });
}

async function history(args: readonly string[], system = withHistory()) {
  const exitCode = await runAgent(args, system);
  return { exitCode, stdout: system.stdout.text, stderr: system.stderr.text };
}

async function startsOf(...args: string[]): Promise<string[]> {
  const { stdout } = await history(["svc1", "history", "--format", "json", ...args]);
  return JSON.parse(stdout).map(({ at }: { at: string }) => at.slice(11, 13));
}

Deno.test("history is a table, the newest last, with the times of each task's zone", async () => {
  const { exitCode, stdout, stderr } = await history(["svc1", "history"]);
  assertEquals([exitCode, stderr], [0, ""]);
  assertEquals(stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  ")).slice(2), [
    "task#0  2026-03-01 11:00:00  0.3s  59s  0  up  scheduler  root  abcdef01  -",
    "task#1  2026-03-01 11:00:00  -  1m00s  3  down  user  root  abcdef01  exit code 3",
    "task#0  2026-03-01 13:00:00  -  ?  ?  undef  user  root  abcdef01  the agent was ended before the command",
    "task#1  2026-03-01 13:00:00  -  1m00s  1  up  user  root  abcdef01  -",
    "",
  ]);
});

Deno.test("history --format json has the documented fields", async () => {
  const { stdout } = await history(["svc1", "history", "--format", "json", "--rid", "task#0"]);
  const [first, lost] = JSON.parse(stdout);
  assertEquals(first, {
    path: "svc1",
    rid: "task#0",
    at: "2026-03-01T10:00:00.250Z",
    planned_at: "2026-03-01T10:00:00.000Z",
    lateness: 0.25,
    ended_at: "2026-03-01T10:00:59.500Z",
    duration: 59.25,
    exitcode: 0,
    signal: null,
    status: "up",
    reason: null,
    origin: "scheduler",
    user: "root",
    session_id: "abcdef01-2345",
    pid: 7,
    timezone: "Europe/Paris",
  });
  assertEquals([lost.ended_at, lost.duration, lost.exitcode], [null, null, null]);
});

Deno.test("history --format csv starts with the fields", async () => {
  const { stdout } = await history(["svc1", "history", "--format", "csv", "-n", "1"]);
  const [fields, row] = stdout.split("\r\n");
  assertEquals(fields?.split(",").slice(0, 4), ["path", "rid", "at", "planned_at"]);
  assertEquals(row?.split(",").slice(0, 4), ["svc1", "task#1", "2026-03-01T13:00:00.000Z", ""]);
});

Deno.test("history counts from the end, and chooses by task, failure and time", async () => {
  assertEquals(await startsOf(), ["10", "11", "12", "13"]);
  assertEquals(await startsOf("-n", "2"), ["12", "13"]);
  assertEquals(await startsOf("-n", "0"), []);
  assertEquals(await startsOf("--rid", "task#1"), ["11", "13"]);
  assertEquals(await startsOf("--failed"), ["11", "12"]);
  assertEquals(await startsOf("--since", "2026-03-01T12:00"), ["12", "13"]);
  assertEquals(await startsOf("--since", "2026-03-01 13:00:00+01:00"), ["12", "13"]);
  assertEquals(await startsOf("--since", "23h"), ["11", "12", "13"]);
});

Deno.test("history leaves out lines that cannot be read, and tells how many", async () => {
  const path = "/var/lib/agent/svc/svc1/task#0/history.jsonl";
  const text = `{"at": torn\n${record("10:00:00.000")}{"exitcode":1}\n{"at":5}\n`;
  const { exitCode, stdout, stderr } = await history(
    ["svc1", "history", "--format", "jsonl"],
    withHistory({ [path]: text }),
  );
  assertEquals([exitCode, stdout.trimEnd().split("\n").length], [0, 1]);
  assertEquals(stderr, "agent: 3 lines of the history cannot be read, and are left out\n");
});

Deno.test("history names services when there are several, and knows tasks that are no longer configured", async () => {
  const system = withHistory({
    ...FILES,
    "/var/lib/agent/svc/svc2/task#old/history.jsonl": record("09:00:00.000"),
  });
  const { stdout } = await history(["*", "history"], system);
  assertStringIncludes(stdout, "\nsvc2  task#old  2026-03-01 09:00:00");
  assertStringIncludes(stdout, "\nsvc1  task#1    2026-03-01 13:00:00");
});

Deno.test("history follows state_dir, and says when that is out of reach", async () => {
  const config = { svc1: `[DEFAULT]\nstate_dir = /shared\n${CONFIG}` };
  const gone = fakeSystem({ config });
  const out = await history(["svc1", "history", "--format", "json"], gone);
  assertEquals([out.exitCode, out.stdout], [1, "[]\n"]);
  assertStringIncludes(out.stderr, "state_dir /shared is not there");
  const there = fakeSystem({ config, files: { "/shared/task#0/history.jsonl": record("10:00:00.000") } });
  assertEquals((await history(["svc1", "history", "--format", "jsonl"], there)).stdout.split("\n").length, 2);
});

Deno.test("history refuses a bad number, a bad date, and a task that is not there", async () => {
  assertEquals((await history(["svc1", "history", "-n", "-1"])).exitCode, 2);
  const date = await history(["svc1", "history", "--since", "yesterday"]);
  assertEquals(date.exitCode, 2);
  assertStringIncludes(date.stderr, 'Cannot use --since: the value is "yesterday", expected a date');
  assertEquals((await history(["svc1", "history", "--rid", "task#9"])).exitCode, 4);
  assertEquals((await history(["nosuch", "history"])).exitCode, 4);
});
