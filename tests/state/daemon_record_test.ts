import { assertEquals } from "@std/assert";
import { findDaemon } from "../../src/state/daemon_record.ts";
import { foldersOf } from "../../src/state/folders.ts";
import { fakeSystem } from "../fakes/system.ts";

const BOOT = "b0000000-0000-4000-8000-000000000001";
const GOOD = { pid: 100, start_time: 1_000, boot_id: BOOT };

const records: [edge: string, text: string | undefined, isFound: boolean][] = [
  ["of a living process", JSON.stringify(GOOD), true],
  ["of another boot", JSON.stringify({ ...GOOD, boot_id: "x" }), false],
  ["of a process that is gone", JSON.stringify({ ...GOOD, pid: 99 }), false],
  ["of a pid that was used again", JSON.stringify({ ...GOOD, start_time: 1 }), false],
  ["that is torn", '{"pid":100', false],
  ["that is missing", undefined, false],
];

for (const [edge, text, isFound] of records) {
  Deno.test(`findDaemon() ${isFound ? "finds" : "does not believe"} a record ${edge}`, () => {
    const system = fakeSystem({ files: text === undefined ? {} : { "/run/agent/daemon.json": text } });
    const found = findDaemon(system, foldersOf({ environment: {}, uid: 0 }));
    assertEquals(found?.pid, isFound ? 100 : undefined);
  });
}
