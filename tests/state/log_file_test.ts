import { assertEquals } from "@std/assert";
import { LOG_ROTATION, LogFile } from "../../src/state/log_file.ts";
import { fakeSystem } from "../fakes/system.ts";

const FILE = "/log/svc1.log";

function logOn(system: ReturnType<typeof fakeSystem>): LogFile {
  return new LogFile(system.files, { file: FILE, format: ({ message }) => message });
}

function write(log: LogFile, message: string): void {
  log.write({ at: 0, level: "INFO", message });
}

Deno.test("LogFile appends lines to a file that its group may read", () => {
  const system = fakeSystem();
  write(logOn(system), "one");
  write(logOn(system), "two");
  assertEquals(system.files.read(FILE), "one\ntwo\n");
  assertEquals(system.files.facts(FILE)?.mode, 0o640);
});

Deno.test("LogFile sets a full file aside, and keeps three of them", () => {
  const system = fakeSystem();
  const log = logOn(system);
  const big = "x".repeat(LOG_ROTATION.bytes - 10);
  for (const name of ["a", "b", "c", "d", "e"]) write(log, `${name}${big}`);
  const firsts = ["", ".1", ".2", ".3", ".4"].map((end) => system.files.read(`${FILE}${end}`)?.[0]);
  assertEquals(firsts, ["e", "d", "c", "b", undefined]);
  assertEquals(system.files.locked, []);
});

Deno.test("LogFile does not rotate what another process has rotated meanwhile", () => {
  const system = fakeSystem();
  const log = logOn(system);
  write(log, "x".repeat(LOG_ROTATION.bytes - 10));
  system.files.rename(FILE, `${FILE}.1`);
  system.files.put(FILE, "of another\n");
  write(log, "y".repeat(100));
  assertEquals(system.files.read(FILE)?.startsWith("of another\nyyy"), true);
  assertEquals(system.files.facts(`${FILE}.2`), undefined);
});

Deno.test("LogFile goes on writing while another process holds the lock of the rotation", () => {
  const system = fakeSystem();
  const log = logOn(system);
  write(log, "x".repeat(LOG_ROTATION.bytes - 10));
  const lock = system.files.tryLock(`${FILE}.lock`);
  write(log, "y".repeat(100));
  lock?.release();
  assertEquals([lock === undefined, system.files.facts(`${FILE}.1`)], [false, undefined]);
  assertEquals(system.files.read(FILE)?.endsWith("yyy\n"), true);
});
