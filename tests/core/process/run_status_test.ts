import { assertEquals } from "@std/assert";
import { parseRunStatus } from "../../../src/core/process/run_status.ts";
import { signalOf } from "../../../src/core/process/signals.ts";

const BEGUN = '{"rid":"task#1"}\nsupervisor 10 500 11 b0\ncommand 12 501\n';

Deno.test("parseRunStatus() reads who runs, and how it ended", () => {
  assertEquals(parseRunStatus(`${BEGUN}exit 3\n`), {
    supervisor: { pid: 10, startTime: 500, watcherPid: 11, bootId: "b0" },
    command: { pid: 12, startTime: 501 },
    end: { code: 3, signal: null },
    isTimedOut: false,
  });
  assertEquals(parseRunStatus(`${BEGUN}timeout\nKilled\nexit 137\n`).end, { code: 137, signal: "SIGKILL" });
  assertEquals(parseRunStatus(`${BEGUN}timeout\n`).isTimedOut, true);
});

Deno.test("parseRunStatus() takes nothing from a line that is not finished, nor from what is no status", () => {
  assertEquals(parseRunStatus(`${BEGUN}exit 12`).end, undefined);
  for (
    const text of [
      "",
      "\n",
      "exit 0\n",
      "{}",
      "garbage\n\0\xff",
      '{"a":1}\nsupervisor x y z\ncommand 1\nexit -1\n',
    ]
  ) {
    assertEquals(parseRunStatus(text), { isTimedOut: false }, text);
  }
});

Deno.test("signalOf() wants the shell's word for it", () => {
  assertEquals(signalOf(143, ["Terminated"]), "SIGTERM");
  assertEquals(
    signalOf(139, ["bash: line 1: 12 Segmentation fault      (core dumped) ( exec x )"]),
    "SIGSEGV",
  );
  assertEquals(signalOf(143, []), undefined);
  assertEquals(signalOf(143, ["Killed"]), undefined);
  assertEquals(signalOf(3, ["Killed"]), undefined);
  // Of an interrupt, shells say nothing.
  assertEquals(signalOf(130, [""]), undefined);
});
