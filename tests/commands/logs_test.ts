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

Deno.test("logs refuses to follow as a JSON array, and a negative number of lines", async () => {
  const system = withLogs({});
  assertEquals(await runAgent(["a", "logs", "-f", "--format", "json"], system), 2);
  assertEquals(await runAgent(["a", "logs", "-n", "-1"], system), 2);
});
