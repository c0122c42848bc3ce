import { assertEquals } from "@std/assert";
import type { ModuleResult } from "../../src/core/compliance/result.ts";
import { readKeptAnswer, readResults, writeResults } from "../../src/state/compliance.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDER = "/var/lib/agent/svc/shop";
const FILE = `${FOLDER}/compliance/results.json`;

function result(module: string, log: string): ModuleResult {
  return {
    path: "shop",
    module,
    moduleset: null,
    autofix: false,
    order: 1,
    action: "check",
    status: "ok",
    code: 0,
    reason: null,
    at: "2026-03-02T10:00:00.000Z",
    ended_at: "2026-03-02T10:00:00.000Z",
    steps: [{ action: "check", code: 0, started_at: "2026-03-02T10:00:00.000Z", duration: 0, log }],
    session_id: "s",
  };
}

Deno.test("results of hundreds of talkative modules stay below 2 MiB, each with the end of its log", async () => {
  const { files } = fakeSystem();
  const results = Array.from({ length: 500 }, (_, i) => result(`m${i}`, `${"x".repeat(60_000)}the end`));
  await writeResults(files, FOLDER, results, () => true);
  assertEquals(files.read(FILE)!.length < 2 * 1024 * 1024, true);
  const kept = Object.values(readResults(files, FOLDER));
  assertEquals(kept.length, 500);
  assertEquals(kept.every(({ steps }) => steps[0]?.log.endsWith("the end")), true);
});

Deno.test("the bound counts bytes: what was no UTF-8 takes three for each", async () => {
  const { files } = fakeSystem();
  const results = Array.from({ length: 120 }, (_, i) => result(`m${i}`, "\ufffd".repeat(60_000)));
  await writeResults(files, FOLDER, results, () => true);
  assertEquals(new TextEncoder().encode(files.read(FILE)!).length <= 2 * 1024 * 1024, true);
  assertEquals(Object.keys(readResults(files, FOLDER)).length, 120);
});

Deno.test("a short log is kept as it is, and results of modules that are gone go", async () => {
  const { files } = fakeSystem();
  await writeResults(files, FOLDER, [result("a", "one\n"), result("b", "two\n")], () => true);
  await writeResults(files, FOLDER, [result("b", "three\n")], (module) => module === "b");
  const kept = readResults(files, FOLDER);
  assertEquals([Object.keys(kept), kept["b"]?.steps[0]?.log], [["b"], "three\n"]);
});

Deno.test("files that hold something else count for nothing, with a warning", () => {
  const { files } = fakeSystem();
  const warnings: string[] = [];
  for (const text of ["{", "[]", '{"modules": {"a": 1}}', '{"modules": []}']) {
    files.put(FILE, text);
    assertEquals(readResults(files, FOLDER, (warning) => warnings.push(warning)), {});
  }
  files.put(`${FOLDER}/compliance/collector.json`, '{"at": 1}');
  assertEquals(readKeptAnswer(files, FOLDER, (warning) => warnings.push(warning)), undefined);
  assertEquals(warnings.length, 5);
});
