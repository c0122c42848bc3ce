import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf } from "../../fakes/run_service.ts";
import { type FakeSystem, fakeSystem } from "../../fakes/system.ts";

const PROGRAMS = { "*": { durationMs: 10_000 } };

function task(name: string, groups: string, more = ""): string {
  return `[task#${name}]\ncommand = /bin/${name}\nlock_group = ${groups}\n${more}`;
}

function starts({ processes, clock }: FakeSystem, from: number): string[] {
  assert(clock.now() >= from);
  return processes.started.map(({ argv, at }) => `${(at - from) / 1000} ${argv.at(-1)}`);
}

Deno.test("a run by hand is refused while another service's task has the group, and says whose", async () => {
  const system = fakeSystem({
    config: { svc1: task("a", "db"), svc2: task("b", "tape db") },
    programs: PROGRAMS,
  });
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  assertEquals(await startAgent(["svc2", "run", "--format", "json"], system), 1);
  const [result] = resultsOf(system);
  assertEquals([result?.outcome, result?.code], ["refused", 1]);
  assertEquals(
    result?.reason,
    `lock group db is held by svc1 task#a (process ${system.processes.running[0]})`,
  );
  assertEquals(await system.clock.runUntil(first), 0);
  assertEquals(await runAgent(["svc2", "run"], system), 0);
  assertEquals(commandsOf(system), ["/bin/a", "/bin/b"]);
});

Deno.test("--waitlock waits for the group, and no longer than it says", async () => {
  for (const [wait, code] of [["15s", 0], ["5s", 1]] as const) {
    const config = { svc1: task("a", "db"), svc2: task("b", "db") };
    const system = fakeSystem({ config, programs: PROGRAMS });
    const first = startAgent(["svc1", "run"], system);
    await system.clock.advance(100);
    assertEquals(await runAgent(["svc2", "run", "--waitlock", wait], system), code);
    assertEquals(await system.clock.runUntil(first), 0);
    assertEquals(commandsOf(system).length, code === 0 ? 2 : 1);
  }
});

Deno.test("as if the scheduler asked, a task whose group is taken is skipped with an info line", async () => {
  const system = fakeSystem({ config: { svc1: task("a", "db"), svc2: task("b", "db") }, programs: PROGRAMS });
  void startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  assertEquals(await startAgent(["svc2", "run", "--cron"], system), 0);
  assert(logOf(system).some((line) => line.startsWith("task#b INFO lock group db is held by svc1 task#a")));
  assertEquals(system.files.facts("/var/lib/agent/svc/svc2/scheduler/last_task#b"), undefined);
  await system.clock.advance(20_000);
});

Deno.test("tasks of one action that share a group take turns, also side by side", async () => {
  const parallel = "[subset#task:p]\nparallel = true\n";
  const svc1 = ["a", "b", "c"].map((name) => task(name, "db", "subset = p\n")).join("") + parallel;
  const system = fakeSystem({ config: { svc1 }, programs: PROGRAMS });
  const from = system.clock.now();
  assertEquals(await runAgent(["svc1", "run"], system), 0, system.stderr.text);
  const seconds = starts(system, from).map((line) => Math.floor(Number(line.split(" ")[0])));
  assertEquals(seconds, [0, 10, 20]);
});

Deno.test("services side by side take turns too, whatever the order of their groups", async () => {
  const config = { svc1: task("a", "x y"), svc2: task("b", "y x"), svc3: task("c", "y") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  const from = system.clock.now();
  assertEquals(await runAgent(["*", "run", "--parallel"], system), 0, system.stderr.text);
  assertEquals(starts(system, from).map((line) => Math.floor(parseFloat(line))), [0, 10, 20]);
});

Deno.test("a task without a group, or with another one, is in nobody's way", async () => {
  const config = { svc1: task("a", "db"), svc2: task("b", "tape"), svc3: task("c", "") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  const from = system.clock.now();
  assertEquals(await runAgent(["*", "run", "--parallel"], system), 0);
  assertEquals(starts(system, from).map((line) => Math.floor(parseFloat(line))), [0, 0, 0]);
});

Deno.test("lock_group in DEFAULT counts for all tasks of the service, unless a task says otherwise", async () => {
  const svc1 =
    "[DEFAULT]\nlock_group = db\n[task#a]\ncommand = /bin/a\n[task#b]\ncommand = /bin/b\nlock_group =\n";
  const system = fakeSystem({ config: { svc1 }, programs: PROGRAMS });
  void startAgent(["svc1", "run", "--rid", "task#a"], system);
  await system.clock.advance(100);
  void startAgent(["svc1", "run", "--rid", "task#b"], system);
  await system.clock.advance(100);
  assertEquals(commandsOf(system), ["/bin/a", "/bin/b"]);
  await system.clock.advance(20_000);
});

Deno.test("a full slot gives the group back", async () => {
  const record = {
    session_id: "s9",
    pid: 400,
    start_time: 3_400,
    boot_id: "b0000000-0000-4000-8000-000000000001",
    at: "2026-03-02T09:00:00.000Z",
    planned_at: null,
    origin: "user",
    user: "root",
  };
  const files = { "/var/lib/agent/svc/svc1/task#a/run/400": `s9\n${JSON.stringify(record)}\n` };
  const system = fakeSystem({ config: { svc1: task("a", "db") }, programs: PROGRAMS, files });
  system.processes.adopt({ pid: 400 });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(system.stderr.text, "task is already running 1 times");
  assertEquals(system.files.paths.filter((path) => path.includes("/group.db/run/")), []);
});

Deno.test("both lists of gates show the group", async () => {
  const config = { svc1: task("a", "db"), svc2: task("b", "tape db", "schedule = @10\n") };
  const system = fakeSystem({ config, programs: PROGRAMS });
  const gate = async (...args: string[]) => {
    system.stdout.clear();
    await startAgent([...args, "--format", "json"], system);
    const [row] = JSON.parse(system.stdout.text);
    return row.gates.find(({ name }: { name: string }) => name === "lock group");
  };
  const free = { name: "lock group", is_open: true, value: "db, tape free" };
  assertEquals(await gate("svc2", "run", "--dry-run"), free);
  assertEquals(await gate("svc2", "print", "schedule", "--explain"), free);
  void startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  const [pid] = system.processes.running;
  const held = { ...free, is_open: false, value: `lock group db is held by svc1 task#a (process ${pid})` };
  assertEquals(await gate("svc2", "run", "--dry-run"), held);
  assertEquals(await gate("svc2", "print", "schedule", "--explain"), held);
  await system.clock.advance(20_000);
});

for (const name of ["a/b", "ä", "x,y", "a".repeat(101), "$(id)"]) {
  Deno.test(`a lock_group that is no name is refused, by validation and by a run: ${name.slice(0, 20)}`, async () => {
    const system = fakeSystem({ config: { svc1: task("a", `db ${name}`) }, programs: PROGRAMS });
    assertEquals(await runAgent(["svc1", "validate", "config"], system), 3);
    assertStringIncludes(system.stdout.text, "lock_group");
    assertEquals(await runAgent(["svc1", "run"], system), 3);
    assertEquals(commandsOf(system), []);
  });
}

Deno.test("a group may have the name of a folder above", async () => {
  const system = fakeSystem({ config: { svc1: task("a", ".. .") }, programs: PROGRAMS });
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(
    system.files.paths.filter((path) => path.startsWith("/run/agent") && !path.startsWith("/run/agent/svc")),
    [
      "/run/agent/lock_groups/group.../run.lock",
      "/run/agent/lock_groups/group../run.lock",
      "/run/agent/lock_groups/groups.lock",
    ].sort(),
  );
});
