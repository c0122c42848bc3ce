/** Lock groups under a daemon: whose turn it is, and what becomes of those who wait. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { otherAgent } from "../fakes/other_agent.ts";
import { startAgent } from "../fakes/run_agent.ts";
import { type DaemonUnderTest, withDaemon } from "../fakes/run_daemon.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../fakes/system.ts";

const LONG = { "*": { durationMs: 100_000 } };

function task(name: string, schedule: string, groups = "db", more = ""): string {
  return `[task#0]\ncommand = /bin/${name}\nschedule = ${schedule}\nlock_group = ${groups}\n${more}`;
}

function priority(value: number): string {
  return `[DEFAULT]\npriority = ${value}\n`;
}

/** What the daemon starts within so many seconds from 10:00. */
async function startsOf(seconds: number, options: FakeOptions): Promise<string[]> {
  let starts: string[] = [];
  await withDaemon({ programs: LONG, ...options }, async (daemon) => {
    await daemon.advance(seconds);
    starts = daemon.takeStarts();
  });
  return starts;
}

Deno.test("tasks of several services that share a group run one after the other, in planned order", async () => {
  const config = { c: task("c", "10:01:00"), b: task("b", "10:01:10"), a: task("a", "10:01:20") };
  assertEquals(await startsOf(900, { config }), ["10:01:00 /bin/c", "10:02:40 /bin/b", "10:04:20 /bin/a"]);
});

Deno.test("of those that are planned for the same instant, priority decides", async () => {
  const config = {
    a: task("a", "10:01") + priority(200),
    b: task("b", "1 10 * * *") + priority(150),
    c: task("c", "10:01") + priority(1),
  };
  assertEquals(await startsOf(900, { config }), ["10:01:00 /bin/c", "10:02:40 /bin/b", "10:04:20 /bin/a"]);
});

Deno.test("who waits for its turn is stamped with its planned instant, however long that takes", async () => {
  const config = { first: task("first", "10:00:10"), svc1: task("a", "10:00:20") };
  const programs = { "*": {}, "/bin/first": { durationMs: 3_600_000 } };
  await withDaemon({ config, programs }, async (daemon) => {
    await daemon.advance(3_000);
    assertEquals([daemon.takeStarts(), daemon.stamp()], [["10:00:10 /bin/first"], undefined]);
    await daemon.advance(700);
    assertEquals([daemon.takeStarts(), daemon.stamp()], [["11:00:10 /bin/a"], "10:00:20"]);
    assertEquals(daemon.log("missed"), []);
    assertEquals(daemon.log("svc1 run task#0: lock group db is held by first task#0 (process").length, 1);
  });
});

Deno.test("a window that closes while its task waits is left, one that is still open is used", async () => {
  const config = { a: task("a", "10:00:10"), b: task("b", "10:01-10:01:40"), c: task("c", "10:01:05-10:03") };
  assertEquals(await startsOf(600, { config }), ["10:00:10 /bin/a", "10:01:50 /bin/c"]);
});

Deno.test("on_skip is told of a window that closed while its task waited for its turn, and why", async () => {
  const config = { a: task("a", "10:00:10"), b: task("b", "10:01-10:01:40", "db", "on_skip = /bin/tell\n") };
  const system = fakeSystem({ config, programs: LONG });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    const told = system.processes.started.at(-1)!;
    assertEquals([told.argv.at(-1), told.env["AGENT_X_OPENSVC_CAUSE"]], ["/bin/tell", "running"]);
    assertStringIncludes(told.env["AGENT_X_OPENSVC_REASON"] ?? "", "lock group db is held by a task#0");
  });
});

Deno.test("a period waits for its turn, and counts from it", async () => {
  const config = { a: task("a", "10:00:10"), b: task("b", "@10", "db", "[DEFAULT]\n") };
  const files = {
    "/var/lib/agent/svc/b/scheduler/last_task#0": `${Date.parse("2026-03-02T09:50:30Z") / 1000}.0`,
  };
  assertEquals(await startsOf(800, { config, files, programs: LONG }), [
    "10:00:10 /bin/a",
    "10:01:50 /bin/b",
    "10:11:50 /bin/b",
  ]);
});

Deno.test("who waits with two groups is not overtaken in either of them", async () => {
  const config = {
    holder: task("holder", "10:00:10", "x"),
    both: task("both", "10:00:20", "x y"),
    later: task("later", "10:00:30", "y"),
    free: task("free", "10:00:40", "z"),
  };
  assertEquals(await startsOf(600, { config }), [
    "10:00:10 /bin/holder",
    "10:00:40 /bin/free",
    "10:01:50 /bin/both",
    "10:03:30 /bin/later",
  ]);
});

Deno.test("who waits and may not run any more is in nobody's way", async () => {
  const config = {
    holder: task("holder", "10:00:10", "x"),
    svc1: task("a", "10:00:20-11:00", "x y"),
    later: task("later", "10:00:30", "y"),
  };
  const after = "[task#0]\ncommand = /bin/a\nschedule = 10:00:20-11:00\nlock_group = x y\n";
  const ways: [what: string, change: (files: ReturnType<typeof fakeSystem>["files"]) => void][] = [
    ["disabled", (files) => files.put("/etc/agent/svc1.conf", `${after}disable = true\n`)],
    ["removed", (files) => void files.remove("/etc/agent/svc1.conf")],
    ["frozen", (files) => files.put("/var/lib/agent/svc/svc1/frozen", "")],
  ];
  for (const [what, change] of ways) {
    const system = fakeSystem({ config, programs: LONG });
    await withDaemon(system, async (daemon) => {
      await daemon.advance(25);
      change(system.files);
      await daemon.advance(4.9);
      daemon.takeStarts();
      await daemon.advance(10);
      assertEquals([what, daemon.takeStarts()], [what, ["10:00:30 /bin/later"]]);
    });
  }
});

Deno.test("a run by hand keeps the group from the daemon, which starts within a second of its end", async () => {
  const config = { hand: "[task#0]\ncommand = /bin/hand\nlock_group = db\n", svc1: task("a", "10:00:10") };
  const system = fakeSystem({ config, programs: LONG });
  await withDaemon(system, async (daemon) => {
    const byHand = startAgent(["hand", "run"], system);
    await daemon.advance(99);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/hand"]);
    await daemon.advance(2);
    assertEquals([daemon.takeStarts(), await byHand], [["10:01:40 /bin/a"], 0]);
    assertEquals(daemon.stamp(), "10:00:10");
  });
});

Deno.test("a command that lost its agent keeps the group until it ends, and no longer than a second more", async () => {
  const record = {
    session_id: "s9",
    pid: 400,
    start_time: 3_400,
    boot_id: "b0000000-0000-4000-8000-000000000001",
    at: "2026-03-02T09:59:00.000Z",
    planned_at: null,
    origin: "scheduler",
    user: "root",
    path: "gone",
    rid: "task#7",
    command_pid: 401,
    command_start_time: 3_401,
  };
  const files = { "/run/agent/lock_groups/group.db/run/400": `s9\n${JSON.stringify(record)}\n` };
  const system = fakeSystem({ config: { svc1: task("a", "10:00:10") }, programs: LONG, files });
  system.processes.adopt({ pid: 401 });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60.5);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("lock group db is held by gone task#7 (process 401)").length, 1);
    system.processes.finish(401);
    await daemon.advance(1);
    assertEquals(daemon.takeStarts(), ["10:01:01 /bin/a"]);
  });
});

Deno.test("a daemon on a full node lets the next in turn have the place", async () => {
  const config = { a: task("a", "10:00:10"), b: task("b", "10:00:20"), c: task("c", "10:00:15", "") };
  const files = { "/etc/agent/node.conf": "[node]\nmax_parallel = 1\n" };
  assertEquals(await startsOf(600, { config, files }), [
    "10:00:10 /bin/a",
    "10:01:50 /bin/c",
    "10:03:30 /bin/b",
  ]);
});

Deno.test("a task that still runs lets its planned instants go, although others wait for its group", async () => {
  const config = { svc1: task("a", "* * * * *"), b: task("b", "10:00:20") };
  await withDaemon({ config, programs: LONG }, async (daemon) => {
    await daemon.advance(280);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/a", "10:01:40 /bin/b", "10:03:20 /bin/a"]);
    // That of 10:01 came while it ran, that of 10:02 while it could wait.
    assertEquals(daemon.stamp(), "10:02:00");
  });
});

Deno.test("a clock that is set back while a task waits does not run it twice, nor forget it", async () => {
  const config = { a: task("a", "10:00:10"), b: task("b", "10:00:20") };
  const system = fakeSystem({ config, programs: LONG });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    system.clock.step(Date.parse("2026-03-02T09:59:50Z"));
    await daemon.advance(600);
    assertEquals(daemon.takeStarts().map((line) => line.slice(9)), ["/bin/a", "/bin/b"]);
  });
});

Deno.test("tasks of the boot take turns as well, and no other one of them waits for that", async () => {
  const config = { a: task("a", "@reboot"), b: task("b", "@reboot"), c: task("c", "@reboot", "") };
  assertEquals((await startsOf(300, { config })).sort(), [
    "10:00:00 /bin/a",
    "10:00:00 /bin/c",
    "10:01:40 /bin/b",
  ]);
});

Deno.test("a run that is refused gives its group back at once", async () => {
  const config = { a: task("a", "10:00:10", "db", "user = nosuch\n"), b: task("b", "10:00:20") };
  assertEquals(await startsOf(60, { config }), ["10:00:20 /bin/b"]);
});

Deno.test("the daemon leaves no group taken when it ends what runs", async () => {
  const config = { a: task("a", "10:00:10", "x y"), b: task("b", "10:00:20", "y") };
  const system = await withDaemon({ config, programs: LONG }, async (daemon) => {
    await daemon.advance(60);
    daemon.system.files.put("/run/agent/daemon.stop", "end\n");
  });
  assertEquals(recordsOf(system), []);
});

function recordsOf({ files }: FakeSystem): string[] {
  return files.paths.filter((path) => /lock_groups\/.*\/run\//.test(path));
}

/** Lets one daemon after another run on the same host. */
async function withNextDaemon(
  system: FakeSystem,
  pid: number,
  body: (daemon: DaemonUnderTest) => Promise<void>,
): Promise<void> {
  system.processes.adopt({ pid });
  await withDaemon(otherAgent(system, { pid, startTime: 3_000 + pid }), body);
  system.processes.finish(pid);
}

const WINDOWS = { a: task("a", "10:00:10-11:00", "db"), b: task("b", "10:00:20-11:00", "db tape") };

Deno.test("a run that outlives its daemon keeps its group, and the next daemon goes on with the queue", async () => {
  const system = fakeSystem({ config: WINDOWS, programs: LONG });
  await withNextDaemon(system, 200, async (daemon) => {
    await daemon.advance(30);
    assertEquals(daemon.takeStarts(), ["10:00:10 /bin/a"]);
  });
  assertEquals(recordsOf(system), ["/run/agent/lock_groups/group.db/run/200"]);
  assertEquals(await startAgent(["b", "run"], system), 1);
  const [command] = system.processes.running;
  assertStringIncludes(system.stderr.text, `lock group db is held by a task#0 (process ${command})`);
  await withNextDaemon(system, 300, async (daemon) => {
    await daemon.advance(60);
    assertEquals(recordsOf(system), ["/run/agent/lock_groups/group.db/run/300"]);
    assertEquals(daemon.takeStarts(), []);
    await daemon.advance(21);
    assertEquals(daemon.takeStarts(), ["10:01:50 /bin/b"]);
  });
});

Deno.test("a run that outlives two daemons still keeps its group", async () => {
  const system = fakeSystem({ config: WINDOWS, programs: LONG });
  for (const pid of [200, 300, 400]) await withNextDaemon(system, pid, (daemon) => daemon.advance(25));
  assertEquals(recordsOf(system), ["/run/agent/lock_groups/group.db/run/400"]);
  assertEquals(await startAgent(["b", "run"], system), 1);
});

Deno.test("a run that ends while no daemon is there frees its group at that instant", async () => {
  const system = fakeSystem({ config: WINDOWS, programs: LONG });
  await withNextDaemon(system, 200, (daemon) => daemon.advance(30));
  await system.clock.advance(79_000);
  assertEquals(await startAgent(["b", "run"], system), 1);
  await system.clock.advance(2_000);
  assertEquals(await system.clock.runUntil(startAgent(["b", "run"], system)), 0);
  assertEquals(recordsOf(system), []);
  await withNextDaemon(system, 300, (daemon) => daemon.advance(1));
  const last = JSON.parse(system.files.read("/var/lib/agent/svc/a/task#0/last_run")!);
  assertEquals(last.exitcode, 0, "and the run goes on record all the same");
});
