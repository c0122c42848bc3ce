import { assertEquals } from "@std/assert";
import { countLoggedLines } from "../../../src/actions/run/supervision/logged_lines.ts";
import { formatFileLine } from "../../../src/core/log/format.ts";
import type { Level } from "../../../src/core/log/entry.ts";
import { fakeSystem } from "../../fakes/system.ts";

const FILE = "/var/log/agent/svc1.log";
const RUN = { rid: "task#0", sessionId: "s1" };

function line(level: Level, message: string, rid = "task#0", sessionId = "s1"): string {
  return `${formatFileLine({ at: 0, level, message, rid, sessionId, path: "svc1" }, "UTC", "n1")}\n`;
}

Deno.test("countLoggedLines() counts the output of one run, by stream, behind the place where it began", () => {
  const before = line("INFO", "| of a trigger");
  const text = before + line("INFO", "/bin/job") + line("INFO", "| one") + line("WARNING", "| oops") +
    line("INFO", "| two") + line("INFO", "| other", "task#1") + line("INFO", "| other", "task#0", "s2") +
    line("ERROR", "| none of its") + "torn";
  const system = fakeSystem({ files: { [FILE]: text } });
  assertEquals(countLoggedLines(system.files, { file: FILE, at: before.length }, RUN), {
    stdout: 2,
    stderr: 1,
  });
});

Deno.test("countLoggedLines() follows a log that was rotated, and finds nothing in none", () => {
  const old = line("INFO", "| of a trigger") + line("INFO", "| one");
  const system = fakeSystem({ files: { [`${FILE}.1`]: old, [FILE]: line("INFO", "| two") } });
  const place = { file: FILE, at: line("INFO", "| of a trigger").length };
  assertEquals(countLoggedLines(system.files, { ...place, at: place.at + 1_000 }, RUN).stdout, 1);
  system.files.put(FILE, line("INFO", "| 2").slice(0, 10));
  assertEquals(countLoggedLines(system.files, place, RUN).stdout, 1);
  assertEquals(countLoggedLines(fakeSystem().files, place, RUN), { stdout: 0, stderr: 0 });
});
