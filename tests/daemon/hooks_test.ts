/** What the daemon tells by hooks: late starts, long runs, and runs that do not happen. */
import { assertEquals } from "@std/assert";
import type { Programs } from "../fakes/processes.ts";
import { startAgent } from "../fakes/run_agent.ts";
import { type DaemonUnderTest, withDaemon } from "../fakes/run_daemon.ts";
import { fakeSystem } from "../fakes/system.ts";

const HOOKS = "on_skip = /bin/skip\non_late = /bin/late\nlate_after = 1m\nhook_interval = 0\n";

function task(schedule: string, more = "", rid = "task#0"): string {
  return `[${rid}]\ncommand = /bin/job ${rid}\nschedule = ${schedule}\n${HOOKS}${more}`;
}

function jobs(seconds: number, hook: Programs[string] = {}): Programs {
  return { "*": { durationMs: seconds * 1000 }, "/bin/skip": hook, "/bin/late": hook };
}

/** Calls of a hook: when, and what it was told. */
function callsOf({ system: { processes } }: DaemonUnderTest, command: string, ...names: string[]): string[] {
  return processes.started.filter(({ argv }) => argv.at(-1) === command).map(({ at, env }) => {
    const told = names.map((name) => env[`AGENT_X_OPENSVC_${name}`]);
    return [new Date(at).toISOString().slice(11, 19), ...told].join(" ");
  });
}

const skipsOf = (daemon: DaemonUnderTest) => callsOf(daemon, "/bin/skip", "CAUSE", "REASON");

function epoch(time: string): string {
  return String(Date.parse(`2026-03-02T${time}Z`) / 1000);
}

Deno.test("on_late is called for a start far behind its planned instant, because the node was full", async () => {
  const files = { "/etc/agent/node.conf": "[node]\nmax_parallel = 1\n" };
  const config = {
    busy: "[task#0]\ncommand = /bin/job busy\nschedule = 10:00\n",
    svc1: task("10:01"),
    svc2: task("10:01-11:00"),
  };
  await withDaemon({ config, files, programs: jobs(200) }, async (daemon) => {
    await daemon.advance(1_000);
    assertEquals(callsOf(daemon, "/bin/late", "SVCNAME", "HOOK", "LATENESS", "PLANNED_AT", "ACTION_ORIGIN"), [
      `10:03:20 svc1 on_late 140 ${epoch("10:01:00")} scheduler`,
      `10:06:40 svc2 on_late 340 ${epoch("10:06:30")} scheduler`,
    ]);
    assertEquals(skipsOf(daemon), []);
  });
});

Deno.test("on_late counts what a window waited for its requirement, and what a period waited for its own run", async () => {
  const config = {
    svc1: `[fs#1]\ntype = flag\n${task("10:00:10-11:00", "run_requires = fs#1\n")}`,
    svc2: task("@1", "command = /bin/slow\n"),
  };
  const programs = { ...jobs(1), "/bin/slow": { durationMs: 180_000 } };
  const system = fakeSystem({ config, programs });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    await startAgent(["svc1", "start"], system);
    await daemon.advance(30);
    assertEquals(callsOf(daemon, "/bin/late", "SVCNAME", "LATENESS"), [
      "10:03:00 svc2 120",
      "10:05:00 svc1 290",
    ]);
  });
});

Deno.test("on_late is not called for what starts in time, nor for a run by hand", async () => {
  const system = fakeSystem({ config: { svc1: task('["10:01", "@30s"]') }, programs: jobs(1) });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(200);
    await system.clock.runUntil(startAgent(["svc1", "run"], system));
    assertEquals(callsOf(daemon, "/bin/late"), []);
  });
});

Deno.test("on_late tells how late a missed instant is caught up", async () => {
  const config = { svc1: task("10:30", "catch_up = once\n") };
  const system = fakeSystem({ config, programs: jobs(1) });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    system.clock.suspend(3_600_000);
    await daemon.advance(60);
    assertEquals(callsOf(daemon, "/bin/late", "LATENESS").map((call) => call.slice(0, 5)), ["11:01"]);
    assertEquals(skipsOf(daemon), []);
  });
});

Deno.test("on_long is called while a scheduled run goes on, and the daemon goes on launching", async () => {
  const config = { svc1: task("10:01", "on_long = /bin/long\nlong_after = 2m\n"), svc2: task("@1") };
  const programs = {
    ...jobs(1),
    "/bin/job task#0": { durationMs: 600_000 },
    "/bin/long": { durationMs: Infinity },
  };
  await withDaemon({ config, programs }, async (daemon) => {
    await daemon.advance(400);
    assertEquals(callsOf(daemon, "/bin/long", "SVCNAME", "ELAPSED"), ["10:03:00 svc1 120"]);
  });
});

Deno.test("on_skip is called for an instant that passed while the host slept", async () => {
  const system = fakeSystem({ config: { svc1: task('["10:30", "12:00-12:30"]') }, programs: jobs(1) });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    system.clock.suspend(3_600_000);
    await daemon.advance(60);
    assertEquals(
      callsOf(daemon, "/bin/skip", "HOOK", "CAUSE", "REASON", "PLANNED_AT").map((call) => call.slice(9)),
      [
        `on_skip missed the daemon was busy, or the host slept ${epoch("10:30:00")}`,
      ],
    );
    system.processes.started.length = 0;
    system.clock.suspend(2 * 3_600_000);
    await daemon.advance(60);
    assertEquals(callsOf(daemon, "/bin/skip", "CAUSE", "PLANNED_AT").map((call) => call.slice(9)), [
      `missed ${epoch("12:00:00")}`,
    ]);
  });
});

Deno.test("on_skip is called for an instant at which the task still ran, and not for a period", async () => {
  const config = { svc1: task('["10:00:00", "10:01", "10:02"]'), svc2: task("@1") };
  await withDaemon({ config, programs: jobs(150) }, async (daemon) => {
    await daemon.advance(600);
    assertEquals(callsOf(daemon, "/bin/skip", "SVCNAME", "CAUSE", "REASON"), [
      "10:01:00 svc1 running still running, not started again",
      "10:02:00 svc1 running still running, not started again",
    ]);
  });
});

Deno.test("on_skip is called for an instant at which a run by hand took the slot", async () => {
  const system = fakeSystem({ config: { svc1: task("10:01") }, programs: jobs(150) });
  await withDaemon(system, async (daemon) => {
    const byHand = startAgent(["svc1", "run"], system);
    await daemon.advance(300);
    assertEquals(skipsOf(daemon), ["10:01:00 running task is already running 1 times"]);
    assertEquals(await byHand, 0);
  });
});

Deno.test("on_skip is called for a window that closed while the task still ran, with its first instant", async () => {
  const config = { svc1: task('["10:00:00", "10:02-10:03"]') };
  await withDaemon({ config, programs: jobs(300) }, async (daemon) => {
    await daemon.advance(600);
    assertEquals(callsOf(daemon, "/bin/skip", "CAUSE", "PLANNED_AT"), [
      `10:05:00 running ${epoch("10:02:00")}`,
    ]);
  });
});

Deno.test("on_skip is called for a window that closed while the node was full", async () => {
  const files = { "/etc/agent/node.conf": "[node]\nmax_parallel = 1\n" };
  const config = { busy: "[task#0]\ncommand = /bin/job busy\nschedule = 10:00\n", svc1: task("10:01-10:02") };
  await withDaemon({ config, files, programs: jobs(300) }, async (daemon) => {
    await daemon.advance(600);
    assertEquals(skipsOf(daemon).map((call) => call.slice(9)), [
      "missed the daemon was busy, or the host slept",
    ]);
  });
});

const requirement = (more: string) =>
  `[fs#1]\ntype = flag\n${task('["10:01", "10:03-10:04"]', `run_requires = fs#1\n${more}`)}`;

Deno.test("on_skip is silent about an unmet requirement, unless that is wanted", async () => {
  const config = { svc1: requirement(""), svc2: requirement("on_skip_unmet = true\n") };
  await withDaemon({ config, programs: jobs(1) }, async (daemon) => {
    await daemon.advance(600);
    const calls = callsOf(daemon, "/bin/skip", "SVCNAME", "CAUSE", "PLANNED_AT");
    assertEquals(calls.map((call) => call.slice(9)), [
      `svc2 requirement ${epoch("10:01:00")}`,
      `svc2 requirement ${epoch("10:03:00")}`,
    ]);
  });
});

Deno.test("on_skip is called for an instant at which the memory was away", async () => {
  const config = { svc1: `[DEFAULT]\nstate_dir = /srv/gone\n${task("10:01")}` };
  await withDaemon({ config, programs: jobs(1) }, async (daemon) => {
    await daemon.advance(600);
    assertEquals(skipsOf(daemon), [
      "10:01:00 memory state_dir /srv/gone is not there, so nothing would remember the run",
    ]);
  });
});

Deno.test("on_skip is called for a run that the agent refuses", async () => {
  const config = { svc1: task("10:01", "cwd = /nowhere\n") };
  const system = fakeSystem({ config, programs: jobs(1) });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    const log = system.files.read("/var/log/agent/svc1.log") ?? "";
    assertEquals(callsOf(daemon, "/bin/skip"), [], "it has the same working directory");
    assertEquals(log.includes("on_skip: /bin/skip non-blocking error [1]: Cannot enter folder"), true);
  });
});

Deno.test("on_skip is not called while the operator keeps the task from running", async () => {
  const system = fakeSystem({
    config: { svc1: task('["10:01", "10:03-10:04"]'), svc2: task("10:01", "disable = true\n") },
    programs: jobs(1),
  });
  await withDaemon(system, async (daemon) => {
    await startAgent(["svc1", "freeze"], system);
    await daemon.advance(600);
    assertEquals([daemon.takeStarts(), daemon.log("frozen").length], [[], 1]);
  });
});

Deno.test("hooks that hang do not keep the daemon from its work, and not from its end for more than seconds", async () => {
  const names = Array.from({ length: 60 }, (_, i) => `s${i}`);
  const config = Object.fromEntries(
    names.map((name) => [name, task('["10:00:00", "10:01", "10:02"]', "hook_timeout = 1h\n")]),
  );
  const files = { "/etc/agent/node.conf": "[node]\nmax_parallel = 100\n" };
  const programs = { ...jobs(90, { durationMs: Infinity, ignoresTerm: true }) };
  const system = fakeSystem({
    config: { ...config, svc1: task("@1s", "command = /bin/true\n") },
    files,
    programs,
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(62);
    const hooks = callsOf(daemon, "/bin/skip").length;
    assertEquals(hooks, 20, "no more than that at a time");
    const starts = daemon.takeStarts().filter((line) => line.endsWith("/bin/true")).length;
    assertEquals(starts, 63);
    await daemon.advance(200);
    const end = system.clock.now();
    assertEquals(system.processes.running.length, 20);
    system.signals.send("SIGTERM");
    await system.clock.runUntil(daemon.ended);
    assertEquals(system.clock.now() - end < 10_000, true);
    assertEquals(system.processes.running, []);
  });
});

Deno.test("a ping_url that hangs does not keep the daemon from its work, and not from its end for more than seconds", async () => {
  const config = {
    svc1: "[task#0]\ncommand = /bin/true\nschedule = @1s\nping_url = http://hc/x\nhook_interval = 0\n",
  };
  const system = fakeSystem({ config });
  system.http.answer = "hangs";
  await withDaemon(system, async (daemon) => {
    await daemon.advance(120);
    assertEquals(daemon.takeStarts().length, 121);
    const end = system.clock.now();
    system.signals.send("SIGTERM");
    await system.clock.runUntil(daemon.ended);
    assertEquals(system.clock.now() - end <= 5_000, true);
  });
});

Deno.test("the daemon repeats a failed run in its slot, and a stop does not wait for the next attempt", async () => {
  const config = {
    svc1: task('["10:01", "10:02", "10:30"]', "retry = 3\nretry_delay = 50s\nretry_max_delay = 1h\n"),
  };
  const files = { "/etc/agent/node.conf": "[node]\nstop_timeout = 2s\n" };
  const programs = { ...jobs(0), "/bin/job task#0": { code: 3 } };
  const system = fakeSystem({ config, files, programs });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1_000);
    assertEquals(daemon.takeStarts(), [
      "10:01:00 /bin/job task#0",
      "10:01:50 /bin/job task#0",
      "10:02:00 /bin/skip",
      "10:03:30 /bin/job task#0",
      "10:06:50 /bin/job task#0",
    ]);
    assertEquals(daemon.stamp(), "10:01:00");
    await daemon.advance(830);
    const end = system.clock.now();
    system.signals.send("SIGTERM");
    await system.clock.runUntil(daemon.ended);
    assertEquals(system.clock.now() - end <= 3_000, true);
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([last.exitcode, last.attempts, last.planned_at, last.reason], [
      3,
      1,
      "2026-03-02T10:30:00.000Z",
      "the daemon ended before attempt 2 of 4: exit code 3",
    ]);
  });
});
