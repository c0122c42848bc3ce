/** Pauses under a daemon: what is let go, what runs right after, and what a restart knows of it. */
import { assertEquals } from "@std/assert";
import { startAgent } from "../fakes/run_agent.ts";
import { type DaemonUnderTest, withDaemon } from "../fakes/run_daemon.ts";
import { type FakeSystem, fakeSystem } from "../fakes/system.ts";

const FILE = "/var/lib/agent/svc/svc1/task#0/pause.json";

function service(schedule: string, more = ""): FakeSystem {
  const svc1 = `[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}`;
  return fakeSystem({ config: { svc1 }, programs: { "*": {} }, now: "2026-03-02T09:59:50Z" });
}

function at(time: string): number {
  return Date.parse(`2026-03-02T${time}Z`);
}

async function agent(system: FakeSystem, ...args: string[]): Promise<void> {
  assertEquals(await system.clock.runUntil(startAgent(["svc1", ...args], system)), 0, system.stderr.text);
}

function times(daemon: DaemonUnderTest): string[] {
  return daemon.takeStarts().map((line) => line.slice(0, 8));
}

const cases: { what: string; schedule: string; more?: string; runs: string[] }[] = [
  { what: "lets a lone time go", schedule: "10:30", runs: [] },
  { what: "tells nobody of that: it was wished", schedule: "10:30", more: "on_skip = /bin/tell\n", runs: [] },
  { what: "lets crontab instants go", schedule: "*/20 * * * *", runs: ["11:20:00", "11:40:00"] },
  {
    what: "lets instants go although they are caught up",
    schedule: "10:30",
    more: "catch_up = once\n",
    runs: [],
  },
  { what: "uses an open window right after the end", schedule: "10:15-12:00", runs: ["11:10:00"] },
  { what: "lets a window go that closed meanwhile", schedule: "10:15-11:00", runs: [] },
  { what: "runs an overdue period once, right after", schedule: "@30", runs: ["11:10:00", "11:40:00"] },
  { what: "runs the next planned instant after the end as ever", schedule: "11:15", runs: ["11:15:00"] },
];

for (const { what, schedule, more, runs } of cases) {
  Deno.test(`a pause from 10:00 to 11:10 ${what}: ${schedule}`, async () => {
    const system = service(schedule, more);
    await withDaemon(system, async (daemon) => {
      await daemon.advance(9);
      daemon.takeStarts();
      await agent(system, "pause", "--until", "11:10");
      await system.clock.advance(at("11:10:00") - 1 - system.clock.now());
      assertEquals(times(daemon), []);
      await daemon.advance(1_860);
      assertEquals(times(daemon), runs);
      // The next run of the scheduler forgets the pause; until then the file stays.
      assertEquals(system.files.read(FILE) === undefined, runs.length > 0);
    });
  });
}

Deno.test("the daemon sleeps until the end of a pause, without looking at the task in between", async () => {
  const system = service("@10", "[DEFAULT]\nstatus_schedule = @0\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(10);
    daemon.takeStarts();
    await agent(system, "pause", "--for", "2h", "--reason", "disks");
    await daemon.advance(1_200);
    assertEquals(daemon.log("svc1 run task#0: it is paused until 2026-03-02 12:00:00: disks").length, 1);
    const reads: string[] = [];
    const read = system.files.read.bind(system.files);
    system.files.read = (path) => {
      reads.push(path);
      return read(path);
    };
    await daemon.advance(5_000);
    assertEquals(reads.filter((path) => path === FILE), []);
    await daemon.advance(1_000);
    assertEquals(times(daemon), ["12:00:00"]);
    assertEquals(daemon.stamp(), "12:00:00");
  });
});

Deno.test("an early resume lets the daemon run what is due at once, and nothing planned before", async () => {
  for (
    const [schedule, runs] of [["@10", ["10:40:00"]], ["10:30", []], ["10:30-11:00", ["10:40:00"]]] as const
  ) {
    const system = service(schedule, "catch_up = once\n");
    await withDaemon(system, async (daemon) => {
      await daemon.advance(9);
      daemon.takeStarts();
      await agent(system, "pause", "--for", "3h");
      await system.clock.advance(at("10:40:00") - system.clock.now());
      await agent(system, "resume");
      await daemon.advance(300);
      assertEquals([schedule, times(daemon)], [schedule, runs]);
    });
  }
});

Deno.test("a longer pause, given before the first ends, is the one that counts", async () => {
  const system = service("@10");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(10);
    daemon.takeStarts();
    await agent(system, "pause", "--until", "10:30");
    await daemon.advance(900);
    await agent(system, "pause", "--until", "11:00");
    await daemon.advance(2_000);
    assertEquals(times(daemon), []);
    await daemon.advance(800);
    assertEquals(times(daemon), ["11:00:00"]);
  });
});

const restarts: { schedule: string; up: string; more?: string; runs: string[] }[] = [
  { schedule: "@10", up: "10:50:00", runs: ["11:00:00"] },
  { schedule: "10:30", up: "10:50:00", more: "catch_up = once\n", runs: [] },
  { schedule: "10:30", up: "11:05:00", more: "catch_up = once\n", runs: [] },
  { schedule: '["10:30", "11:02"]', up: "11:05:00", more: "catch_up = once\n", runs: ["11:05:00"] },
  { schedule: "10:30-12:00", up: "10:50:00", runs: ["11:00:00"] },
];

for (const { schedule, up, more, runs } of restarts) {
  Deno.test(`a daemon that is started again at ${up}, paused until 11:00, runs ${schedule}${more ? ", caught up," : ""} ${runs.length} times`, async () => {
    const system = service(schedule, more);
    await withDaemon(system, async (daemon) => {
      await daemon.advance(15);
      await agent(system, "pause", "--until", "11:00");
    });
    await system.clock.advance(at(up) - system.clock.now());
    system.processes.started.length = 0;
    await withDaemon(system, async (daemon) => {
      await system.clock.advance(at("11:06:00") - system.clock.now());
      assertEquals(times(daemon), runs);
    });
  });
}

Deno.test("what was let go is not caught up when the pause was ended while no daemon ran", async () => {
  const system = service("10:30", "catch_up = once\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(15);
    await agent(system, "pause", "--until", "12:00");
  });
  await system.clock.advance(at("10:45:00") - system.clock.now());
  await agent(system, "resume");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    assertEquals(times(daemon), []);
  });
});

Deno.test("a host that slept over the end of a pause does not catch up what passed in it", async () => {
  const system = service("*/20 * * * *", "catch_up = once\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(15);
    daemon.takeStarts();
    await agent(system, "pause", "--until", "11:00");
    system.clock.suspend(at("11:05:00") - system.clock.now());
    await daemon.advance(600);
    // 11:00 lies after the pause, 10:40 in it.
    assertEquals([times(daemon).length, daemon.stamp()], [1, "11:00:00"]);
  });
});

Deno.test("a clock that is set back makes a pause last longer, one that is set forward ends it", async () => {
  const system = service("@10");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(10);
    daemon.takeStarts();
    await agent(system, "pause", "--until", "11:00");
    await daemon.advance(1_800);
    system.clock.step(at("10:10:00"));
    await daemon.advance(2_940);
    assertEquals(times(daemon), []);
    await daemon.advance(120);
    assertEquals(times(daemon), ["11:00:00"]);
    await agent(system, "pause", "--until", "15:00");
    system.clock.step(at("16:00:00"));
    await daemon.advance(30);
    assertEquals(times(daemon).length, 1);
  });
});

Deno.test("a pause lets the start after a boot go, and the next daemon does not take it up again", async () => {
  const system = service("@reboot");
  await agent(system, "pause", "--for", "1h");
  await withDaemon(system, async (daemon) => await daemon.advance(60));
  await agent(system, "resume");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    assertEquals(times(daemon), []);
  });
});

Deno.test("a damaged pause keeps the daemon from running the task, until it is resumed", async () => {
  const system = service("@10");
  system.files.put(FILE, "}");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(3_600);
    assertEquals(times(daemon), []);
    assertEquals(daemon.log("it is paused until it is resumed").length, 1);
    await agent(system, "resume");
    await daemon.advance(1);
    assertEquals(times(daemon).length, 1);
  });
});

Deno.test("a pause of one task leaves the others alone, and what runs goes on", async () => {
  const svc1 = "[task#0]\ncommand = /bin/long\nschedule = @10\n[task#1]\ncommand = /bin/b\nschedule = @10\n";
  const system = fakeSystem({ config: { svc1 }, programs: { "*": {}, "/bin/long": { durationMs: 60_000 } } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    await agent(system, "pause", "--rid", "task#0", "--for", "1h");
    await daemon.advance(1_300);
    assertEquals(daemon.takeStarts(), [
      "10:00:00 /bin/long",
      "10:00:00 /bin/b",
      "10:10:00 /bin/b",
      "10:20:00 /bin/b",
    ]);
    assertEquals(JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!).exitcode, 0);
  });
});
