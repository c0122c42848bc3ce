/** `catch_up = once`: what is made up for, what is not, and what the next daemon knows of it. */
import { assertEquals } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { type DaemonUnderTest, withDaemon } from "../fakes/run_daemon.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../fakes/system.ts";

const PROGRAMS = { "*": {}, "/bin/long": { durationMs: 5_400_000 } };

function task(schedule: string, more = "catch_up = once\n"): { svc1: string } {
  return { svc1: `[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}` };
}

function at(time: string): number {
  return Date.parse(time.includes("T") ? time : `2026-03-02T${time}Z`);
}

function times(daemon: DaemonUnderTest): string[] {
  return daemon.takeStarts().map((line) => line.slice(0, 8));
}

/** A system whose daemon ran for a minute from 10:00, and is down now; starts until then are forgotten. */
async function followed(options: FakeOptions, seconds = 60): Promise<FakeSystem> {
  const system = fakeSystem({ programs: PROGRAMS, ...options });
  await withDaemon(system, async (daemon) => await daemon.advance(seconds));
  system.processes.started.length = 0;
  return system;
}

/** Lets the daemon be down until then. */
async function downUntil(system: FakeSystem, time: string): Promise<void> {
  await system.clock.advance(at(time) - system.clock.now());
}

const downtime: {
  what: string;
  schedule: string;
  more?: string;
  runs: string[];
  stamp: string | undefined;
}[] = [
  { what: "runs a missed lone time once, at once", schedule: "10:30", runs: ["12:00:00"], stamp: "10:30:00" },
  {
    what: "runs the latest of many missed crontab instants",
    schedule: "*/20 * * * *",
    runs: ["12:00:00", "12:20:00"],
    stamp: "12:20:00",
  },
  {
    what: "runs the latest of a list",
    schedule: '["10:30", "11:15"]',
    runs: ["12:00:00"],
    stamp: "11:15:00",
  },
  {
    what: "leaves out what an exclusion covers",
    schedule: '["10:30", "11:15", "! 11:00-11:20"]',
    runs: ["12:00:00"],
    stamp: "10:30:00",
  },
  { what: "has nothing to do when nothing was planned", schedule: "09:30", runs: [], stamp: undefined },
  { what: "does not catch up by default", schedule: "10:30", more: "", runs: [], stamp: undefined },
  {
    what: "does not catch up with none",
    schedule: "10:30",
    more: "catch_up = none\n",
    runs: [],
    stamp: undefined,
  },
  {
    what: "does not catch up where a scope says so",
    schedule: "10:30",
    more: "catch_up = once\ncatch_up@n1 = none\n",
    runs: [],
    stamp: undefined,
  },
  { what: "leaves a closed window as it is", schedule: "10:30-11:30", runs: [], stamp: undefined },
];

for (const { what, schedule, more, runs, stamp } of downtime) {
  Deno.test(`a daemon that was down for two hours ${what}: ${schedule}`, async () => {
    const system = await followed({ config: task(schedule, more) });
    await downUntil(system, "12:00:00");
    await withDaemon(system, async (daemon) => {
      await daemon.advance(1_260);
      assertEquals(times(daemon), runs);
      assertEquals(schedule === "*/20 * * * *" || daemon.stamp() === stamp, true, daemon.stamp());
    });
    // Neither does the next one catch it up again.
    await withDaemon(system, async (daemon) => {
      await daemon.advance(60);
      assertEquals(times(daemon), []);
    });
  });
}

Deno.test("catch_up in DEFAULT counts for all tasks, and a task may say otherwise", async () => {
  const svc1 = "[DEFAULT]\ncatch_up = once\n[task#0]\ncommand = /bin/a\nschedule = 10:30\n" +
    "[task#1]\ncommand = /bin/b\nschedule = 30 10 * * *\n[task#2]\ncommand = /bin/c\nschedule = 10:30\ncatch_up = none\n";
  const system = await followed({ config: { svc1 } });
  await downUntil(system, "11:00:00");
  await withDaemon(system, (daemon) => {
    assertEquals(daemon.takeStarts(), ["11:00:00 /bin/a", "11:00:00 /bin/b"]);
    assertEquals(daemon.log("catches up with 2026-03-02T10:30:00").length, 2);
  });
});

Deno.test("a run that was caught up tells the instant that it was planned for", async () => {
  const system = await followed({ config: task("10:30") });
  await downUntil(system, "12:00:00");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    const { at, planned_at } = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([at, planned_at], ["2026-03-02T12:00:00.000Z", "2026-03-02T10:30:00.000Z"]);
  });
});

const nothing: { what: string; before: string; after: string }[] = [
  { what: "a new schedule", before: task("09:00").svc1, after: task("10:30").svc1 },
  { what: "a new keyword", before: task("10:30", "").svc1, after: task("10:30").svc1 },
  {
    what: "an enable",
    before: task("10:30", "disable = true\ncatch_up = once\n").svc1,
    after: task("10:30").svc1,
  },
  {
    what: "a change of anything in the file",
    before: task("10:30").svc1,
    after: task("10:30", "catch_up = once\ntimeout = 5s\n").svc1,
  },
  {
    what: "another zone",
    before: task("10:30").svc1,
    after: `${task("10:30").svc1}timezone = Africa/Abidjan\n`,
  },
];

for (const { what, before, after } of nothing) {
  for (const isDown of [true, false]) {
    Deno.test(`${what} after the instant leaves nothing to catch up, the daemon ${isDown ? "down" : "up"}`, async () => {
      const system = await followed({ config: { svc1: before } });
      if (isDown) await downUntil(system, "12:00:00");
      else await withDaemon(system, async (daemon) => await daemon.advance(3_600));
      system.processes.started.length = 0;
      system.files.put("/etc/agent/svc1.conf", after);
      await system.clock.advance(5_000);
      await withDaemon(system, async (daemon) => {
        await daemon.advance(60);
        assertEquals(times(daemon), []);
      });
    });
  }
}

Deno.test("a new task has nothing to catch up, an old file that is copied neither", async () => {
  const system = fakeSystem({ programs: PROGRAMS, now: "2026-03-02T12:00:00Z" });
  system.files.put("/etc/agent/svc1.conf", task("10:30").svc1);
  system.files.touch("/etc/agent/svc1.conf", at("2026-02-01T00:00:00Z"));
  await withDaemon(system, async (daemon) => {
    await daemon.advance(3_600);
    assertEquals(times(daemon), []);
  });
});

Deno.test("a host that slept over planned instants runs the latest once, without a word of a missed one", async () => {
  const system = fakeSystem({ config: task("*/20 * * * *"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    daemon.takeStarts();
    system.clock.suspend(at("11:50:00") - system.clock.now());
    await daemon.advance(300);
    assertEquals(daemon.stamp(), "11:40:00");
    assertEquals(daemon.takeStarts().length, 1);
    await daemon.advance(600);
    assertEquals(times(daemon), ["12:00:00"]);
    assertEquals(daemon.log("missed, planned"), []);
  });
});

Deno.test("an instant that a closed gate lets pass is not missed: a restart does not run it", async () => {
  const more = "catch_up = once\nrun_requires = fs#1\n[fs#1]\ntype = flag\n";
  const system = await followed({ config: task("10:30", more) }, 3_600);
  await withDaemon(system, async (daemon) => {
    system.files.put("/run/agent/svc/svc1/fs#1.flag", "");
    await daemon.advance(600);
    assertEquals(times(daemon), []);
  });
});

Deno.test("a missed instant waits for its requirement, and gives way to the next planned one", async () => {
  const more = "catch_up = once\nrun_requires = fs#1\n[fs#1]\ntype = flag\n";
  const system = await followed({ config: task('["10:30", "12:30"]', more) });
  await downUntil(system, "12:00:00");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(2_400);
    assertEquals(times(daemon), []);
    system.files.put("/run/agent/svc/svc1/fs#1.flag", "");
    await daemon.advance(10);
    assertEquals([times(daemon).length, daemon.stamp()], [1, "12:30:00"]);
    await daemon.advance(600);
    assertEquals(times(daemon), []);
  });
});

Deno.test("a missed instant is lost while the service is frozen: a thaw does not run it", async () => {
  const system = await followed({ config: task("10:30") });
  system.files.put("/var/lib/agent/svc/svc1/frozen", "");
  await downUntil(system, "12:00:00");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    system.files.remove("/var/lib/agent/svc/svc1/frozen");
    await daemon.advance(120);
    assertEquals(times(daemon), []);
  });
});

Deno.test("an instant at which the task still ran is skipped, and not caught up when it ends", async () => {
  const config = { svc1: task("0 * * * *").svc1.replace("/bin/job", "/bin/long") };
  await withDaemon({ config, programs: PROGRAMS }, async (daemon) => {
    await daemon.advance(3 * 3_600 - 60);
    assertEquals(times(daemon), ["10:00:00", "12:00:00"]);
  });
});

Deno.test("the memory of a service takes what was missed to another node", async () => {
  const config = { svc1: `[DEFAULT]\nstate_dir = /srv/state\n${task("10:30").svc1}` };
  const first = await followed({ config, files: { "/srv/state/there": "" } });
  const memory = Object.fromEntries(
    first.files.paths.filter((path) => path.startsWith("/srv/")).map((
      path,
    ) => [path, first.files.read(path)!]),
  );
  const files = { "/var/lib/agent/other": "" };
  const second = fakeSystem({
    config,
    files,
    programs: PROGRAMS,
    host: { hostName: "n2" },
    now: "2026-03-02T11:00:00Z",
  });
  second.files.touch("/etc/agent/svc1.conf", at("09:00:00"));
  await withDaemon(second, async (daemon) => {
    await daemon.advance(600);
    assertEquals(times(daemon), []);
    for (const [path, text] of Object.entries(memory)) second.files.put(path, text);
    await daemon.advance(60);
    assertEquals(times(daemon).length, 1);
    assertEquals(second.files.read("/srv/state/scheduler/last_task#0"), `${at("10:30:00") / 1000}.0\n`);
  });
});

Deno.test("a memory that arrives and knows of the run leaves nothing to catch up", async () => {
  const config = { svc1: `[DEFAULT]\nstate_dir = /srv/state\n${task("10:30").svc1}` };
  const first = await followed({ config, files: { "/srv/state/there": "" } }, 3_000);
  const memory = first.files.paths.filter((path) => path.startsWith("/srv/"));
  const second = fakeSystem({ config, programs: PROGRAMS, host: { hostName: "n2" } });
  await withDaemon(second, async (daemon) => {
    await daemon.advance(2 * 3_600);
    for (const path of memory) second.files.put(path, first.files.read(path)!);
    await daemon.advance(120);
    assertEquals(times(daemon), []);
  });
});

Deno.test("print schedule shows a missed instant as due now, until it was caught up", async () => {
  const system = await followed({ config: task("10:30") });
  await downUntil(system, "12:00:00");
  const next = async () => {
    system.stdout.clear();
    await runAgent(["svc1", "print", "schedule", "--format", "json"], system);
    const rows = JSON.parse(system.stdout.text);
    return new Date(rows.find(({ rid }: { rid: string | null }) => rid === "task#0").next_run * 1000)
      .toISOString();
  };
  assertEquals(await next(), "2026-03-02T12:00:00.000Z");
  await withDaemon(system, async (daemon) => await daemon.advance(1));
  assertEquals(await next(), "2026-03-03T10:30:00.000Z");
});

Deno.test("a daemon refuses to schedule a task whose catch_up is neither none nor once", async () => {
  await withDaemon({ config: task("@1", "catch_up = twice\n"), programs: PROGRAMS }, (daemon) => {
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log('"twice" is not one of none, once').length, 1);
  });
});
