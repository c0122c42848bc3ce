import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { commandsOf } from "../fakes/run_service.ts";
import type { FakeOptions, FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAG = "/run/agent/svc/svc1/fs#1.flag";

function task(schedule: string, more = ""): { svc1: string } {
  return { svc1: `[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}` };
}

/** The same disk after a reboot, or only after a restart of the daemon. */
function nextStart(disk: Readonly<Record<string, string>>, options: FakeOptions) {
  return fakeSystem({ ...options, files: disk });
}

function diskOf({ files }: ReturnType<typeof fakeSystem>): Record<string, string> {
  const kept = files.paths.filter((path) => path.startsWith("/var/lib/"));
  return Object.fromEntries(kept.map((path) => [path, files.read(path) ?? ""]));
}

Deno.test("the daemon runs @reboot once per boot, and stamps it", async () => {
  const options = { config: task("@reboot"), programs: { "*": {} } };
  const first = await withDaemon(options, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job"]);
    assertEquals(daemon.stamp(), "10:00:00");
  });
  const disk = diskOf(first);
  await withDaemon(nextStart(disk, options), (daemon) => {
    assertEquals(daemon.takeStarts(), []);
  });
  const rebooted = { ...options, host: { bootId: "b0000000-0000-4000-8000-000000000002" } };
  await withDaemon(nextStart(disk, rebooted), (daemon) => {
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job"]);
  });
});

Deno.test("the daemon does not run @reboot of a task that came after its first start of the boot", async () => {
  const programs = { "*": {} };
  const first = await withDaemon({ programs }, async (daemon) => await daemon.advance(1));
  const later = nextStart(diskOf(first), { config: task("@reboot"), programs });
  await withDaemon(later, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("the daemon runs @reboot when its requirement is met, after a restart too", async () => {
  const options = { config: task("@reboot", "run_requires = fs#1\n"), programs: { "*": {} } };
  const first = await withDaemon(options, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), []);
  });
  const again = nextStart(diskOf(first), options);
  await withDaemon(again, async (daemon) => {
    await daemon.advance(60);
    again.files.put(FLAG, "");
    await daemon.advance(1);
    assertEquals(daemon.takeStarts(), ["10:01:00 /bin/job"]);
  });
});

Deno.test("the daemon notices a clock set back, tells once, and runs no planned instant twice", async () => {
  const system = fakeSystem({ config: task('["10:01", "5 10 * * *"]'), programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(310);
    assertEquals(daemon.takeStarts(), ["10:01:00 /bin/job", "10:05:00 /bin/job"]);
    system.clock.step(Date.parse("2026-03-02T09:59:00Z"));
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("the clock moved by -").length, 1);
  });
});

Deno.test("the daemon keeps the real cadence of a period when the clock is set back", async () => {
  const system = fakeSystem({ config: task("@10"), programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    daemon.takeStarts();
    await daemon.advance(60);
    system.clock.step(Date.parse("2026-03-02T08:00:00Z"));
    await daemon.advance(1_230);
    assertEquals(daemon.takeStarts().map((line) => line.slice(0, 8)), ["08:09:00", "08:19:00"]);
    assertEquals(daemon.log("is in the future").length, 1);
  });
});

Deno.test("the daemon looks again at what it held after the clock was set back", async () => {
  const system = fakeSystem({ config: task("06:00-11:00", "run_requires = fs#1\n"), programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    system.clock.step(Date.parse("2026-03-02T08:00:00Z"));
    await daemon.advance(31);
    await system.files.replace("/run/elsewhere", "");
    system.files.put(FLAG, "");
    await daemon.advance(6);
    assertEquals(daemon.takeStarts().length, 1);
  });
});

Deno.test("the daemon runs an overdue period once after the clock was set forward, and no instant in between", async () => {
  const system = fakeSystem({ config: { ...task("@10"), svc2: task("10:30").svc1 }, programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    daemon.takeStarts();
    await daemon.advance(60);
    system.clock.step(Date.parse("2026-03-02T12:00:00Z"));
    await daemon.advance(60);
    assertEquals(daemon.takeStarts().length, 1);
    assertEquals(daemon.log("the clock moved by 7").length, 1);
    assertEquals(daemon.log("svc2 run task#0: missed, planned at 2026-03-02T10:30:00").length, 1);
  });
});

Deno.test("the daemon takes the clock's small steps for what they are", async () => {
  const system = fakeSystem({ config: task("@10"), programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    system.clock.step(system.clock.now() + 1_000);
    await daemon.advance(60);
    assertEquals(daemon.log("the clock moved"), []);
  });
});

Deno.test("the daemon plans anew when the system's zone is another one", async () => {
  const system = fakeSystem({ config: task("12:00"), programs: { "*": {} } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    system.clock.setTimeZone("Europe/Paris");
    await daemon.advance(3_600);
    assertEquals(daemon.takeStarts(), ["11:00:00 /bin/job"]);
    assertEquals(daemon.log("time zone is now Europe/Paris").length, 1);
  });
});

const JOB = { "/bin/job": { durationMs: 20_000 }, "/bin/endless": { durationMs: Infinity } };

Deno.test("daemon run, stopped, launches nothing more and leaves what runs to its supervisor", async () => {
  const config = { ...task("@1d"), svc2: task("10:00:10").svc1 };
  const system = fakeSystem({ config, programs: JOB });
  const ended = startAgent(["daemon", "run"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGTERM");
  assertEquals(await system.clock.runUntil(ended), 0);
  assertEquals(system.clock.now(), Date.parse("2026-03-02T10:00:05Z"));
  assertEquals([commandsOf(system), system.processes.running.length], [["/bin/job"], 1]);
  assertEquals(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run"), undefined);
  assertEquals(system.files.list("/var/lib/agent/svc/svc1/task#0/run").length, 1);
  assertEquals(system.files.facts("/run/agent/daemon.json"), undefined);
  assertEquals(system.files.locked, []);
});

/** A daemon that is told to stop in another way than to leave the commands. */
function stopWith(system: FakeSystem, mode: string, signals = 1): void {
  system.files.put("/run/agent/daemon.stop", `${mode}\n`);
  for (let sent = 0; sent < signals; sent++) system.signals.send("SIGTERM");
}

Deno.test("daemon run, stopped with --runs wait, waits for what runs", async () => {
  const system = fakeSystem({ config: task("@1d"), programs: JOB });
  const ended = startAgent(["daemon", "run"], system);
  await system.clock.advance(5_000);
  stopWith(system, "wait");
  assertEquals(await system.clock.runUntil(ended), 0);
  assertEquals(Math.floor(system.clock.now() / 1000), Date.parse("2026-03-02T10:00:20Z") / 1000);
  assertEquals(JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!).exitcode, 0);
  assertEquals(system.files.paths.filter((path) => path.includes("/task#0/run")), [
    "/var/lib/agent/svc/svc1/task#0/run.lock",
  ]);
});

for (
  const [how, mode, signals, seconds] of [
    ["after stop_timeout", "wait", 1, 90],
    ["at a second signal", "wait", 2, 0],
    ["at once with --runs end", "end", 1, 0],
  ] as const
) {
  Deno.test(`daemon run ends what runs ${how}`, async () => {
    const system = fakeSystem({
      config: { svc1: task("@1d").svc1.replace("job", "endless") },
      files: { "/etc/agent/node.conf": "[node]\nstop_timeout = 90s\n" },
      programs: JOB,
    });
    const ended = startAgent(["daemon", "run"], system);
    await system.clock.advance(5_000);
    stopWith(system, mode, signals);
    assertEquals(await system.clock.runUntil(ended), 0);
    assertEquals(Math.floor((system.clock.now() - Date.parse("2026-03-02T10:00:05Z")) / 1000), seconds);
    assertEquals(system.processes.running, []);
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([last.exitcode, last.reason], [143, "interrupted by SIGTERM"]);
    assertEquals(system.files.facts("/run/agent/daemon.stop"), undefined);
  });
}

Deno.test("a daemon follows the commands that the one before it left, and starts none twice", async () => {
  const system = fakeSystem({ config: task("10:00:02"), programs: JOB });
  const first = startAgent(["daemon", "run"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGTERM");
  await system.clock.runUntil(first);
  // Its process is gone; the next one has another.
  const { self } = system.processes;
  system.processes.finish(self.pid);
  Object.assign(self, { pid: 99, startTime: 9_900 });
  system.processes.adopt({ pid: 99, startTime: 9_900 });
  const second = startAgent(["daemon", "run"], system);
  await system.clock.advance(5_000);
  assertEquals([system.processes.running.length, commandsOf(system).length], [1, 1]);
  await system.clock.advance(20_000);
  const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
  assertEquals([last.exitcode, last.at, last.planned_at, last.origin], [
    0,
    "2026-03-02T10:00:02.000Z",
    "2026-03-02T10:00:02.000Z",
    "scheduler",
  ]);
  assertEquals(last.ended_at.slice(0, 19), "2026-03-02T10:00:22");
  assertEquals([system.processes.running, commandsOf(system).length], [[], 1]);
  system.signals.send("SIGTERM");
  await system.clock.runUntil(second);
});

Deno.test("daemon run is refused while another daemon has the root, naming its process", async () => {
  await withDaemon({}, async ({ system }) => {
    assertEquals(await system.clock.runUntil(startAgent(["daemon", "run"], system)), 1);
    assertStringIncludes(
      system.stderr.text,
      "Cannot start the daemon: process 100 runs for /etc/agent already",
    );
  });
});

Deno.test("daemon run --log - writes its own lines and those of tasks to standard output", async () => {
  const system = fakeSystem({ config: task("@1d"), programs: { "/bin/job": { stdout: "hello\n" } } });
  const ended = startAgent(["daemon", "run", "--log", "-"], system);
  await system.clock.advance(1_000);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(ended), 0);
  assertStringIncludes(system.stdout.text, "| the daemon starts, process 100\n");
  assertStringIncludes(system.stdout.text, "o:svc1 r:task#0 sc:y | | hello\n");
  assertEquals(system.files.read("/var/log/agent/daemon.log"), undefined);
  assertStringIncludes(system.files.read("/var/log/agent/svc1.log")!, "| | hello");
});

Deno.test("daemon run refuses any other place for its log", async () => {
  const system = fakeSystem();
  assertEquals(await runAgent(["daemon", "run", "--log", "/tmp/x"], system), 2);
  assertStringIncludes(system.stderr.text, 'Cannot use --log "/tmp/x"');
});
