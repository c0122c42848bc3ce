import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[task#0]\ncommand = /bin/true\n";

function line(second: number, message: string, { path = "a", rid = "task#0", sid = "s1" } = {}): string {
  const fields = `sid:${sid} n:n1 o:${path}${rid === "" ? "" : ` r:${rid}`} sc:n`;
  return `2026-03-02 10:00:${String(second).padStart(2, "0")},000 INFO ${fields} | ${message}\n`;
}

function withLogs(files: Readonly<Record<string, string>>): FakeSystem {
  return fakeSystem({ config: { a: CONFIG, b: CONFIG }, files });
}

function messages(system: FakeSystem): string[] {
  return system.stdout.lines.map((each) => each.split(" INFO    ")[1]!);
}

Deno.test("logs shows the files that were set aside first, and -n counts across them", async () => {
  const system = withLogs({
    "/var/log/agent/a.log.2": line(1, "one"),
    "/var/log/agent/a.log.1": line(2, "two") + "torn li\n" + line(3, "three"),
    "/var/log/agent/a.log": line(4, "four", { rid: "" }),
  });
  assertEquals(await runAgent(["a", "logs"], system), 0);
  assertEquals(system.stdout.lines, [
    "2026-03-02 10:00:01,000 task#0      INFO    one",
    "2026-03-02 10:00:02,000 task#0      INFO    two",
    "2026-03-02 10:00:03,000 task#0      INFO    three",
    "2026-03-02 10:00:04,000             INFO    four",
  ]);
  system.stdout.clear();
  await runAgent(["a", "logs", "-n", "2"], system);
  assertEquals(messages(system), ["three", "four"]);
});

Deno.test("logs merges several services by time and names them", async () => {
  const system = withLogs({
    "/var/log/agent/a.log": line(1, "one") + line(3, "three"),
    "/var/log/agent/b.log": line(2, "two", { path: "b" }),
  });
  await runAgent(["a,b", "logs"], system);
  assertEquals(messages(system), ["one", "two", "three"]);
  assertStringIncludes(system.stdout.text, "10:00:02,000 b task#0      INFO    two");
});

Deno.test("logs --rid and --session choose lines: a rid, a group, a glob, the beginning of a session", async () => {
  const system = withLogs({
    "/var/log/agent/a.log": line(1, "one", { sid: "abc" }) + line(2, "two", { rid: "fs#1" }) +
      line(3, "three", { rid: "" }) + line(4, "four", { rid: "task#00", sid: "xyz" }),
  });
  const chosen = async (...args: string[]) => {
    system.stdout.clear();
    await runAgent(["a", "logs", ...args], system);
    return messages(system);
  };
  assertEquals(await chosen("--rid", "task#0"), ["one"]);
  assertEquals(await chosen("--rid", "task,fs#1"), ["one", "two", "four"]);
  assertEquals(await chosen("--rid", "*#0*"), ["one", "four"]);
  assertEquals(await chosen("--session", "ab"), ["one"]);
});

Deno.test("logs --format json has the documented fields; a service without a log has none", async () => {
  const system = withLogs({ "/var/log/agent/a.log": line(1, "one") });
  await runAgent(["a", "logs", "--format", "json"], system);
  assertEquals(JSON.parse(system.stdout.text), [{
    at: "2026-03-02 10:00:01,000",
    level: "INFO",
    path: "a",
    rid: "task#0",
    session_id: "s1",
    is_scheduled: false,
    node: "n1",
    message: "one",
  }]);
  system.stdout.clear();
  assertEquals(await runAgent(["b", "logs"], system), 0);
  assertEquals(system.stdout.text, "");
});

Deno.test("logs -f goes on with new lines across a rotation, and ends quietly with 130 at an interrupt", async () => {
  const file = "/var/log/agent/a.log";
  const system = withLogs({ [file]: line(1, "one") + line(2, "two") });
  const following = startAgent(["a", "logs", "-f", "-n", "1"], system);
  await system.clock.advance(10);
  system.files.append(file, line(3, "three") + "2026-03-02 10:00:04,000 INFO n:n1 sc");
  await system.clock.advance(10);
  assertEquals(messages(system), ["two", "three"]);

  system.files.append(file, ":n | four\n");
  system.files.rename(file, `${file}.1`);
  await system.clock.advance(10);
  system.files.append(file, line(5, "five"));
  await system.clock.advance(10);
  assertEquals(messages(system), ["two", "three", "four", "five"]);

  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(following), 130);
  assertEquals(system.stderr.text, "");
});

Deno.test("logs -f finds lines that no event told of, and the log of a service that had none", async () => {
  const system = withLogs({});
  const following = startAgent(["b", "logs", "-f", "--format", "jsonl"], system);
  await system.clock.advance(10);
  system.files.put("/var/log/agent/b.log", line(1, "one", { path: "b" }));
  await system.clock.advance(5_000);
  assertEquals(system.stdout.lines.map((text) => JSON.parse(text).message), ["one"]);
  system.signals.send("SIGTERM");
  assertEquals(await system.clock.runUntil(following), 143);
});

const JOB = { "*": { durationMs: Infinity, stdout: "hello\n" } };

/** A service whose task#0 runs, as does task#1 after it, in one session. */
async function running(): Promise<{ readonly system: FakeSystem; readonly run: Promise<number> }> {
  const config = { a: `${CONFIG}[task#1]\ncommand = /bin/more\n`, b: CONFIG };
  const system = fakeSystem({ config, programs: { ...JOB, "/bin/true": JOB["*"] } });
  const run = startAgent(["a", "run"], system);
  await system.clock.advance(1_000);
  return { system, run };
}

Deno.test("logs -f --session shows a whole session and ends by itself, with 0, when its runs are over", async () => {
  const { system, run } = await running();
  const following = startAgent(["a", "logs", "-f", "--session", "0000"], system);
  const one = startAgent(["a", "logs", "-f", "--session", "last", "--rid", "task#0", "-n", "0"], system);
  let isOneOver = false;
  void one.then(() => isOneOver = true);
  await system.clock.advance(5_000);
  assertEquals([system.stdout.text.match(/hello/g)?.length, isOneOver], [1, false]);

  system.processes.finish(101, { kind: "exited", code: 3 });
  await system.clock.advance(1_000);
  // The run of that task is over; the session goes on with the next one.
  assertEquals([isOneOver, await one], [true, 0]);
  system.processes.finish(102);
  await system.clock.runUntil(run);
  const agent = system.processes.self;
  system.processes.finish(agent.pid);
  assertEquals(await system.clock.runUntil(following), 0);
  const lines = messages(system).filter((each) => each !== undefined);
  assertEquals(lines, ["/bin/true", "| hello", "/bin/more", "| hello"]);
  assertStringIncludes(system.stdout.text, "command return code [3]");
});

Deno.test("logs -f --session of a run that is over ends at once", async () => {
  const { system, run } = await running();
  for (const pid of [101, 102]) {
    system.processes.finish(pid);
    await system.clock.advance(100);
  }
  await system.clock.runUntil(run);
  system.stdout.clear();
  const begin = system.clock.monotonic();
  const args = ["a", "logs", "-f", "--session", "last", "--rid", "task#0"];
  assertEquals(await runAgent(args, system), 0);
  assertEquals([messages(system), system.clock.monotonic() - begin], [["/bin/true", "| hello"], 0]);
});

Deno.test("logs --session refuses what no run has, and the beginning of several", async () => {
  const system = withLogs({
    "/var/log/agent/a.log": line(1, "one", { sid: "abc" }) + line(2, "two", { sid: "abd" }),
  });
  assertEquals(await runAgent(["a", "logs", "--session", "x"], system), 4);
  assertEquals(await runAgent(["a", "logs", "-f", "--session", "last"], system), 4);
  assertEquals(await runAgent(["a", "logs", "--session", "ab"], system), 1);
  assertEquals(system.stderr.lines, [
    'agent: Cannot find the session "x": no run has it, expected one that ps, history or logs show',
    "agent: Cannot find the last run: no task that was named has run, expected one that has",
    'agent: Cannot find the session "ab": 2 begin like that, expected one of abc, abd',
  ]);
  assertEquals(await runAgent(["a", "logs", "--session", ""], system), 2);
  assertEquals(system.stdout.text, "");
  assertEquals(await runAgent(["a", "logs", "--session", "abd"], system), 0);
  assertEquals(messages(system), ["two"]);
});

Deno.test("logs -f shows each line once, and all lines of several rotations between two looks", async () => {
  const file = "/var/log/agent/a.log";
  const system = withLogs({ [file]: line(1, "one") });
  const following = startAgent(["a", "logs", "-f"], system);
  await system.clock.advance(10);
  for (const [second, word] of [[2, "two"], [3, "three"]] as const) {
    system.files.append(file, line(second, word));
    if (system.files.facts(`${file}.1`)) system.files.rename(`${file}.1`, `${file}.2`);
    system.files.rename(file, `${file}.1`);
  }
  system.files.append(file, line(4, "vier ü"));
  await system.clock.advance(600);
  system.files.append(file, line(5, "five"));
  await system.clock.advance(600);
  assertEquals(messages(system), ["one", "two", "three", "vier ü", "five"]);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(following), 130);
});

Deno.test("logs refuses to follow as a JSON array, and a negative number of lines", async () => {
  const system = withLogs({});
  assertEquals(await runAgent(["a", "logs", "-f", "--format", "json"], system), 2);
  assertEquals(await runAgent(["a", "logs", "-n", "-1"], system), 2);
});
