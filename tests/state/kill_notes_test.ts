import { assertEquals } from "@std/assert";
import type { KillNote } from "../../src/state/kill_notes.ts";
import { readKillNote, removeKillNote, removeOldNotes, writeKillNote } from "../../src/state/kill_notes.ts";
import { fakeSystem } from "../fakes/system.ts";

const NOTE: KillNote = {
  by: "agent kill (uid 0)",
  signal: "SIGTERM",
  is_end: true,
  pid: 7,
  start_time: 8,
  is_done: false,
};
const RUN = { ridFolder: "/t/task#0", sessionId: "s1" };

Deno.test("a kill note is read back until it is removed", async () => {
  const { files } = fakeSystem();
  assertEquals(readKillNote(files, RUN), undefined);
  await writeKillNote(files, RUN, NOTE);
  assertEquals(readKillNote(files, RUN), NOTE);
  assertEquals(readKillNote(files, { ...RUN, sessionId: "s2" }), undefined);
  removeKillNote(files, RUN);
  assertEquals(readKillNote(files, RUN), undefined);
});

Deno.test("a torn note is none", () => {
  const { files } = fakeSystem();
  for (const text of ["", "{", "[]", '{"by":"x"}']) {
    files.put("/t/task#0/killed.s1", text);
    assertEquals(readKillNote(files, RUN), undefined);
  }
});

Deno.test("removeOldNotes() leaves those of living runs, and everything else", async () => {
  const { files } = fakeSystem();
  for (const sessionId of ["s1", "s2"]) await writeKillNote(files, { ...RUN, sessionId }, NOTE);
  files.put("/t/task#0/last_run", "{}");
  removeOldNotes(files, RUN.ridFolder, new Set(["s2"]));
  assertEquals(files.paths.filter((path) => path.startsWith("/t/")), [
    "/t/task#0/killed.s2",
    "/t/task#0/last_run",
  ]);
});
