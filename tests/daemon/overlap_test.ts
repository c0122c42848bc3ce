import { assertEquals } from "@std/assert";
import { startAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { fakeSystem } from "../fakes/system.ts";

function task(name: string, schedule: string, more = ""): string {
  return `[task#0]\ncommand = /bin/job ${name}\nschedule = ${schedule}\n${more}`;
}

function jobs(seconds: number) {
  return { "*": { durationMs: seconds * 1000 } };
}

function capped(places: number, config: Record<string, string>, seconds: number) {
  const files = { "/etc/agent/node.conf": `[node]\nmax_parallel = ${places}\n` };
  return { config, files, programs: jobs(seconds) };
}

Deno.test("the daemon does not start what still runs, tells once, and runs an overdue period right after", async () => {
  await withDaemon({ config: { svc1: task("a", "@1") }, programs: jobs(150) }, async (daemon) => {
    await daemon.advance(299);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job a", "10:02:30 /bin/job a"]);
    assertEquals(daemon.stamp(), "10:02:30");
    assertEquals(
      daemon.log("svc1 run task#0: still running, not started again").length,
      2,
      "once for each run",
    );
  });
});

Deno.test("the daemon does not run a lone time after the run that was in its way", async () => {
  const config = { svc1: task("a", '["10:00:00", "10:01"]') };
  await withDaemon({ config, programs: jobs(120) }, async (daemon) => {
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job a"]);
    assertEquals(daemon.log("still running").length, 1);
  });
});

Deno.test("the daemon lets max_parallel runs of a task overlap, and no more", async () => {
  const config = { svc1: task("a", "@1", "max_parallel = 2\n") };
  await withDaemon({ config, programs: jobs(200) }, async (daemon) => {
    await daemon.advance(239);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job a", "10:01:00 /bin/job a", "10:03:20 /bin/job a"]);
  });
});

Deno.test("the daemon waits for a run by hand, tells once, and runs after it", async () => {
  const system = fakeSystem({ config: { svc1: task("a", "10:00:30-11:00") }, programs: jobs(100) });
  await withDaemon(system, async (daemon) => {
    const byHand = startAgent(["svc1", "run"], system);
    await daemon.advance(140);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job a", "10:01:40 /bin/job a"]);
    assertEquals(daemon.log("task is already running 1 times").length, 1);
    assertEquals(await byHand, 0);
  });
});

Deno.test("the daemon runs at most node.max_parallel commands, by planned time and then by priority", async () => {
  const config = {
    late: task("late", "10:00:30"),
    low: task("low", "10:00:10", "") + "[DEFAULT]\npriority = 200\n",
    high: task("high", "10:00:10") + "[DEFAULT]\npriority = 1\n",
    first: task("first", "10:00:05"),
  };
  await withDaemon(capped(1, config, 40), async (daemon) => {
    await daemon.advance(200);
    assertEquals(daemon.takeStarts(), [
      "10:00:05 /bin/job first",
      "10:00:45 /bin/job high",
      "10:01:25 /bin/job low",
      "10:02:05 /bin/job late",
    ]);
  });
});

Deno.test("the daemon loses no planned instant because the node is full, however long that lasts", async () => {
  const names = Array.from({ length: 6 }, (_, i) => `s${i}`);
  const config = Object.fromEntries(names.map((name) => [name, task(name, "10:01")]));
  await withDaemon(capped(2, config, 600), async (daemon) => {
    await daemon.advance(1_900);
    const starts = daemon.takeStarts();
    assertEquals(starts.map((line) => line.slice(0, 8)), [
      "10:01:00",
      "10:01:00",
      "10:11:00",
      "10:11:00",
      "10:21:00",
      "10:21:00",
    ]);
    const stamp = Number(daemon.system.files.read("/var/lib/agent/svc/s5/scheduler/last_task#0"));
    assertEquals(new Date(stamp * 1000).toISOString(), "2026-03-02T10:01:00.000Z");
    assertEquals(daemon.log("missed"), []);
  });
});

Deno.test("the daemon lets nobody starve on a full node", async () => {
  const names = Array.from({ length: 4 }, (_, i) => `s${i}`);
  const config = Object.fromEntries(
    names.map((name, i) => [name, task(name, "@1") + `[DEFAULT]\npriority = ${i}\n`]),
  );
  await withDaemon(capped(1, config, 50), async (daemon) => {
    await daemon.advance(50 * 20);
    const counts = new Map<string, number>();
    for (const line of daemon.takeStarts()) counts.set(line, 0);
    const perName = names.map((name) => [...counts.keys()].filter((line) => line.endsWith(name)).length);
    assertEquals(Math.max(...perName) - Math.min(...perName) <= 1, true, perName.join());
  });
});

Deno.test("the daemon gives up a window that closes while the node is full", async () => {
  const config = { busy: task("busy", "10:00"), svc1: task("a", "10:01-10:03") };
  await withDaemon(capped(1, config, 600), async (daemon) => {
    await daemon.advance(1_800);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job busy"]);
  });
});

Deno.test("the daemon refreshes statuses although every place is taken", async () => {
  const config = { svc1: `[DEFAULT]\nstatus_schedule = @1\n${task("a", "@1")}` };
  await withDaemon(capped(1, config, 600), async (daemon) => {
    await daemon.advance(300);
    const { updated } = JSON.parse(daemon.system.files.read("/var/lib/agent/svc/svc1/status.json")!);
    assertEquals(daemon.system.clock.now() / 1000 - updated <= 90, true);
  });
});

Deno.test("the daemon goes on after a command that fails, cannot be started, or is refused", async () => {
  const config = {
    fails: task("fails", "@1"),
    refused: task("refused", "@1", "user = nosuch\n"),
    gone: "[task#0]\ncommand = /bin/gone\nschedule = @1\n",
  };
  const programs = { "/bin/job fails": { code: 3 }, "/bin/gone": { error: new Error("No such file") } };
  const system = await withDaemon({ config, programs }, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job fails", "10:01:00 /bin/job fails"]);
  });
  const last = (name: string) =>
    JSON.parse(system.files.read(`/var/lib/agent/svc/${name}/task#0/last_run`) ?? "{}").exitcode;
  assertEquals([last("fails"), last("gone"), last("refused")], [3, 127, undefined]);
  assertEquals(system.files.facts("/var/lib/agent/svc/refused/scheduler/last_task#0"), undefined);
});
