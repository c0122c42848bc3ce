import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const RID = "/var/lib/agent/svc/svc1/task#0";
const BOOT = "b0000000-0000-4000-8000-000000000001";
const PROGRAMS = { "/bin/job": { durationMs: 10_000 } };

function service(lines = "") {
  return { svc1: `[task#0]\ncommand = /bin/job\n${lines}\n` };
}

/** The run record that another agent left, with the process 500 as its command. */
function record(facts: Record<string, unknown> = {}): string {
  const full = {
    session_id: "s9",
    pid: 400,
    start_time: 3_400,
    boot_id: BOOT,
    at: "2026-03-02T09:00:00.000Z",
    planned_at: null,
    origin: "user",
    user: "root",
    command_pid: 500,
    command_start_time: 3_500,
    ...facts,
  };
  return `s9\n${JSON.stringify(full)}\n`;
}

Deno.test("run is refused while the task runs, and says how often it does", async () => {
  const system = fakeSystem({ config: service(), programs: PROGRAMS });
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(1_000);
  assertEquals(await startAgent(["svc1", "run"], system), 1);
  assertEquals(logOf(system).at(-1), "task#0 ERROR task is already running 1 times");
  assertEquals(await system.clock.runUntil(first), 0);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(commandsOf(system).length, 2);
});

Deno.test("run starts exactly max_parallel of many that come at once", async () => {
  const system = fakeSystem({ config: service("max_parallel = 3"), programs: PROGRAMS });
  const runs = Array.from({ length: 8 }, () => startAgent(["svc1", "run"], system));
  const codes = await Promise.all(runs.map((run) => system.clock.runUntil(run)));
  assertEquals(codes.sort(), [0, 0, 0, 1, 1, 1, 1, 1]);
  assertEquals(system.processes.started.length, 3);
  assertEquals(system.files.locked, []);
});

Deno.test("run --waitlock waits for a slot as long as it says, and no longer", async () => {
  for (const [wait, code, count] of [["5s", 1, 1], ["15s", 0, 2]] as const) {
    const system = fakeSystem({ config: service(), programs: PROGRAMS });
    const first = startAgent(["svc1", "run"], system);
    await system.clock.advance(1_000);
    const begin = system.clock.now();
    assertEquals(await runAgent(["svc1", "run", "--waitlock", wait], system), code);
    assertEquals(system.processes.started.length, count);
    assertEquals(system.clock.now() - begin, code === 1 ? 5_000 : 19_000);
    await system.clock.runUntil(first);
  }
});

Deno.test("run --cron skips a task that is already running, with an info line", async () => {
  const system = fakeSystem({ config: service(), programs: PROGRAMS });
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(1_000);
  assertEquals(await startAgent(["svc1", "run", "--cron", "--format", "json"], system), 0);
  assertEquals(resultsOf(system)[0]?.outcome, "skipped");
  assertEquals(logOf(system).at(-1), "task#0 INFO task is already running 1 times");
  assertEquals(system.files.paths.filter((path) => path.includes("scheduler")), []);
  await system.clock.runUntil(first);
});

const stale: [what: string, record: string, adopt: boolean][] = [
  ["whose processes are gone", record(), false],
  ["of another boot, although the pids are in use", record({ boot_id: "other" }), true],
  ["of a pid that was given to another process", record({ start_time: 1, command_start_time: 1 }), true],
];

for (const [what, text, adopt] of stale) {
  Deno.test(`run cleans up a run record ${what}, with one info line`, async () => {
    const system = fakeSystem({ config: service(), programs: PROGRAMS, files: { [`${RID}/run/400`]: text } });
    if (adopt) { for (const pid of [400, 500]) system.processes.adopt({ pid }); }
    assertEquals(await runAgent(["svc1", "run"], system), 0);
    assertEquals(logOf(system).slice(0, 2), [
      "task#0 INFO clean up stale run file (process 400 does not run)",
      "task#0 INFO /bin/job",
    ]);
    assertEquals(system.files.list(`${RID}/run`), []);
  });
}

for (const text of ['s9\n{"pid":4', "", "[]", "x".repeat(5 * 1024 * 1024)]) {
  Deno.test(`run sets a run record aside that says ${JSON.stringify(text.slice(0, 12))}, with a warning`, async () => {
    const system = fakeSystem({ config: service(), programs: PROGRAMS, files: { [`${RID}/run/400`]: text } });
    assertEquals(await runAgent(["svc1", "run"], system), 0);
    const [warning] = logOf(system);
    assertMatch(warning!, /^task#0 WARNING Cannot .*run\/400".*; it is set aside as .*task#0\/run\.corrupt$/);
    assertEquals([system.files.list(`${RID}/run`), system.files.read(`${RID}/run.corrupt`)], [[], text]);
  });
}

Deno.test("run puts a lost attempt on record before the next one", async () => {
  const system = fakeSystem({
    config: service(),
    programs: PROGRAMS,
    files: { [`${RID}/run/400`]: record() },
  });
  await runAgent(["svc1", "run"], system);
  const [lost, own] = system.files.read(`${RID}/history.jsonl`)!.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([lost.session_id, lost.exitcode, lost.ended_at, lost.status, lost.pid], [
    "s9",
    null,
    null,
    "undef",
    500,
  ]);
  assertEquals(lost.reason, "the agent was ended before the command");
  assertEquals(own.exitcode, 0);
  assertEquals(JSON.parse(system.files.read(`${RID}/last_run`)!).exitcode, 0);
});

Deno.test("run does not let a lost attempt replace a younger last run", async () => {
  const younger = JSON.stringify({ at: "2026-03-02T09:30:00.000Z", exitcode: 0, origin: "user" });
  const files = { [`${RID}/run/400`]: record(), [`${RID}/last_run`]: younger };
  const system = fakeSystem({ config: { svc1: "[task#0]\ncommand = /bin/job\nuser = nosuch\n" }, files });
  await runAgent(["svc1", "run"], system);
  assertEquals(system.files.read(`${RID}/last_run`), younger);
});

Deno.test("run by hand tells of the command of a killed agent that still runs; the scheduler waits for it", async () => {
  const system = fakeSystem({
    config: service(),
    programs: PROGRAMS,
    files: { [`${RID}/run/400`]: record() },
  });
  system.processes.adopt({ pid: 500 });
  assertEquals(await runAgent(["svc1", "run", "--cron"], system), 0);
  assertStringIncludes(system.stderr.text, "task is already running 1 times");
  assertEquals(system.processes.started.length, 0);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertStringIncludes(system.stderr.text, "goes on without its agent (process 500)");
  system.processes.finish(500);
  assertEquals(await runAgent(["svc1", "run", "--cron"], system), 0);
  assertEquals(system.processes.started.length, 2);
});

Deno.test("run leaves a run record with the session, the command and its start time while it lasts", async () => {
  const system = fakeSystem({ config: service(), programs: PROGRAMS });
  const run = startAgent(["svc1", "run"], system);
  await system.clock.advance(1_000);
  const [session, json] = system.files.read(`${RID}/run/100`)!.split("\n");
  const { pid, start_time, command_pid, command_start_time, boot_id } = JSON.parse(json!);
  assertEquals(session, "00000000-0000-4000-8000-000000000001");
  assertEquals([pid, start_time, command_pid, command_start_time, boot_id], [100, 1_000, 101, 2_101, BOOT]);
  await system.clock.runUntil(run);
});
