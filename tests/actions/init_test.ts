import { assertEquals } from "@std/assert";
import { endLeftovers, isInit, reapAsInit } from "../../src/actions/init.ts";
import { fakeSystem } from "../fakes/system.ts";

const NEVER = new AbortController().signal;

/** The first process of a container, with a zombie that was left to it. */
function container() {
  const system = fakeSystem({ pid: 1 });
  system.processes.adopt({ pid: 50, parent: 1, state: "Z" });
  return system;
}

Deno.test("isInit() is true for process 1 only", () => {
  assertEquals([isInit(fakeSystem({ pid: 1 })), isInit(fakeSystem())], [true, false]);
});

Deno.test("reapAsInit() collects what was there, what ends later, and bursts together", async () => {
  const system = container();
  const counts: number[] = [];
  const reaping = reapAsInit(system, (count) => counts.push(count));
  await system.clock.advance(1_000);
  assertEquals([counts, system.processes.running], [[1], []]);
  for (const pid of [60, 61, 62]) {
    system.processes.adopt({ pid, parent: 1, state: "Z" });
    system.signals.send("SIGCHLD");
  }
  await system.clock.advance(1_000);
  assertEquals([counts, system.clock.sleeping], [[1, 3], 0]);
  reaping[Symbol.dispose]();
  assertEquals(system.signals.send("SIGCHLD"), false);
});

Deno.test("reapAsInit() leaves children of the agent and living orphans alone", async () => {
  const system = fakeSystem({ pid: 1, programs: { "/bin/job": { durationMs: Infinity } } });
  const { pid } = system.processes.start({ argv: ["/bin/job"], cwd: "/", env: {}, stdin: "null" });
  system.processes.adopt({ pid: 50, parent: 1 });
  const reaping = reapAsInit(system);
  system.signals.send("SIGCHLD");
  await system.clock.advance(1_000);
  assertEquals(system.processes.running, [pid, 50]);
  reaping[Symbol.dispose]();
});

Deno.test("reapAsInit() does nothing where another process is the first one", async () => {
  const system = fakeSystem();
  system.processes.adopt({ pid: 50, parent: 100, state: "Z" });
  const reaping = reapAsInit(system);
  assertEquals(system.signals.send("SIGCHLD"), false);
  await system.clock.advance(1_000);
  assertEquals(system.processes.running, [50]);
  reaping[Symbol.dispose]();
});

Deno.test("endLeftovers() asks descendants once, and nobody who was put into the container from outside", async () => {
  const system = fakeSystem({ pid: 1 });
  system.processes.adopt({ pid: 50, parent: 1 }, {}, { ignoresTerm: true });
  system.processes.adopt({ pid: 51, parent: 50 });
  system.processes.adopt({ pid: 70, parent: 0 });
  const left = await system.clock.runUntil(endLeftovers(system, NEVER));
  assertEquals(left.map(({ pid }) => pid), [50]);
  assertEquals(system.processes.signals, ["SIGTERM 50", "SIGCONT 50", "SIGTERM 51"]);
  assertEquals(system.clock.now(), Date.parse("2026-03-02T10:00:03Z"));
});

Deno.test("endLeftovers() returns as soon as nobody is left, and does not wait when it is hurried", async () => {
  const system = container();
  assertEquals(await system.clock.runUntil(endLeftovers(system, NEVER)), []);
  system.processes.adopt({ pid: 51, parent: 1 }, {}, { ignoresTerm: true });
  const left = await system.clock.runUntil(endLeftovers(system, AbortSignal.abort()));
  assertEquals([left.length, system.clock.now()], [1, Date.parse("2026-03-02T10:00:00Z")]);
});
