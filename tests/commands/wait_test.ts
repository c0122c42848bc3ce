import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { otherAgent, startBackgrounds } from "../fakes/other_agent.ts";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { resultsOf } from "../fakes/run_service.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../fakes/system.ts";

const PROGRAMS = {
  "/bin/job": { durationMs: 10_000 },
  "/bin/ok": {},
  "/bin/fails": { durationMs: 5_000, code: 3 },
};
const BOOT = "b0000000-0000-4000-8000-000000000001";
const SESSION = "0a000000-0000-4000-8000-000000000001";
const RID = "/var/lib/agent/svc/svc1/task#0";

function task(rid: number, command: string, more = ""): string {
  return `[task#${rid}]\ncommand = /bin/${command}\n${more}`;
}

function host(config: string, options: FakeOptions = {}): FakeSystem {
  return fakeSystem({ config: { svc1: config }, programs: PROGRAMS, ...options });
}

async function detach(system: FakeSystem, ...args: string[]): Promise<string> {
  assertEquals(await runAgent(["svc1", "run", "--detach", ...args], system), 0, system.stderr.text);
  const session = system.stdout.text.trim();
  system.stdout.clear();
  return session;
}

function wait(system: FakeSystem, ...args: string[]): Promise<number> {
  return runAgent(["svc1", "wait", ...args], system);
}

/** A run record of another agent. */
function slot(facts: Record<string, unknown> = {}): string {
  const record = {
    session_id: SESSION,
    pid: 400,
    start_time: 3_400,
    boot_id: BOOT,
    at: "2026-03-02T09:59:00.000Z",
    planned_at: null,
    origin: "user",
    user: "root",
    ...facts,
  };
  return `${SESSION}\n${JSON.stringify(record)}\n`;
}

for (const [command, code] of [["job", 0], ["fails", 3], ["gone", 127]] as const) {
  Deno.test(`wait --session of a detached run waits for it and exits as it did: ${code}`, async () => {
    const system = host(task(0, command));
    const [background] = [startBackgrounds(system)];
    const session = await detach(system);
    assertEquals(await wait(system, "--session", session), code);
    assertEquals(system.stdout.text, "");
    assertEquals(await system.clock.runUntil(background[0]!.ended), code);
    // What is over is answered at once, also from the history alone, and by the beginning of the id.
    assertEquals(await wait(system, "--session", session.slice(0, -1)), code);
    system.files.remove("/run/agent/sessions");
    const now = system.clock.now();
    assertEquals([await wait(system, "--session", session), system.clock.now()], [code, now]);
  });
}

Deno.test("wait --format json gives the results of the session, in run order", async () => {
  const system = host(task(0, "ok") + task(1, "fails") + task(2, "job", "disable = true\n") + task(3, "ok"));
  startBackgrounds(system);
  const session = await detach(system);
  assertEquals(await wait(system, "--session", session, "--format", "json"), 3);
  assertEquals(resultsOf(system).map(({ rid, outcome, code }) => [rid, outcome, code]), [
    ["task#0", "ran", 0],
    ["task#1", "ran", 3],
    ["task#2", "skipped", 0],
    ["task#3", "ran", 0],
  ]);
  system.files.remove("/run/agent/sessions");
  system.stdout.clear();
  assertEquals(await wait(system, "--session", session, "--format", "json"), 3);
  const results = resultsOf(system);
  assertEquals(results.map(({ rid, code, is_failed }) => [rid, code, is_failed]), [
    ["task#0", 0, false],
    ["task#1", 3, true],
    ["task#3", 0, false],
  ]);
  assertEquals(results[1]?.reason, "exit code 3");
});

Deno.test("the exit code follows the rule of run: optional, and codes that are no failure", async () => {
  const cases: [string, number][] = [
    [task(0, "fails", "optional = true\n") + task(1, "ok"), 0],
    [task(0, "fails", "retcodes = 0:up 3:warn\n"), 3],
    [task(0, "ok") + task(1, "fails", "optional = false\n") + task(2, "gone"), 3],
  ];
  for (const [config, code] of cases) {
    const system = host(config);
    startBackgrounds(system);
    const session = await detach(system);
    assertEquals(await wait(system, "--session", session), code);
    system.files.remove("/run/agent/sessions");
    assertEquals(await wait(system, "--session", session), code);
  }
});

Deno.test("wait without a session waits for all that is under way now, and for nothing that comes later", async () => {
  const system = host(task(0, "job") + task(1, "fails") + task(2, "ok"));
  assertEquals(await wait(system), 0, "nothing runs");
  const start = system.clock.now();
  const runs = [
    startAgent(["svc1", "run", "--rid", "task#0"], system),
    startAgent(["svc1", "run", "--rid", "task#1"], system),
  ];
  await system.clock.advance(500);
  const waiting = startAgent(["svc1", "wait"], system);
  await system.clock.advance(6_000);
  const later = startAgent(["svc1", "run", "--rid", "task#1"], system);
  assertEquals(await system.clock.runUntil(waiting), 3);
  assert(Math.abs(system.clock.now() - start - 10_000) < 300, `${system.clock.now() - start}`);
  assertEquals(await system.clock.runUntil(Promise.all([...runs, later])), [0, 3, 3]);
});

Deno.test("wait --rid waits for that task only, also for one whose turn in a session has not come", async () => {
  const system = host(task(0, "fails") + task(1, "job") + task(2, "job"));
  const backgrounds = startBackgrounds(system);
  const session = await detach(system);
  const start = system.clock.now();
  const took = async (...args: string[]) => [
    await wait(system, ...args),
    Math.round((system.clock.now() - start) / 1_000),
  ];
  assertEquals(await took("--rid", "task#0"), [3, 5]);
  assertEquals(await took("--rid", "task#1", "--session", session), [0, 15]);
  assertEquals(await took("--rid", "task#2"), [0, 25]);
  assertEquals(await system.clock.runUntil(backgrounds[0]!.ended), 3);
});

Deno.test("wait looks when files change, and seldom without that", async () => {
  const system = host(task(0, "job"));
  startBackgrounds(system);
  const session = await detach(system);
  let looks = 0;
  const read = system.files.read.bind(system.files);
  system.files.read = (path) => {
    if (path.includes("/sessions/")) looks++;
    return read(path);
  };
  assertEquals(await wait(system, "--session", session), 0);
  assert(looks > 10 && looks < 60, `${looks} reads in ten seconds`);
});

Deno.test("wait gives up with 124 when the time is up, and says what still runs", async () => {
  const system = host(task(0, "job"));
  const run = startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  for (const [timeout, ms] of [["3s", 3_000], ["0", 0]] as const) {
    const start = system.clock.now();
    assertEquals(await wait(system, "--timeout", timeout), 124);
    assertEquals(system.clock.now() - start, ms);
    assertStringIncludes(system.stderr.text, `still under way after ${ms / 1_000} s: svc1 task#0`);
  }
  assertEquals(await wait(system, "--timeout", "1m"), 0);
  assertEquals(await run, 0);
});

Deno.test("wait works for what the daemon runs, and does not wait for the daemon", async () => {
  const system = host(task(0, "fails", "schedule = 10:00:05\n"));
  await withDaemon(system, async (daemon) => {
    await daemon.advance(6);
    const [name] = system.files.list(`${RID}/run`);
    const session = system.files.read(`${RID}/run/${name!.name}`)!.split("\n")[0]!;
    assertEquals(await wait(system), 3);
    assertEquals(await wait(system, "--session", session), 3);
  });
});

Deno.test("a run that outlives its daemon is waited for without one, and its end read from its supervisor", async () => {
  const cases: [string, number, boolean][] = [
    [task(0, "fails", "schedule = 10:00:05\n"), 3, true],
    [task(0, "fails", "schedule = 10:00:05\nretcodes = 0:up 3:warn\n"), 3, false],
    [task(0, "job", "schedule = 10:00:05\n"), 0, false],
  ];
  for (const [config, code, is_failed] of cases) {
    const system = host(config);
    system.processes.adopt({ pid: 900 });
    await withDaemon(otherAgent(system, { pid: 900, startTime: 3_900 }), (daemon) => daemon.advance(7));
    system.processes.finish(900);
    const [name] = system.files.list(`${RID}/run`);
    const session = system.files.read(`${RID}/run/${name!.name}`)!.split("\n")[0]!;
    assertEquals(await wait(system, "--timeout", "0"), 124);
    assertEquals(await wait(system, "--session", session, "--format", "json"), code);
    assertEquals(resultsOf(system).map((result) => [result.code, result.is_failed]), [[code, is_failed]]);
    // The next daemon puts it on record, and the answer stays the same.
    await withDaemon(system, (daemon) => daemon.advance(1));
    assertEquals(JSON.parse(system.files.read(`${RID}/last_run`)!).session_id, session);
    assertEquals(await wait(system, "--session", session), code);
  }
});

Deno.test("a session of several tasks is over with its agent, not between two of its tasks", async () => {
  const system = host(task(0, "job") + task(1, "fails"));
  system.processes.adopt({ pid: 400 });
  system.files.put(`${RID}/run/400`, slot());
  const waiting = startAgent(["svc1", "wait", "--session", SESSION], system);
  await system.clock.advance(2_000);
  system.files.remove(`${RID}/run/400`);
  const line = {
    session_id: SESSION,
    exitcode: 0,
    reason: null,
    status: "up",
    at: "2026-03-02T09:59:00.000Z",
  };
  system.files.put(`${RID}/history.jsonl`, `${JSON.stringify(line)}\n`);
  await system.clock.advance(5_000);
  const second = { ...line, exitcode: 3, reason: "exit code 3 is down", status: "down" };
  system.files.put("/var/lib/agent/svc/svc1/task#1/history.jsonl", `${JSON.stringify(second)}\n`);
  system.processes.finish(400);
  assertEquals(await system.clock.runUntil(waiting), 3);
});

Deno.test("a run whose agent was killed counts as failed, once its command is gone, too", async () => {
  const system = host(task(0, "job"));
  system.processes.adopt({ pid: 400 });
  system.processes.adopt({ pid: 401 });
  system.files.put(`${RID}/run/400`, slot({ command_pid: 401, command_start_time: 3_401 }));
  const waits = [
    startAgent(["svc1", "wait"], system),
    startAgent(["svc1", "wait", "--session", "0a"], system),
  ];
  await system.clock.advance(2_000);
  system.processes.finish(400);
  await system.clock.advance(10_000);
  assertEquals(system.stderr.text, "");
  system.processes.finish(401);
  assertEquals(await system.clock.runUntil(Promise.all(waits)), [1, 1]);
  assertEquals(system.stderr.lines.slice(0, 2), Array(2).fill("agent: svc1 task#0: nobody saw how it ended"));
  // The next run puts on record what is known.
  await runAgent(["svc1", "run"], system);
  system.stderr.clear();
  assertEquals(await wait(system, "--session", SESSION), 1);
  assertEquals(system.stderr.text, "agent: svc1 task#0: the agent was ended before the command\n");
});

Deno.test("a detached agent that was killed has told only of what it had finished", async () => {
  const system = host(task(0, "ok") + task(1, "ok"));
  const record = {
    session_id: SESSION,
    pid: 400,
    start_time: 3_400,
    boot_id: BOOT,
    started_at: "2026-03-02T09:59:00.000Z",
    tasks: [{ path: "svc1", rid: "task#0" }, { path: "svc1", rid: "task#1" }],
    ended_at: null,
    exit_code: null,
    reason: null,
    results: [],
  };
  system.processes.adopt({ pid: 400 });
  system.files.put(`/run/agent/sessions/${SESSION}.json`, JSON.stringify(record));
  const line = { session_id: SESSION, exitcode: 0, reason: null, status: "up" };
  system.files.put(`${RID}/history.jsonl`, `${JSON.stringify(line)}\n`);
  const waiting = startAgent(["svc1", "wait", "--session", SESSION, "--format", "json"], system);
  await system.clock.advance(3_000);
  assertEquals(system.stdout.text, "");
  system.processes.finish(400);
  assertEquals(await system.clock.runUntil(waiting), 1);
  assertEquals(resultsOf(system).map(({ rid, code, reason }) => [rid, code, reason]), [
    ["task#0", 0, null],
    ["task#1", 1, "nobody saw how it ended"],
  ]);
});

Deno.test("a detached session that was refused in the background exits as that did", async () => {
  const system = host(task(0, "ok", "run_requires = fs#1\n") + "[fs#1]\ntype = flag\n");
  system.files.put("/run/agent/svc/svc1/fs#1.flag", "");
  const backgrounds = startBackgrounds(system);
  const start = system.processes.background;
  system.processes.background = (...args) => {
    // Between the look in front and the one behind, the requirement is lost.
    system.files.remove("/run/agent/svc/svc1/fs#1.flag");
    return start(...args);
  };
  const session = await detach(system);
  assertEquals(await wait(system, "--session", session), 1);
  assertStringIncludes(system.stderr.text, "agent: svc1 task#0: requires on resource fs#1");
  assertEquals(await backgrounds[0]!.ended, 1);
});

Deno.test("a detached session whose agent failed as a whole says why", async () => {
  const system = host(task(0, "ok"));
  startBackgrounds(system);
  const start = system.processes.background;
  system.processes.background = (...args) => {
    system.files.put("/etc/agent/svc1.conf", task(1, "ok"));
    return start(...args);
  };
  const session = await detach(system, "--rid", "task#0");
  system.files.put("/etc/agent/svc1.conf", task(0, "ok"));
  assertEquals(await wait(system, "--session", session), 4);
  assertStringIncludes(system.stderr.text, "agent: Cannot run svc1: --rid task#0 names no resource");
});

const wrong: [args: string[], code: number, says: string][] = [
  [["--session", "beef"], 4, 'Cannot find the session "beef": no run has it'],
  [["--session", ""], 2, "--session: it is empty"],
  [["--rid", "task#9"], 4, "task#9 names no resource"],
  [["--timeout", "soon"], 2, "--timeout"],
];

for (const [args, code, says] of wrong) {
  Deno.test(`wait ${args.join(" ")} exits with ${code}`, async () => {
    const system = host(task(0, "ok"));
    assertEquals(await wait(system, ...args), code);
    assertStringIncludes(system.stderr.text, says);
  });
}

Deno.test("the beginning of several sessions is too little, and a session of another service is unknown", async () => {
  const config = { svc1: task(0, "ok"), svc2: task(0, "ok") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  for (const service of ["svc1", "svc1", "svc2"]) await runAgent([service, "run"], system);
  const sessions = (service: string) =>
    system.files.read(`/var/lib/agent/svc/${service}/task#0/history.jsonl`)!.trim().split("\n")
      .map((line) => JSON.parse(line).session_id as string);
  assertEquals(await wait(system, "--session", "00000000"), 1);
  assertStringIncludes(system.stderr.text, "2 begin like that, expected one of");
  assertEquals(await wait(system, "--session", sessions("svc2")[0]!), 4);
  assertEquals(await wait(system, "--session", sessions("svc1")[0]!), 0);
  assertEquals(await runAgent(["*", "wait", "--session", sessions("svc2")[0]!], system), 0);
});

Deno.test("one session over several services is waited for as a whole", async () => {
  const config = { svc1: task(0, "ok"), svc2: task(0, "fails") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  startBackgrounds(system);
  assertEquals(await runAgent(["*", "run", "--detach"], system), 0);
  const session = system.stdout.text.trim();
  assertEquals(await runAgent(["svc1", "wait", "--session", session, "--timeout", "1s"], system), 124);
  assertEquals(await runAgent(["*", "wait", "--session", session], system), 3);
  assertEquals(await runAgent(["svc1", "wait", "--session", session], system), 0);
});

Deno.test("two agents may wait for the same session", async () => {
  const system = host(task(0, "fails"));
  startBackgrounds(system);
  const session = await detach(system);
  const other = otherAgent(system, { pid: 900, startTime: 3_900 });
  const waits = [system, other].map((each) => startAgent(["svc1", "wait", "--session", session], each));
  assertEquals(await system.clock.runUntil(Promise.all(waits)), [3, 3]);
});
