import { assertEquals } from "@std/assert";
import { withDaemon } from "../fakes/run_daemon.ts";
import { fakeSystem } from "../fakes/system.ts";

const JOB = { "/bin/job": {} };

function task(schedule: string, more = ""): { svc1: string } {
  return { svc1: `[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}` };
}

/** The content of a stamp, by the instant of that day in UTC. */
function stampAt(time: string): Record<string, string> {
  const seconds = Date.parse(`2026-03-02T${time}Z`) / 1000;
  return { "/var/lib/agent/svc/svc1/scheduler/last_task#0": `${seconds}.0\n` };
}

Deno.test("the daemon keeps a cadence of 5 seconds without drift over a thousand runs", async () => {
  const programs = { "/bin/job": { durationMs: 700 } };
  await withDaemon({ config: task("@5s"), programs, now: "2026-03-02T10:00:00.300Z" }, async (daemon) => {
    await daemon.advance(5_001);
    const starts = daemon.system.processes.started.map(({ at }) => at);
    assertEquals(starts.length, 1_001);
    const first = starts[0]!;
    const drifted = starts.map((at, i) => Math.abs(at - first - i * 5_000)).filter((ms) => ms > 0);
    assertEquals(drifted, []);
    const planned = daemon.system.files.read("/var/lib/agent/svc/svc1/scheduler/last_task#0");
    assertEquals((Number(planned) * 1000 - Math.floor(first / 1000) * 1000) % 5_000, 0);
  });
});

const starts: {
  edge: string;
  schedule: string;
  last?: string;
  now?: string;
  runs: string[];
  within?: number;
}[] = [
  { edge: "runs a period that never ran at once", schedule: "@10", runs: ["10:00:00"] },
  { edge: "waits out a period that has not elapsed", schedule: "@10", last: "09:55:00", runs: ["10:05:00"] },
  { edge: "runs an overdue period once, at once", schedule: "@10", last: "03:00:00", runs: ["10:00:00"] },
  { edge: "runs an open window once, at once", schedule: "09:00-11:00", runs: ["10:00:00"] },
  {
    edge: "does not run a window again in which it ran",
    schedule: "09:00-11:00",
    last: "09:00:00",
    runs: [],
  },
  { edge: "does not catch a closed window up", schedule: "08:00-09:00", runs: [] },
  { edge: "does not catch a lone time up", schedule: "09:59", runs: [] },
  { edge: "does not catch a crontab instant up", schedule: "59 9 * * *", runs: [] },
  { edge: "runs a lone time when it comes", schedule: "10:05", runs: ["10:05:00"] },
  { edge: "runs a crontab instant when it comes", schedule: "5 10 * * *", runs: ["10:05:00"] },
  { edge: "runs a lone time of this very second", schedule: "10:00", runs: ["10:00:00"] },
  { edge: "ignores a last run in the future", schedule: "@10", last: "23:00:00", runs: ["10:00:00"] },
  { edge: "never runs @0", schedule: "@0", runs: [] },
  { edge: "never runs what has no schedule", schedule: "", runs: [] },
];

for (const { edge, schedule, last, runs } of starts) {
  Deno.test(`the daemon ${edge}: ${schedule}`, async () => {
    const files = last === undefined ? {} : stampAt(last);
    await withDaemon({ config: task(schedule), programs: JOB, files }, async (daemon) => {
      await daemon.advance(599);
      assertEquals(daemon.takeStarts().map((line) => line.split(" ")[0]), runs);
    });
  });
}

Deno.test("the daemon warns once of a last run in the future", async () => {
  await withDaemon({ config: task("@10"), programs: JOB, files: stampAt("23:00:00") }, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.log("in the future").length, 1);
  });
});

for (const [late, runs] of [[30, 1], [61, 0]] as const) {
  Deno.test(`the daemon ${runs ? "runs" : "loses"} an armed instant that is found ${late} s late`, async () => {
    const system = fakeSystem({ config: task("10:05"), programs: JOB });
    await withDaemon(system, async (daemon) => {
      await daemon.advance(10);
      system.clock.step(Date.parse("2026-03-02T10:05:00Z") + late * 1000 - 20_000);
      await daemon.advance(20);
      assertEquals(daemon.takeStarts().length, runs);
      assertEquals(daemon.stamp(), runs ? "10:05:00" : undefined);
      assertEquals(daemon.log("missed, planned at 2026-03-02T10:05:00").length, runs ? 0 : 1);
    });
  });
}

Deno.test("the daemon draws the same instant of a ~ window after a restart, and another one for another service", async () => {
  const drawn = async (service: string, restarts: boolean): Promise<string | undefined> => {
    const config = { [service]: "[task#0]\ncommand = /bin/job\nschedule = ~12:00-18:00\n" };
    const system = fakeSystem({ config, programs: JOB });
    const found: string[] = [];
    if (restarts) await withDaemon(system, async (daemon) => await daemon.advance(3_600));
    await withDaemon(system, async (daemon) => {
      await daemon.advance(8 * 3_600);
      found.push(...daemon.takeStarts());
    });
    assertEquals(found.length, 1);
    return found[0];
  };
  const first = await drawn("svc1", false);
  assertEquals(await drawn("svc1", true), first);
  assertEquals(await drawn("svc2", false) === first, false);
});

Deno.test("the daemon refreshes status.json and its stamp on schedule", async () => {
  const config = { svc1: "[DEFAULT]\nstatus_schedule = @5\n[fs#1]\ntype = flag\n" };
  await withDaemon({ config }, async (daemon) => {
    const status = () => JSON.parse(daemon.system.files.read("/var/lib/agent/svc/svc1/status.json")!);
    assertEquals(status().resources["fs#1"].status, "down");
    daemon.system.files.put("/run/agent/svc/svc1/fs#1.flag", "");
    await daemon.advance(290);
    assertEquals(status().resources["fs#1"].status, "down");
    await daemon.advance(10);
    assertEquals(status().resources["fs#1"].status, "up");
    const stamp = Number(daemon.system.files.read("/var/lib/agent/svc/svc1/scheduler/last_status"));
    assertEquals(new Date(stamp * 1000).toISOString(), "2026-03-02T10:05:00.000Z");
  });
});

Deno.test("the daemon follows the zone of the task", async () => {
  const config = task("06:02", "timezone = America/New_York\n");
  await withDaemon({ config, programs: JOB, now: "2026-03-02T11:00:00Z" }, async (daemon) => {
    await daemon.advance(300);
    assertEquals(daemon.takeStarts(), ["11:02:00 /bin/job"]);
  });
});

Deno.test("the daemon runs a lone time in the gap once, at the first instant after it, and one in the fold once", async () => {
  const programs = JOB;
  const gap = { config: task("02:30"), programs, zone: "Europe/Paris", now: "2026-03-29T00:00:00Z" };
  await withDaemon(gap, async (daemon) => {
    await daemon.advance(6 * 3_600);
    assertEquals(daemon.takeStarts(), ["01:00:00 /bin/job"]);
  });
  const fold = { config: task("02:30"), programs, zone: "Europe/Paris", now: "2026-10-24T23:00:00Z" };
  await withDaemon(fold, async (daemon) => {
    await daemon.advance(6 * 3_600);
    assertEquals(daemon.takeStarts(), ["00:30:00 /bin/job"]);
  });
});
