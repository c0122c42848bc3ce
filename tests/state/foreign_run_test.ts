import { assertEquals } from "@std/assert";
import { foreignRun, parseSession } from "../../src/state/foreign_run.ts";
import { logOf } from "../fakes/run_service.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const RID = "/var/lib/agent/svc/svc1/task#0";
const RECORD = `${RID}/run/400`;
const SESSION = "5b1c2f6e-1111-4222-8333-444455556666";
/** The fake host booted a second before it is 10:00:00, and counts a hundred ticks in a second. */
const NOW = Date.parse("2026-03-02T10:00:00Z");

const cases: [
  what: string,
  given: { startTime?: number; writtenAt: number; state?: string; seenAt?: number },
  isFound: boolean,
][] = [
  ["whose process began before the file", { startTime: 50, writtenAt: NOW }, true],
  ["whose process is gone", { writtenAt: NOW }, false],
  ["whose pid was given to a younger process", { startTime: 50, writtenAt: NOW - 60_000 }, false],
  ["whose process waits to be collected", { startTime: 50, writtenAt: NOW, state: "Z" }, false],
  [
    "of a young process, by a clock that was set, that /proc saw before the file",
    { startTime: 50, writtenAt: NOW - 60_000, seenAt: NOW - 61_000 },
    true,
  ],
];

for (const [what, { startTime, writtenAt, state = "S", seenAt }, isFound] of cases) {
  Deno.test(`foreignRun() ${isFound ? "finds" : "does not believe in"} a run ${what}`, () => {
    const system = fakeSystem();
    system.files.put(RECORD, `${SESSION}\n`, { modifiedAt: writtenAt });
    if (startTime !== undefined) system.processes.adopt({ pid: 400, startTime, state });
    if (seenAt !== undefined) {
      system.files.put("/proc/400/stat", "");
      system.files.change("/proc/400", { modifiedAt: seenAt });
    }
    const found = foreignRun(system, RECORD, 400);
    assertEquals(found, isFound ? { startTime: startTime!, writtenAt } : undefined);
  });
}

Deno.test("foreignRun() knows nothing of this very process, which knows its runs", () => {
  const system = fakeSystem({ files: { [`${RID}/run/100`]: SESSION } });
  assertEquals(foreignRun(system, `${RID}/run/100`, 100), undefined);
});

Deno.test("parseSession() reads what the 2.1 and the 3 agent write, and nothing else", () => {
  const texts = [SESSION, `${SESSION}\n`, `${SESSION} x`, "", "400"];
  assertEquals(texts.map(parseSession), [SESSION, SESSION, undefined, undefined, undefined]);
});

Deno.test("run counts a run of an older agent, and cleans up after one that is over", async () => {
  const system = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/true\n" },
    files: { [RECORD]: SESSION },
  });
  system.processes.adopt({ pid: 400, startTime: 50 });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertEquals(logOf(system).at(-1), "task#0 ERROR task is already running 1 times");
  system.processes.finish(400);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(logOf(system).at(-2), "task#0 INFO clean up stale run file (process 400 does not run)");
  assertEquals(system.files.list(`${RID}/run`), []);
});

Deno.test("print status shows a run of an older agent with its session", async () => {
  const system = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/true\n" },
    files: { [RECORD]: SESSION },
  });
  system.processes.adopt({ pid: 400, startTime: 50 });
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  const { running } = JSON.parse(system.stdout.text)[0];
  assertEquals(running, [{
    rid: "task#0",
    pid: 400,
    session_id: SESSION,
    at: "2026-03-02T10:00:00.000Z",
    origin: "scheduler",
  }]);
});
