import { assertEquals } from "@std/assert";
import {
  readHistory,
  readLastRun,
  type RunRecord,
  writeLastRun,
  writeLostRun,
} from "../../src/state/last_run.ts";
import { fakeSystem } from "../fakes/system.ts";

const RECORD: RunRecord = {
  at: "2026-03-02T10:00:00.000Z",
  planned_at: null,
  ended_at: "2026-03-02T10:00:01.000Z",
  exitcode: 3,
  signal: null,
  reason: "exit code 3",
  status: "down",
  origin: "user",
  session_id: "s1",
  user: "root",
  pid: 101,
};

Deno.test("writeLastRun() leaves the record, the bare code and a line of history, the record durably", async () => {
  const { files } = fakeSystem();
  await writeLastRun(files, "/t", RECORD);
  await writeLastRun(files, "/t", { ...RECORD, exitcode: 0 });
  assertEquals(readLastRun(files, "/t"), { ...RECORD, exitcode: 0 });
  assertEquals(files.read("/t/last_run_retcode"), "0");
  assertEquals(readHistory(files, "/t").map(({ exitcode }) => exitcode), [3, 0]);
  assertEquals(files.durable, ["/t/last_run", "/t/last_run"]);
  assertEquals(files.locked, []);
});

Deno.test("writeLastRun() keeps the old bare code when nobody saw the end", async () => {
  const { files } = fakeSystem({ files: { "/t/last_run_retcode": "7" } });
  await writeLastRun(files, "/t", { ...RECORD, exitcode: null });
  assertEquals(files.read("/t/last_run_retcode"), "7");
});

Deno.test("writeLastRun() of many runs at once loses no line of history", async () => {
  const { files } = fakeSystem();
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeLastRun(files, "/t", { ...RECORD, pid: i })));
  assertEquals(readHistory(files, "/t").length, 20);
});

Deno.test("writeLostRun() is the last run only when none began later", async () => {
  const { files } = fakeSystem();
  await writeLastRun(files, "/t", RECORD);
  await writeLostRun(files, "/t", { ...RECORD, at: "2026-03-02T09:00:00.000Z", session_id: "old" });
  assertEquals(readLastRun(files, "/t")?.session_id, "s1");
  await writeLostRun(files, "/t", { ...RECORD, at: "2026-03-02T11:00:00.000Z", session_id: "new" });
  assertEquals(readLastRun(files, "/t")?.session_id, "new");
  assertEquals(readHistory(files, "/t").map(({ session_id }) => session_id), ["s1", "old", "new"]);
});

const memories: [edge: string, files: Record<string, string>, exitcode: number | null | undefined][] = [
  ["the 3 agent's JSON", { "/t/last_run": '{"at":"2026-01-01T00:00:00Z","exitcode":4}' }, 4],
  ["the 2.1 agent's bare code", { "/t/last_run_retcode": "5\n" }, 5],
  ["the bare code behind a torn record", { "/t/last_run": '{"at":', "/t/last_run_retcode": "5" }, 5],
  ["nothing", {}, undefined],
  ["nothing in text that is no code", { "/t/last_run_retcode": "none" }, undefined],
];

for (const [edge, memory, exitcode] of memories) {
  Deno.test(`readLastRun() reads ${edge}`, () => {
    const { files } = fakeSystem({ files: memory });
    assertEquals(readLastRun(files, "/t")?.exitcode, exitcode);
  });
}

Deno.test("readLastRun() takes the file's time for the instant of a bare code", () => {
  const { files } = fakeSystem({ files: { "/t/last_run_retcode": "5" } });
  assertEquals(readLastRun(files, "/t")?.at, "2026-03-02T10:00:00.000Z");
});

Deno.test("readHistory() leaves torn lines out", () => {
  const { files } = fakeSystem({ files: { "/t/history.jsonl": '{"pid":1}\n{"pi\n\n[]\n{"pid":2}\n' } });
  assertEquals(readHistory(files, "/t").map(({ pid }) => pid), [1, 2]);
});
