import { assertEquals } from "@std/assert";
import type { SessionRecord } from "../../src/state/sessions.ts";
import {
  isAgentAlive,
  isSessionId,
  pruneSessions,
  readSession,
  sessionIds,
  writeSession,
} from "../../src/state/sessions.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDERS = { etc: "/etc/agent", var: "/var/lib/agent", log: "/var/log/agent", run: "/run/agent" };
const BOOT = "b0000000-0000-4000-8000-000000000001";

function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

function record(number: number, facts: Partial<SessionRecord> = {}): SessionRecord {
  return {
    session_id: id(number),
    pid: 400,
    start_time: 3_400,
    boot_id: BOOT,
    started_at: "2026-03-02T10:00:00.000Z",
    tasks: [{ path: "svc1", rid: "task#0" }],
    ended_at: "2026-03-02T10:00:01.000Z",
    exit_code: 0,
    reason: null,
    results: [],
    ...facts,
  };
}

Deno.test("a session is read back as it was written, and nothing else is taken for one", async () => {
  const { files } = fakeSystem();
  await writeSession(files, FOLDERS, record(1));
  assertEquals(readSession(files, FOLDERS, id(1)), record(1));
  assertEquals([readSession(files, FOLDERS, id(2)), sessionIds(files, FOLDERS)], [undefined, [id(1)]]);
  files.put(`/run/agent/sessions/${id(2)}.json`, "{");
  files.put(`/run/agent/sessions/${id(3)}.json`, JSON.stringify(record(1)));
  files.put("/run/agent/sessions/notes.json", "{}");
  assertEquals([2, 3].map((n) => readSession(files, FOLDERS, id(n))), [undefined, undefined]);
  assertEquals(sessionIds(files, FOLDERS), [id(1), id(2), id(3)]);
});

Deno.test("isSessionId() lets nothing through that could leave the folder", () => {
  assertEquals([id(1), "../../../../../../../../etc/agent/x.conf", "", "x"].map(isSessionId), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("isAgentAlive() asks for the process and the boot", () => {
  const system = fakeSystem();
  system.processes.adopt({ pid: 400 });
  assertEquals([
    isAgentAlive(system, record(1)),
    isAgentAlive(system, record(1, { start_time: 1 })),
    isAgentAlive(system, record(1, { boot_id: "other" })),
  ], [true, false, false]);
});

Deno.test("pruneSessions() keeps the newest 200, and those that are under way whatever their age", async () => {
  const system = fakeSystem();
  system.processes.adopt({ pid: 400 });
  const { files, clock } = system;
  for (let i = 0; i < 205; i++) {
    await writeSession(files, FOLDERS, record(i, i === 2 ? { exit_code: null } : {}));
    await clock.advance(1_000);
  }
  pruneSessions(system, FOLDERS);
  assertEquals(sessionIds(files, FOLDERS).length, 201);
  assertEquals([0, 1, 2, 3, 4, 5].map((n) => readSession(files, FOLDERS, id(n)) !== undefined), [
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
});
