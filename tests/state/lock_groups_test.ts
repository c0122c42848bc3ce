import { assert, assertEquals } from "@std/assert";
import { describeHeld, findHeld, takeGroups } from "../../src/state/lock_groups.ts";
import { otherAgent } from "../fakes/other_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDERS = { etc: "/etc/agent", var: "/var/lib/agent", log: "/var/log/agent", run: "/run/agent" };
const COMMAND = { pid: 700, startTime: 3_700 };

function take(system: FakeSystem, rid: string, ...names: string[]) {
  const record = {
    session_id: `s-${rid}`,
    path: "svc1",
    rid,
    at: "2026-03-02T10:00:00.000Z",
    planned_at: null,
    origin: "user" as const,
    user: "root",
  };
  return takeGroups(system, FOLDERS, { names, record, lockWaitMs: 1_000 });
}

function other(system: FakeSystem, pid: number): FakeSystem {
  system.processes.adopt({ pid });
  return otherAgent(system, { pid, startTime: 3_000 + pid });
}

Deno.test("takeGroups() takes all or none, and says who has one", async () => {
  const system = fakeSystem();
  const first = await take(system, "task#0", "a", "b");
  assert(first.kind === "taken");
  const second = await take(other(system, 200), "task#1", "b", "c");
  assert(second.kind === "held");
  assertEquals(second.reason, "lock group b is held by svc1 task#0 (process 100)");
  assertEquals(findHeld(system, FOLDERS, ["c"]), undefined, "nothing of what it did not get is kept");
  await first.held.release();
  assertEquals(findHeld(system, FOLDERS, ["a", "b"]), undefined);
  assertEquals((await take(other(system, 200), "task#1", "b", "c")).kind, "taken");
  assertEquals(system.files.locked, []);
});

Deno.test("of many who take crossing groups at once, nobody shares one, and nobody fails for nothing", async () => {
  const system = fakeSystem();
  const pairs = [["a", "b"], ["b", "c"], ["c", "d"], ["a", "d"], ["b", "d"], ["a", "c"]];
  const outcomes = await system.clock.runUntil(Promise.all(
    pairs.map((names, i) => take(other(system, 200 + i), `task#${i}`, ...names)),
  ));
  const taken = pairs.filter((_, i) => outcomes[i]!.kind === "taken");
  const names = taken.flat();
  assertEquals(new Set(names).size, names.length, "no group twice");
  assertEquals(taken.length, 2, "four groups are enough for two pairs, whatever the order");
});

Deno.test("a group that is given back twice is not taken from its next holder", async () => {
  const system = fakeSystem();
  const first = await take(system, "task#0", "a");
  assert(first.kind === "taken");
  await first.held.release();
  const second = await take(system, "task#1", "a");
  await first.held.release();
  assertEquals([second.kind, findHeld(system, FOLDERS, ["a"])?.holder.rid], ["taken", "task#1"]);
});

Deno.test("a group stays taken while the command of a killed agent lives, and no longer", async () => {
  const system = fakeSystem();
  const agent = other(system, 200);
  const first = await take(agent, "task#0", "a");
  assert(first.kind === "taken");
  system.processes.adopt({ ...COMMAND, parent: 1 });
  await first.held.noteCommand(COMMAND);
  system.processes.finish(200);
  const held = findHeld(system, FOLDERS, ["a"])!;
  assertEquals(describeHeld(held), "lock group a is held by svc1 task#0 (process 700)");
  assertEquals((await take(system, "task#1", "a")).kind, "held");
  system.processes.finish(700);
  assertEquals((await take(system, "task#1", "a")).kind, "taken");
});

Deno.test("a group of an agent that was killed before its command is free at once, after a reboot too", async () => {
  const system = fakeSystem();
  assertEquals((await take(other(system, 200), "task#0", "a")).kind, "taken");
  system.processes.finish(200);
  assertEquals((await take(system, "task#1", "a")).kind, "taken");
  const rebooted = fakeSystem({ host: { bootId: "b0000000-0000-4000-8000-000000000002" } });
  const record = system.files.paths.find((path) => path.includes("/lock_groups/group.a/run/"))!;
  rebooted.files.put(record, system.files.read(record)!);
  assertEquals((await take(rebooted, "task#2", "a")).kind, "taken");
});

Deno.test("takeGroups() gives up on an agent that stands still while it takes groups", async () => {
  const system = fakeSystem();
  system.files.tryLock("/run/agent/lock_groups/groups.lock");
  const outcome = await system.clock.runUntil(take(system, "task#0", "a"));
  assert(outcome.kind === "held");
  assertEquals(outcome.reason, "another process takes lock groups, and does not end");
});

Deno.test("a disk that breaks in the middle leaves no group taken", async () => {
  const system = fakeSystem();
  system.files.breakAt("/run/agent/lock_groups/group.b", new Error("No space left"));
  let message = "";
  await take(system, "task#0", "a", "b").catch((error) => message = error.message);
  assertEquals(message, "No space left");
  assertEquals([findHeld(system, FOLDERS, ["a"]), system.files.locked], [undefined, []]);
});
