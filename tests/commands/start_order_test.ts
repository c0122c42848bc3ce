import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const HEAD = "[DEFAULT]\nnodes = *\n";
const FLAG = "type = flag\n";

function service(
  text: string,
  programs: NonNullable<Parameters<typeof fakeSystem>[0]>["programs"] = {},
): FakeSystem {
  return fakeSystem({ config: { svc1: HEAD + text }, programs });
}

function told(system: FakeSystem, what: RegExp): string[] {
  return system.stderr.text.split("\n").filter((line) => what.test(line)).map((line) => line.split(" ")[1]!);
}

const MADE = /create flag/;
const GONE = /remove flag/;

Deno.test("start goes by subset within a group, stop the other way round", async () => {
  const system = service(
    `[fs#1]\n${FLAG}subset = b\n[fs#2]\n${FLAG}subset = a\n[fs#3]\n${FLAG}\n[subset#fs:a]\nparallel = true\n`,
  );
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(told(system, MADE), ["fs#3", "fs#2", "fs#1"]);
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals(told(system, GONE), ["fs#1", "fs#2", "fs#3"]);
});

Deno.test("a parallel subset starts all of its resources, also when one of them fails", async () => {
  const system = service(
    `[fs#1]\n${FLAG}subset = a\nblocking_pre_start = /bin/false\n[fs#2]\n${FLAG}subset = a\n[fs#3]\n${FLAG}subset = b\n` +
      "[subset#fs:a]\nparallel = true\n",
  );
  system.files.put(
    "/etc/agent/svc1.conf",
    system.files.read("/etc/agent/svc1.conf")!.replace("*", "*\nrollback = false"),
  );
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertEquals(told(system, MADE), ["fs#2"]);
  assertStringIncludes(system.stderr.text, "parallel start of fs#1,fs#2");
});

Deno.test("a start that fails stops what it started, and only that; rollback = false keeps it", async () => {
  const text =
    `[fs#0]\n${FLAG}[fs#1]\n${FLAG}[fs#2]\n${FLAG}standby = true\n[fs#3]\n${FLAG}blocking_pre_start = /bin/false\n`;
  const system = service(text);
  await runAgent(["svc1", "start", "--rid", "fs#0"], system);
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertEquals(told(system, GONE), ["fs#1"]);
  assertStringIncludes(system.stderr.text, "rollback: stop fs#1 again");
  const kept = service(`rollback = false\n${text}`);
  assertEquals(await runAgent(["svc1", "start"], kept), 1);
  assertEquals(told(kept, GONE), []);
});

Deno.test("restart stops, then starts; stop leaves standby resources up unless it is forced", async () => {
  const system = service(`[fs#1]\n${FLAG}[fs#2]\n${FLAG}standby = true\n`);
  await runAgent(["svc1", "start"], system);
  assertEquals(await runAgent(["svc1", "restart"], system), 0);
  assertEquals(told(system, GONE), ["fs#2", "fs#1"]);
  assertEquals(told(system, MADE), ["fs#1", "fs#2", "fs#1", "fs#2"]);
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals(told(system, GONE), ["fs#2", "fs#1", "fs#1"]);
  assertStringIncludes(system.stderr.text, "fs#2 left out: standby");
  assertEquals(await runAgent(["svc1", "stop", "--force"], system), 0);
  assertEquals(told(system, GONE).at(-1), "fs#2");
});

Deno.test("the tag noaction leaves a resource out, and makes it optional", async () => {
  const system = service(`[fs#1]\n${FLAG}tags = noaction\n[fs#2]\n${FLAG}`);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(told(system, MADE), ["fs#2"]);
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  const [status] = JSON.parse(system.stdout.text);
  assertEquals([status.avail, status.optional, status.resources["fs#1"].optional], ["up", "down", true]);
});

Deno.test("triggers run around start and stop, told the action; blocking ones stop it", async () => {
  const system = service(
    `[fs#1]\n${FLAG}pre_start = /bin/a\nblocking_post_start = /bin/b\npre_stop = /bin/false\nblocking_post_stop = /bin/d\n`,
    { "/bin/a": {}, "/bin/b": { code: 3 }, "/bin/d": {} },
  );
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "blocking_post_start: /bin/b blocking error [3]");
  const { env } = system.processes.started[0]!;
  assertEquals(
    [env.AGENT_X_OPENSVC_ACTION ?? env.OPENSVC_ACTION, env.OPENSVC_RID ?? env.AGENT_X_OPENSVC_RID],
    [
      "start",
      "fs#1",
    ],
  );
  system.files.put("/run/agent/svc/svc1/fs#1.flag", "");
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertStringIncludes(system.stderr.text, "pre_stop: /bin/false non-blocking error");
});

Deno.test("start_requires and stop_requires are looked at just before; unmet is an error", async () => {
  const system = service(
    `[fs#1]\n${FLAG}start_requires = fs#2(up)\n[fs#2]\n${FLAG}stop_requires = fs#1(down)\n`,
  );
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "start_requires: fs#2 is down, expected up");
  assertEquals(await runAgent(["svc1", "start", "--rid", "fs#2"], system), 0);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(await runAgent(["svc1", "stop", "--rid", "fs#2"], system), 1);
  assertStringIncludes(system.stderr.text, "stop_requires: fs#1 is up, expected down");
});

Deno.test("provision marks and starts, unprovision stops and marks: then nothing is scheduled", async () => {
  const system = service(
    `[fs#1]\n${FLAG}[fs#2]\n${FLAG}unprovision = false\n[task#0]\ncommand = /bin/true\n`,
  );
  assertEquals(await runAgent(["svc1", "provision"], system), 0);
  assertEquals(told(system, MADE), ["fs#1", "fs#2"]);
  const state = async () => {
    const before = system.stdout.text.length;
    await runAgent(["svc1", "print", "status", "--format", "json"], system);
    return JSON.parse(system.stdout.text.slice(before))[0].provisioned;
  };
  assertEquals(await state(), true);
  assertEquals(await runAgent(["svc1", "unprovision"], system), 0);
  assertEquals(told(system, GONE), ["fs#1"]);
  assertEquals(await state(), "mixed");
});

Deno.test("one action at a time changes a service: another one waits for lock_timeout, then is refused", async () => {
  const system = service(`lock_timeout = 3s\n[fs#1]\n${FLAG}`);
  system.files.makeFolder("/var/lib/agent/svc/svc1");
  const lock = system.files.tryLock("/var/lib/agent/svc/svc1/action.lock")!;
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "another start or stop goes on since 3 s");
  lock.release();
  assertEquals(await runAgent(["svc1", "start"], system), 0);
});

Deno.test("run_on = active runs a task only where the instance is up", async () => {
  const system = service(`[fs#1]\n${FLAG}[task#0]\ncommand = /bin/true\nrun_on = active\n`);
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(system.stderr.text, "run_on = active: the instance is down, expected up");
  await runAgent(["svc1", "print", "schedule", "--explain", "--rid", "task#0"], system);
  assertStringIncludes(system.stdout.text, "run_on");
  await runAgent(["svc1", "start"], system);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
});

Deno.test("a start that waits for another action says so, and ends at once when it is interrupted", async () => {
  const system = service(`[fs#1]\n${FLAG}`);
  const other = system.files.tryLock("/var/lib/agent/svc/svc1/action.lock")!;
  const start = startAgent(["svc1", "start"], system);
  await system.clock.advance(5_000);
  assertStringIncludes(
    system.stderr.text,
    "another start or stop goes on: it is waited for, at most 60 s (lock_timeout)",
  );
  system.signals.send("SIGINT");
  await system.clock.advance(1);
  assertEquals(await start, 130);
  assertStringIncludes(system.stderr.text, "goes on: interrupted by SIGINT");
  other.release();
  await system.clock.advance(1);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
});
