import { assert, assertEquals } from "@std/assert";
import { parseKilobytes, parseUid, processFacts } from "../../src/adapters/process_facts.ts";
import { readRow, readTable } from "../../src/adapters/process_table.ts";

const STATUS = "Name:\tVmRSS: 1 kB\nUid:\t1000\t1001\t1002\t1003\nVmRSS:\t    1234 kB\nThreads:\t1\n";

Deno.test("parseUid() takes the effective one", () => {
  assertEquals(parseUid(STATUS), 1001);
  assertEquals(parseUid("Name:\tx\n"), undefined);
});

Deno.test("parseKilobytes() takes the line of that name, in bytes", () => {
  assertEquals(parseKilobytes(STATUS, "VmRSS"), 1234 * 1024);
  assertEquals(parseKilobytes(STATUS, "Pss"), undefined);
  assertEquals(parseKilobytes(STATUS, "Threads"), undefined);
});

Deno.test("processFacts() tells who this process is, what it holds and how it was called", () => {
  const facts = processFacts(readRow("self")!)!;
  assertEquals(facts.uid, Deno.uid());
  assert(facts.residentBytes > 1024 * 1024);
  // The two are read one after the other, while other tests of this process take memory.
  assert(facts.proportionalBytes === undefined || facts.proportionalBytes <= 2 * facts.residentBytes);
  assertEquals(facts.argv[0]?.endsWith("deno"), true, facts.argv.join(" "));
});

Deno.test("processFacts() of a process that is gone, or whose pid was used again, is nothing", () => {
  const row = readRow("self")!;
  assertEquals(processFacts({ ...row, startTime: row.startTime + 1 }), undefined);
  assertEquals(processFacts({ pid: 2 ** 22 + 1, startTime: 1 }), undefined);
});

Deno.test("the table counts the processor time of a process, and of its children once they are waited for", async () => {
  const burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
  const child = new Deno.Command("/bin/sh", { args: ["-c", `sh -c '${burn}'; sleep 30`] }).spawn();
  let row = readRow(child.pid);
  for (let tries = 0; tries < 600 && !row?.childCpuSeconds; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    row = readRow(child.pid);
  }
  const children = readTable().filter(({ parent }) => parent === child.pid);
  child.kill("SIGKILL");
  await child.status;
  for (const { pid } of children) Deno.kill(pid, "SIGKILL");
  assertEquals(row?.name, "sh");
  assert(row!.childCpuSeconds > 0 && row!.childCpuSeconds < 60, `${row!.childCpuSeconds} s`);
});
