import { assertEquals } from "@std/assert";
import { readStopping, removeStopping, writeStopping } from "../../src/state/stopping.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDER = "/run/agent/svc/svc1";
const FILE = `${FOLDER}/stopping.json`;

Deno.test("what is being stopped is known while the agent lives that said so", async () => {
  const system = fakeSystem();
  assertEquals([...readStopping(system, FOLDER)], []);
  await writeStopping(system, FOLDER, ["fs#1", "app#0"]);
  assertEquals([...readStopping(system, FOLDER)], ["fs#1", "app#0"]);
  removeStopping(system, FOLDER);
  assertEquals([[...readStopping(system, FOLDER)], system.files.read(FILE)], [[], undefined]);
});

Deno.test("what an agent that is gone, or one before the boot, was stopping does not count", () => {
  const system = fakeSystem();
  const { pid, startTime } = system.processes.self;
  const record = { pid, start_time: startTime, boot_id: system.host.bootId, rids: ["fs#1"] };
  const read = (change: Record<string, unknown>) => {
    system.files.put(FILE, JSON.stringify({ ...record, ...change }));
    return [...readStopping(system, FOLDER)];
  };
  assertEquals(read({}), ["fs#1"]);
  for (
    const change of [{ start_time: 1 }, { pid: 77_777 }, { boot_id: "older" }, { rids: "fs#1" }, { pid: "1" }]
  ) {
    assertEquals(read(change), [], JSON.stringify(change));
  }
  for (const text of ["", "{", "[]", "null"]) {
    system.files.put(FILE, text);
    assertEquals([...readStopping(system, FOLDER)], [], text);
  }
});
