import { assertEquals, assertStringIncludes } from "@std/assert";
import { startAgent } from "../fakes/run_agent.ts";
import { DaemonUnderTest } from "../fakes/run_daemon.ts";
import type { Programs } from "../fakes/processes.ts";
import { fakeSystem } from "../fakes/system.ts";

const TASK = "[task#0]\ncommand = /bin/job\nschedule = @1d\n";

/** A daemon that is the first process of its container, with a task under way. */
async function container(programs: Programs, pid = 1) {
  const system = fakeSystem({
    pid,
    config: { svc1: TASK },
    programs,
  });
  const daemon = new DaemonUnderTest(system, startAgent(["daemon", "run"], system));
  await daemon.advance(5);
  return daemon;
}

function seconds({ system }: DaemonUnderTest): number {
  return (system.clock.now() - Date.parse("2026-03-02T10:00:05Z")) / 1000;
}

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  Deno.test(`the daemon of a container ends what runs at the first ${signal}, and returns 0`, async () => {
    const daemon = await container({ "/bin/job": { durationMs: Infinity } });
    assertEquals(daemon.system.signals.send(signal), true);
    assertEquals(await daemon.system.clock.runUntil(daemon.ended), 0);
    assertEquals([Math.floor(seconds(daemon)), daemon.system.processes.running], [0, []]);
    const last = JSON.parse(daemon.system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals([last.exitcode, last.reason], [143, "interrupted by SIGTERM"]);
    assertEquals(daemon.log("ending svc1 run task#0").length, 1);
    assertEquals(daemon.log("waiting up to"), []);
  });
}

Deno.test("the daemon of a container waits for the grace of a task, a second TERM does not", async () => {
  const job = { "/bin/job": { durationMs: Infinity, ignoresTerm: true } };
  const patient = await container(job);
  patient.system.signals.send("SIGTERM");
  assertEquals(await patient.system.clock.runUntil(patient.ended), 0);
  assertEquals(Math.floor(seconds(patient)), 10);
  const hurried = await container(job);
  hurried.system.signals.send("SIGTERM");
  hurried.system.signals.send("SIGTERM");
  assertEquals(await hurried.system.clock.runUntil(hurried.ended), 0);
  assertEquals(Math.floor(seconds(hurried)), 0);
});

Deno.test("the daemon of a container collects orphans, and ends those that live before it leaves", async () => {
  const daemon = await container({ "/bin/job": {} });
  const { processes, signals } = daemon.system;
  processes.adopt({ pid: 50, parent: 1, state: "Z" });
  processes.adopt({ pid: 51, parent: 1 });
  processes.adopt({ pid: 52, parent: 1 }, {}, { ignoresTerm: true });
  signals.send("SIGCHLD");
  await daemon.advance(1);
  assertEquals(processes.running, [51, 52]);
  signals.send("SIGTERM");
  assertEquals(await daemon.system.clock.runUntil(daemon.ended), 0);
  assertEquals([processes.running, processes.signals], [[52], ["SIGTERM 51", "SIGTERM 52", "SIGCONT 52"]]);
  assertStringIncludes(daemon.log("still running").join(), "process 52");
});

Deno.test("a daemon that is not the first process does not hear QUIT or CHLD, and leaves others alone", async () => {
  const daemon = await container({ "/bin/job": {} }, 100);
  const { processes, signals } = daemon.system;
  processes.adopt({ pid: 50, parent: 100 });
  assertEquals([signals.send("SIGQUIT"), signals.send("SIGCHLD")], [false, false]);
  signals.send("SIGTERM");
  assertEquals(await daemon.system.clock.runUntil(daemon.ended), 0);
  assertEquals([processes.running, processes.signals], [[50], []]);
});
