import { assertEquals } from "@std/assert";
import { outputTail } from "../../../src/actions/runs/output_tail.ts";
import { fakeSystem } from "../../fakes/system.ts";

const RUN = { logFile: "/l/a.log", sessionId: "s1", rid: "task#0" };

function line(message: string, { sid = "s1", rid = "task#0" } = {}): string {
  return `2026-03-02 10:00:00,000 INFO sid:${sid} n:n1 o:a r:${rid} sc:n | ${message}\n`;
}

function tail(logs: Readonly<Record<string, string>>, count: number): string[] {
  return outputTail(fakeSystem({ files: logs }).files, RUN, count);
}

Deno.test("outputTail() gives the last lines of this very run, oldest first, and only output", () => {
  const log = line("| one") + line("/bin/true") + line("| other", { sid: "s12" }) +
    line("| another", { rid: "task#1" }) + line("| | two | sid:s2 ") + line("| three") + "torn sid:s1 li";
  assertEquals(tail({ "/l/a.log": log }, 2), ["| two | sid:s2 ", "three"]);
  assertEquals(tail({ "/l/a.log": log }, 9), ["one", "| two | sid:s2 ", "three"]);
  assertEquals(tail({ "/l/a.log": log }, 0), []);
  assertEquals(tail({}, 3), []);
});

Deno.test("outputTail() goes on in the log that was set aside", () => {
  const logs = { "/l/a.log": line("| three"), "/l/a.log.1": line("| one") + line("| two") };
  assertEquals(tail(logs, 2), ["two", "three"]);
});

Deno.test("outputTail() reads no more than the end of a long log", () => {
  const others = line("| x".repeat(100), { sid: "s2" }).repeat(4_000);
  assertEquals(tail({ "/l/a.log": line("| far away") + others + line("| near") }, 5), ["near"]);
  assertEquals(tail({ "/l/a.log": line("| near") + others, "/l/a.log.1": line("| far") }, 5), []);
});
