import { assertEquals } from "@std/assert";
import {
  hasInEnvironment,
  isAlive,
  parseStat,
  readRow,
  readTable,
} from "../../src/adapters/process_table.ts";

const REST = "10 11 12 0 -1 4194304 12 0 1 0 150 25 1000 7 20 0 1 0 125832 430080 37";

for (const name of ["sleep", "a b", "a) S 1 2", "))", "("]) {
  Deno.test(`parseStat() is not fooled by a process called "${name}"`, () => {
    const ids = { pid: 42, startTime: 125832, parent: 10, group: 11, session: 12 };
    const row = { ...ids, state: "S", name, cpuSeconds: 1.75, childCpuSeconds: 10.07 };
    assertEquals(parseStat(`42 (${name}) S ${REST}\n`), row);
  });
}

for (const text of ["", "42", "42 (x", "42 (x) S 1 2", "x (x) S 1"]) {
  Deno.test(`parseStat() refuses "${text}"`, () => assertEquals(parseStat(text), undefined));
}

Deno.test("readTable() holds this process, its parent and the first one", () => {
  const rows = readTable();
  const self = rows.find(({ pid }) => pid === Deno.pid);
  assertEquals(self?.parent, Deno.ppid);
  assertEquals(self?.startTime, readRow("self")?.startTime);
  assertEquals(rows.some(({ pid }) => pid === 1), true);
});

Deno.test("isAlive() minds the start time, and a zombie is not alive", async () => {
  const child = new Deno.Command("/bin/sh", { args: ["-c", "sleep 0 & exec sleep 30"] }).spawn();
  const id = readRow(child.pid)!;
  assertEquals([isAlive(id), isAlive({ ...id, startTime: id.startTime + 1 })], [true, false]);
  let zombie = undefined;
  while (!zombie) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    zombie = readTable().find((row) => row.parent === child.pid && row.state === "Z");
  }
  assertEquals(isAlive(zombie), false);
  child.kill("SIGKILL");
  await child.status;
  assertEquals(isAlive(id), false);
});

Deno.test("hasInEnvironment() wants a whole entry of the very process", async () => {
  const child = new Deno.Command("sleep", {
    args: ["30"],
    clearEnv: true,
    env: { PATH: "/bin:/usr/bin", ABC: "12" },
  }).spawn();
  const id = readRow(child.pid)!;
  // On a busy host the kernel still puts the new environment in its place.
  for (let tries = 0; tries < 100 && !hasInEnvironment(id, "PATH=/bin:/usr/bin"); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const found = ["ABC=12", "ABC=1", "BC=12", "ABC"].map((text) => hasInEnvironment(id, text));
  const ofAnother = hasInEnvironment({ ...id, startTime: id.startTime + 1 }, "ABC=12");
  child.kill("SIGKILL");
  await child.status;
  assertEquals([...found, ofAnother], [true, false, false, false, false]);
  assertEquals(hasInEnvironment(id, "ABC=12"), false);
});
