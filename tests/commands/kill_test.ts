import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import type { Program } from "../fakes/processes.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { logOf } from "../fakes/run_service.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[task#0]\ncommand = /bin/job\nkill_grace = 5\n[task#1]\ncommand = /bin/other\n";
const FIRST = "00000000-0000-4000-8000-000000000001";
const MEMORY = "/var/lib/agent/svc/svc1/task#0";

interface Started {
  readonly system: FakeSystem;
  /** The exit code of the run. */
  readonly run: Promise<number>;
}

async function started(program: Program = {}, config = CONFIG, uid = 0): Promise<Started> {
  const endless = { durationMs: Infinity };
  const system = fakeSystem({
    config: { svc1: config },
    programs: { "/bin/job": { ...endless, ...program }, "/bin/other": endless, "/bin/sorry": {}, "*": {} },
    ...(uid === 0 ? {} : { self: { uid, gid: uid }, environment: { HOME: "/home/admin", AGENT_ROOT: "/r" } }),
  });
  if (uid !== 0) system.files.put("/r/etc/svc1.conf", config);
  const run = startAgent(["svc1", "run", "--rid", "task#0"], system);
  await system.clock.advance(1_000);
  system.stderr.clear();
  return { system, run };
}

function kill(system: FakeSystem, ...args: string[]): Promise<number> {
  return runAgent(["svc1", "kill", ...args], system);
}

function record(system: FakeSystem, memory = MEMORY) {
  const { exitcode, signal, status, reason } = JSON.parse(system.files.read(`${memory}/last_run`)!);
  return { exitcode, signal, status, reason };
}

function notes(system: FakeSystem): string[] {
  return system.files.paths.filter((path) => path.includes("killed."));
}

Deno.test("kill ends the tree, and the agent of the run records who did it", async () => {
  const { system, run } = await started();
  system.processes.adopt({ pid: 500, parent: 101 });
  assertEquals(await kill(system), 0);
  assertEquals(await system.clock.runUntil(run), 143);
  assertEquals(system.processes.running, []);
  assertEquals(record(system), {
    exitcode: 143,
    signal: "SIGTERM",
    status: "down",
    reason: "killed by agent kill (uid 0)",
  });
  assertEquals(logOf(system), [
    "task#0 INFO kill svc1: send SIGTERM to the process tree, SIGKILL in 5 seconds",
    "task#0 ERROR command return code [143]: killed by agent kill (uid 0)",
    "task#0 INFO killed by agent kill (uid 0): nothing is left of 2 processes",
  ]);
  assertEquals([notes(system), system.files.list(`${MEMORY}/run`)], [[], []]);
  assertStringIncludes(
    system.files.read("/var/log/agent/svc1.log")!,
    `sid:${FIRST} n:n1 o:svc1 r:task#0 sc:n | killed by agent kill (uid 0)`,
  );
});

Deno.test("kill waits for the grace of the task, or its own", async () => {
  const seconds = async (...args: string[]) => {
    const { system, run } = await started({ ignoresTerm: true });
    const begin = system.clock.monotonic();
    assertEquals(await kill(system, ...args), 0);
    const ms = system.clock.monotonic() - begin;
    await system.clock.runUntil(run);
    assertEquals(record(system).reason, "killed by agent kill (uid 0)");
    return Math.floor(ms / 1000);
  };
  assertEquals(await seconds(), 5);
  assertEquals(await seconds("--grace", "2s"), 2);
});

Deno.test("an interrupt at kill skips the rest of the grace", async () => {
  const { system, run } = await started({ ignoresTerm: true });
  const killing = startAgent(["svc1", "kill", "--grace", "1h"], system);
  await system.clock.advance(2_000);
  const begin = system.clock.monotonic();
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(killing), 0);
  assertEquals(system.clock.monotonic() - begin < 1_000, true);
  await system.clock.runUntil(run);
});

Deno.test("kill --signal KILL sends no TERM before", async () => {
  const { system, run } = await started();
  assertEquals(await kill(system, "--signal", "9"), 0);
  assertEquals(await system.clock.runUntil(run), 137);
  assertEquals(system.processes.signals, ["SIGKILL 101"]);
  assertEquals(record(system).signal, "SIGKILL");
});

Deno.test("a command that obeys with exit code 0 has failed all the same", async () => {
  const { system, run } = await started();
  const killing = startAgent(["svc1", "kill"], system);
  system.processes.finish(101);
  assertEquals(await system.clock.runUntil(killing), 0);
  assertEquals(await system.clock.runUntil(run), 143);
  assertEquals(record(system), {
    exitcode: 143,
    signal: null,
    status: "down",
    reason: "killed by agent kill (uid 0)",
  });
});

Deno.test("on_error runs when the whole tree is ended, and is no part of it", async () => {
  const { system, run } = await started({}, `${CONFIG}[task#0]\non_error = /bin/sorry\n`);
  system.processes.adopt({ pid: 500, parent: 101, session: 101 }, {}, { ignoresTerm: true });
  const begin = system.clock.now();
  assertEquals(await kill(system), 0);
  await system.clock.runUntil(run);
  const sorry = system.processes.started.at(-1)!;
  assertEquals(sorry.argv.at(-1), "/bin/sorry");
  assertEquals(sorry.at - begin >= 5_000, true);
  assertEquals(system.processes.signals.some((signal) => signal.endsWith(` ${sorry.pid}`)), false);
});

Deno.test("a run that is killed while a trigger goes before it does not start its command", async () => {
  const config = "[task#0]\ncommand = /bin/true\npre_run = /bin/job\n";
  const { system, run } = await started({}, config);
  assertEquals(await kill(system), 0);
  assertEquals(await system.clock.runUntil(run), 1);
  assertEquals(system.processes.started.length, 1);
  assertStringIncludes(logOf(system).join("\n"), "killed by agent kill (uid 0)");
  assertEquals(notes(system), []);
});

Deno.test("a run that lost its agent is ended, and put on record here", async () => {
  const { system } = await started();
  const folder = `${MEMORY}/run`;
  const path = `${folder}/${system.files.list(folder)[0]!.name}`;
  system.files.put(path, system.files.read(path)!.replace('"pid":100', '"pid":77'));
  assertEquals(await kill(system), 0);
  assertEquals(system.processes.running, []);
  assertEquals([notes(system), system.files.list(folder)], [[], []]);
  const history = system.files.read(`${MEMORY}/history.jsonl`)!;
  assertStringIncludes(history, '"exitcode":null,"signal":null,"reason":"killed by agent kill (uid 0)"');
});

Deno.test("kill names who survives, and fails; the note tells that it is over", async () => {
  const { system } = await started({ refusesSignals: true });
  system.processes.adopt({ pid: 500, parent: 101, name: "stuck" }, {}, { refusesSignals: true });
  assertEquals(await kill(system, "--format", "json", "--grace", "0"), 1);
  assertEquals(JSON.parse(system.stdout.text), [{
    path: "svc1",
    rid: "task#0",
    session_id: FIRST,
    signal: "SIGTERM",
    outcome: "survived",
    process_count: 2,
    survivors: [101, 500],
  }]);
  assertStringIncludes(system.stderr.text, "process 500 (stuck) could not be ended and goes on");
});

Deno.test("an agent that is not root signals through sudo as the user of the run", async () => {
  const config = "[task#0]\ncommand = /bin/job\nuser = root\n";
  const { system } = await started({ refusesSignals: true }, config, 1000);
  assertEquals(await kill(system, "--grace", "0"), 1);
  const killers = system.processes.helpers.map((argv) => argv.join(" ")).filter((line) =>
    line.includes("kill")
  );
  assertEquals(killers[0], '/usr/bin/sudo -n -u root -- /bin/sh -c kill "$@" sh -s TERM 101');
  assertEquals(killers.some((line) => line.endsWith("-s KILL 101")), true);
});

Deno.test("another signal is only sent; the record tells who sent it when the command ends by it", async () => {
  const { system, run } = await started({ endsBy: ["SIGHUP"] });
  system.processes.adopt({ pid: 500, parent: 101 });
  assertEquals(await kill(system, "--signal", "USR1"), 0);
  assertEquals(system.processes.signals, ["SIGUSR1 101", "SIGUSR1 500"]);
  assertEquals(logOf(system), ["task#0 INFO SIGUSR1 sent to 2 processes by agent kill (uid 0)"]);
  assertEquals(system.processes.running, [101, 500]);
  await kill(system, "--signal", "sighup");
  assertEquals(await system.clock.runUntil(run), 129);
  assertEquals(record(system).reason, "ended by SIGHUP, sent by agent kill (uid 0)");
});

Deno.test("a signal that the command takes as a hint does not make its run a failure", async () => {
  const { system, run } = await started();
  await kill(system, "--signal", "USR1");
  system.processes.finish(101);
  assertEquals(await system.clock.runUntil(run), 0);
  assertEquals([record(system).reason, notes(system)], [null, []]);
});

Deno.test("kill chooses by session, task and filter; what it does not name goes on", async () => {
  const { system, run } = await started();
  const other = startAgent(["svc1", "run", "--rid", "task#1"], system);
  await system.clock.advance(1_000);
  const [second] = system.files.list("/var/lib/agent/svc/svc1/task#1/run");
  const text = system.files.read(`/var/lib/agent/svc/svc1/task#1/run/${second!.name}`)!;
  const session = text.split("\n")[0]!;
  assertEquals(await kill(system, "--session", session), 0);
  assertEquals(await system.clock.runUntil(other), 143);
  assertEquals(system.processes.running, [101]);
  assertEquals(await kill(system, "--rid", "task#1"), 0);
  assertStringIncludes(system.stderr.text, "agent: nothing runs\n");
  assertEquals(await kill(system, "--session", session), 0);
  assertEquals(await kill(system, "--rid", "task#0"), 0);
  assertEquals(await system.clock.runUntil(run), 143);
});

Deno.test("kill of nothing: done for TERM and KILL, failed for another signal, 4 for what nobody knows", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  assertEquals(await kill(system), 0);
  assertEquals(await kill(system, "--signal", "KILL"), 0);
  assertEquals(await kill(system, "--signal", "HUP"), 1);
  assertEquals(system.stderr.text, "agent: nothing runs\n".repeat(3));
  assertEquals(await kill(system, "--rid", "task#9"), 4);
  assertEquals(await kill(system, "--session", "abc"), 4);
});

Deno.test("kill refuses what it cannot read, and a beginning that several sessions share", async () => {
  const { system, run } = await started();
  void startAgent(["svc1", "run", "--rid", "task#1"], system);
  await system.clock.advance(1_000);
  system.stderr.clear();
  assertEquals(await kill(system, "--session", "00000000"), 1);
  assertStringIncludes(
    system.stderr.text,
    'Cannot find the session "00000000": 2 begin like that, expected one of',
  );
  for (
    const args of [["--session", ""], ["--signal", "SEGV"], ["--signal", "HUP", "--grace", "1"], [
      "--rid",
      "",
    ]]
  ) {
    assertEquals(await kill(system, ...args), 2, args.join(" "));
  }
  assertEquals(system.processes.signals, []);
  await kill(system);
  await system.clock.runUntil(run);
});

Deno.test("kill goes ahead when it can leave no note", async () => {
  const { system, run } = await started();
  system.files.breakAt(`${MEMORY}/killed.${FIRST}`, new Error("No space left on device"));
  assertEquals(await kill(system), 0);
  assertStringIncludes(system.stderr.text, "will not say who ended it: No space left on device");
  assertEquals(await system.clock.runUntil(run), 143);
  assertEquals(record(system).reason, "ended by SIGTERM");
});

const SCHEDULED = { svc1: "[task#0]\ncommand = /bin/job\nschedule = @1h\n" };

Deno.test("kill ends a run of the daemon, which records it; its supervisor is spared", async () => {
  const options = { config: SCHEDULED, programs: { "/bin/job": { durationMs: Infinity } } };
  await withDaemon(options, async ({ system }) => {
    await system.clock.advance(1_000);
    assertEquals(await kill(system), 0);
    await system.clock.advance(1_000);
    assertEquals(system.processes.running, []);
    assertEquals(system.processes.signals.map((signal) => signal.split(" ")[0]), ["SIGTERM"]);
    assertEquals(record(system), {
      exitcode: 143,
      signal: "SIGTERM",
      status: "down",
      reason: "killed by agent kill (uid 0)",
    });
    assertEquals(notes(system), []);
  });
});

Deno.test("a run that only its supervisor keeps is shown as supervised, and is put on record here", async () => {
  const job = { durationMs: Infinity, stdout: "hello\n" };
  const system = await withDaemon(
    { config: SCHEDULED, programs: { "/bin/job": job } },
    async ({ system }) => {
      await system.clock.advance(1_000);
    },
  );
  // The daemon is gone, and with it the process that its record names.
  const path = `${MEMORY}/run/${system.files.list(`${MEMORY}/run`)[0]!.name}`;
  system.files.put(path, system.files.read(path)!.replace('"pid":100', '"pid":77'));
  await runAgent(["svc1", "ps", "--format", "json"], system);
  const [row] = JSON.parse(system.stdout.text);
  assertEquals([row.supervisor, row.process_count], ["supervised", 1]);
  assertEquals(await kill(system), 0);
  assertEquals(record(system).reason, "killed by agent kill (uid 0)");
  assertEquals([notes(system), system.files.list(`${MEMORY}/run`), system.processes.running], [[], [], []]);
});
