import { assertEquals } from "@std/assert";
import type { ActionBegin } from "../../../src/core/collector/action_body.ts";
import { actionKey, beginBody, endBody, trimMessage } from "../../../src/core/collector/action_body.ts";

const BEGIN: ActionBegin = {
  path: "ns1/svc/web",
  argv: ["ns1/svc/web", "run", "--rid", "task#0"],
  rid: "task#0",
  origin: "user",
  isScheduled: false,
  sessionId: "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2",
  pid: 4711,
  beganAt: Date.parse("2026-03-02T10:00:00.120Z"),
};

Deno.test("beginBody() tells what the feed takes as a begin", () => {
  assertEquals(beginBody(BEGIN), {
    path: "ns1/svc/web",
    action: "run",
    argv: ["ns1/svc/web", "run", "--rid", "task#0"],
    pid: "4711",
    rids: "task#0",
    origin: "user",
    version: "3.0.0",
    cron: false,
    session_uuid: "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2",
    begin: "2026-03-02T10:00:00.12Z",
  });
});

Deno.test("endBody() is a begin and an end in one, with the lines and a status of each", () => {
  const at = Date.parse("2026-03-02T10:00:01Z");
  const lines = [
    { at, level: "INFO", message: "/bin/true" },
    { at, level: "WARNING", message: "| careful" },
    { at, level: "ERROR", message: "x".repeat(10_001) },
  ] as const;
  const body = endBody(BEGIN, { status: "err", reason: "exit code 1", endedAt: at, subset: "s1", lines });
  const { lines: told, ...rest } = body;
  assertEquals(rest, {
    ...beginBody(BEGIN),
    end: "2026-03-02T10:00:01Z",
    status: "err",
    status_log: "exit code 1",
  });
  const common = { begin: "2026-03-02T10:00:01Z", rid: "task#0", subset: "s1", pid: "4711" };
  assertEquals(told, [
    { ...common, status: "ok", status_log: "/bin/true" },
    { ...common, status: "warn", status_log: "| careful" },
    { ...common, status: "err", status_log: "x".repeat(10_000) },
  ]);
});

Deno.test("actionKey() is one of each run", () => {
  const keys = [
    actionKey(BEGIN),
    actionKey({ ...BEGIN, rid: "task#1" }),
    actionKey({ ...BEGIN, path: "web" }),
    actionKey({ ...BEGIN, sessionId: "0" }),
  ];
  assertEquals(new Set(keys).size, 4);
});

Deno.test("trimMessage() gives what every reader of JSON takes: no half of a character, and not too much", () => {
  assertEquals(trimMessage("short"), "short");
  assertEquals(trimMessage("\ud83d!"), "\ufffd!");
  assertEquals(trimMessage(`x${"\u{1f600}".repeat(6_000)}`).length, 9_999);
});
