/** What the daemon makes of a clock that is set, of a host that sleeps, and of both over its own restarts. */
import { assertEquals } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { type DaemonUnderTest, withDaemon } from "../fakes/run_daemon.ts";
import { type FakeSystem, fakeSystem } from "../fakes/system.ts";

const PROGRAMS = { "*": {} };

function task(schedule: string, more = ""): { svc1: string } {
  return { svc1: `[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}` };
}

function at(time: string): number {
  return Date.parse(time.includes("T") ? time : `2026-03-02T${time}Z`);
}

function times(daemon: DaemonUnderTest): string[] {
  return daemon.takeStarts().map((line) => line.slice(0, 8));
}

/** Sets the clock, and lets the daemon notice. */
async function set(daemon: DaemonUnderTest, time: string): Promise<void> {
  daemon.system.clock.step(at(time));
  await daemon.advance(30);
}

/** The same disk and clock with a new daemon, as after `daemon restart`. */
function again(system: FakeSystem, body: (daemon: DaemonUnderTest) => Promise<void>): Promise<FakeSystem> {
  return withDaemon(system, body);
}

const once: { what: string; schedule: string; runs: string[] }[] = [
  { what: "a lone time", schedule: "10:01", runs: ["10:01:00"] },
  { what: "crontab instants", schedule: "*/2 10 * * *", runs: ["10:00:00", "10:02:00", "10:04:00"] },
  { what: "a window without an interval", schedule: "10:00-10:03", runs: ["10:00:00"] },
  { what: "a window drawn at random", schedule: "~10:01-10:01:01", runs: [] },
];

for (const { what, schedule, runs } of once) {
  Deno.test(`a clock set back by an hour repeats nothing of ${what}, a restart later neither`, async () => {
    const system = fakeSystem({ config: task(schedule), programs: PROGRAMS });
    const seen: string[] = [];
    await withDaemon(system, async (daemon) => {
      await daemon.advance(299);
      seen.push(...times(daemon));
      if (runs.length > 0) assertEquals(seen, runs);
      assertEquals([seen.length > 0, new Set(seen).size], [true, seen.length]);
      await set(daemon, "09:05:00");
      assertEquals(times(daemon), []);
      assertEquals(daemon.log("the clock moved by -").length, 1);
    });
    await again(system, async (daemon) => {
      await daemon.advance(3_569);
      assertEquals(times(daemon), []);
      assertEquals(system.clock.now(), at("10:04:59"));
    });
  });
}

Deno.test("a clock set back shows instants once more only to those that did not run", async () => {
  const system = fakeSystem({ config: task('["10:01", "10:20"]'), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(90);
    assertEquals(times(daemon), ["10:01:00"]);
    await set(daemon, "10:30:00");
    assertEquals(daemon.log("missed, planned at 2026-03-02T10:20:00").length, 1);
    await set(daemon, "09:59:00");
    await daemon.advance(1_800);
    assertEquals(times(daemon), ["10:20:00"]);
    assertEquals(daemon.log("the clock moved by").length, 2);
  });
});

Deno.test("a clock that was years ahead does not silence planned instants when it is mended", async () => {
  const system = fakeSystem({ config: task("0 * * * *"), programs: PROGRAMS, now: "2030-01-01T00:59:00Z" });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(120);
    assertEquals(times(daemon), ["01:00:00"]);
    await set(daemon, "10:30:00");
    await daemon.advance(2 * 3_600);
    assertEquals(times(daemon), ["11:00:00", "12:00:00"]);
  });
  await again(system, async (daemon) => {
    await daemon.advance(3_600);
    assertEquals(times(daemon), ["13:00:00"]);
  });
});

Deno.test("a restart after the clock went back ignores the last run of a period, with a warning", async () => {
  const system = fakeSystem({ config: task("@10"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => await daemon.advance(60));
  system.clock.step(at("08:00:00"));
  system.processes.started.length = 0;
  await again(system, async (daemon) => {
    await daemon.advance(660);
    assertEquals(times(daemon), ["08:00:00", "08:10:00"]);
    assertEquals(daemon.log("task#0: the last run is in the future").length, 1);
  });
});

Deno.test("print schedule does not promise what ran already when the clock went back", async () => {
  const system = fakeSystem({ config: task("10:01"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => await daemon.advance(90));
  system.clock.step(at("09:00:00"));
  await runAgent(["svc1", "print", "schedule", "--format", "json"], system);
  const row = JSON.parse(system.stdout.text).find(({ rid }: { rid: string | null }) => rid === "task#0");
  assertEquals(new Date(row.next_run * 1000).toISOString(), "2026-03-03T10:01:00.000Z");
});

for (const [slept, runs] of [[50, ["10:05:50"]], [3_600, []]] as const) {
  Deno.test(`a host that sleeps ${slept} s over a planned instant ${runs.length ? "runs it late" : "loses it"}`, async () => {
    const system = fakeSystem({ config: task("10:05"), programs: PROGRAMS });
    await withDaemon(system, async (daemon) => {
      await daemon.advance(299);
      system.clock.suspend(slept * 1000);
      await daemon.advance(60);
      assertEquals(
        times(daemon),
        [...runs].map(() => new Date(at("10:05:00") + slept * 1000).toISOString().slice(11, 19)),
      );
      assertEquals([daemon.log(`the host was suspended for ${slept}.0 s`).length, daemon.log("the clock")], [
        1,
        [],
      ]);
    });
  });
}

Deno.test("a host that sleeps runs an open window and an elapsed period once, at once, and a closed window not", async () => {
  const system = fakeSystem({
    config: {
      svc1: "[DEFAULT]\nstatus_schedule =\n[task#0]\ncommand = /bin/open\nschedule = 11:00-15:00\n" +
        "[task#1]\ncommand = /bin/period\nschedule = @30\n[task#2]\ncommand = /bin/closed\nschedule = 10:30-11:30\n",
    },
    programs: PROGRAMS,
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    daemon.takeStarts();
    system.clock.suspend(at("13:00:00") - system.clock.now());
    await daemon.advance(120);
    assertEquals(daemon.takeStarts().map((line) => line.slice(9)).sort(), ["/bin/open", "/bin/period"]);
  });
});

Deno.test("timezone of a task, of DEFAULT and of the node decide in that order, and a change plans anew", async () => {
  const config = {
    svc1:
      "[DEFAULT]\ntimezone = Asia/Tokyo\n[task#0]\ncommand = /bin/own\nschedule = 12:00\ntimezone = Europe/Paris\n" +
      "[task#1]\ncommand = /bin/default\nschedule = 20:00\n",
    svc2: "[task#0]\ncommand = /bin/node\nschedule = 07:00\n",
  };
  const files = { "/etc/agent/node.conf": "[node]\ntimezone = America/New_York\n" };
  const system = fakeSystem({ config, files, programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(3 * 3_600);
    assertEquals(daemon.takeStarts(), ["11:00:00 /bin/own", "11:00:00 /bin/default", "12:00:00 /bin/node"]);
    await daemon.configure(
      "svc1",
      config.svc1.replace("Europe/Paris", "Europe/London").replace("12:00", "13:30"),
    );
    system.clock.setTimeZone("Asia/Tokyo");
    await daemon.advance(3_600);
    assertEquals(daemon.takeStarts(), ["13:30:00 /bin/own"]);
  });
});
