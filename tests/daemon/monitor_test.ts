import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAG = "/run/agent/svc/svc1/fs#1.flag";
const LOG = "/var/log/agent/svc1.log";

function host(more: string): FakeSystem {
  return fakeSystem({
    config: { svc1: `[DEFAULT]\nnodes = *\n[fs#1]\ntype = flag\n${more}` },
    files: { [FLAG]: "" },
  });
}

function countIn(system: FakeSystem, text: string): number {
  return (system.files.read(LOG) ?? "").split(text).length - 1;
}

Deno.test("a resource that went down by itself is started again within a minute, restart_delay later", async () => {
  const system = host("restart = 2\nrestart_delay = 5s\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(61);
    system.files.remove(FLAG);
    await daemon.advance(60);
    assertEquals(system.files.facts(FLAG), undefined);
    await daemon.advance(6);
    assertEquals(system.files.facts(FLAG)?.kind, "file");
    assertEquals(countIn(system, "start 1 of 2 in 5 s"), 1);
    // Up again: the count begins anew.
    await daemon.advance(60);
    system.files.remove(FLAG);
    await daemon.advance(70);
    assertEquals(countIn(system, "start 1 of 2 in 5 s"), 2);
  });
});

Deno.test("a resource that cannot be started again is given up after restart tries, and told once", async () => {
  const system = host("restart = 3\nrestart_delay = 1s\nblocking_pre_start = /bin/false\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(61);
    system.files.remove(FLAG);
    await daemon.advance(600);
    assertEquals(countIn(system, "went down: start"), 3);
    assertEquals(countIn(system, "was started 3 times in vain: nothing more is done"), 1);
  });
});

Deno.test("monitor alone tells, and does nothing; what an operator stopped, or never was up, is left alone", async () => {
  const system = host("monitor = true\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(61);
    system.files.remove(FLAG);
    await daemon.advance(300);
    assertEquals(countIn(system, "it went down: nothing more is done"), 1);
  });
  const stopped = host("restart = 2\n");
  await withDaemon(stopped, async (daemon) => {
    await daemon.advance(61);
    const stop = runAgent(["svc1", "stop"], stopped);
    assertEquals(await stop, 0);
    await daemon.advance(300);
    assertEquals(countIn(stopped, "went down"), 0);
  });
  const never = host("restart = 2\n");
  never.files.remove(FLAG);
  await withDaemon(never, async (daemon) => {
    await daemon.advance(300);
    assertEquals(countIn(never, "went down"), 0);
  });
});

Deno.test("print schedule lists resource_monitor where there is something to monitor, with its stamp", async () => {
  const system = host("restart = 1\n");
  assertEquals(await runAgent(["svc1", "resource", "monitor", "--cron"], system), 0);
  await runAgent(["svc1", "print", "schedule"], system);
  assertStringIncludes(
    system.stdout.text,
    "resource_monitor       2026-03-02 10:00:00    2026-03-02 10:01:00    DEFAULT.monitor_schedule      @1\n",
  );
  const plain = host("");
  await runAgent(["svc1", "print", "schedule"], plain);
  assertEquals(plain.stdout.text.includes("resource_monitor"), false);
  const set = fakeSystem({ config: { svc1: "[DEFAULT]\nmonitor_schedule@n1 = @0\n" } });
  await runAgent(["svc1", "print", "schedule"], set);
  assertStringIncludes(set.stdout.text, "resource_monitor");
});

Deno.test("print status shows how often a resource may still be started again", async () => {
  const system = host("restart = 12\n");
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "fs#1              ...../.+ up");
  const few = host("restart = 2\nmonitor = true\n");
  await runAgent(["svc1", "print", "status"], few);
  assertStringIncludes(few.stdout.text, ".M.../.2 up");
});

Deno.test("the monitor does not start again what an operator's stop took its time to stop", async () => {
  const system = fakeSystem({
    config: { svc1: "[DEFAULT]\nnodes = *\n[fs#1]\ntype = flag\nrestart = 2\npre_stop = /bin/drain\n" },
    files: { [FLAG]: "" },
    programs: { "/bin/drain": { durationMs: 150_000 } },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(61);
    const stop = runAgent(["svc1", "stop"], system);
    await daemon.advance(151);
    assertEquals(await stop, 0);
    await daemon.advance(300);
    assertEquals([system.files.facts(FLAG), countIn(system, "went down")], [undefined, 0]);
  });
});

Deno.test("what goes down before the first look after its start is started again", async () => {
  const system = host("restart = 2\nrestart_delay = 1s\n");
  system.files.remove(FLAG);
  await withDaemon(system, async (daemon) => {
    await daemon.advance(65);
    assertEquals(await runAgent(["svc1", "start"], system), 0);
    system.files.remove(FLAG);
    await daemon.advance(65);
    assertEquals(countIn(system, "start 1 of 2 in 1 s"), 1);
    assertEquals(system.files.facts(FLAG)?.kind, "file");
  });
});

Deno.test("what a rollback stopped again is not known to be up", async () => {
  const system = fakeSystem({
    config: {
      svc1: "[DEFAULT]\nnodes = *\n[fs#1]\ntype = flag\nrestart = 2\n" +
        "[fs#2]\ntype = flag\nblocking_pre_start = /bin/false\n",
    },
  });
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertEquals(system.files.facts(FLAG), undefined);
  assertEquals(await runAgent(["svc1", "resource", "monitor"], system), 0);
  assertEquals([system.files.facts(FLAG), countIn(system, "went down")], [undefined, 0]);
});
