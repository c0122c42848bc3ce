import { assertEquals } from "@std/assert";
import type { LogEntry } from "../../../src/core/log/entry.ts";
import { formatConsoleLine, formatFileLine, parseFileLine } from "../../../src/core/log/format.ts";
import { localTime } from "../../../src/core/log/local_time.ts";

const AT = Date.parse("2016-11-28T11:29:36.973Z");

Deno.test("formatConsoleLine() pads rid and level as the user's document does", () => {
  const confirmed: LogEntry = { at: AT, level: "INFO", rid: "task#0", message: "run confirmed" };
  assertEquals(formatConsoleLine(confirmed, "UTC"), "11:29:36,973 task#0      INFO    run confirmed");
  const aborted: LogEntry = { at: AT, level: "ERROR", message: "'run' action stopped" };
  assertEquals(formatConsoleLine(aborted, "UTC"), "11:29:36,973             ERROR   'run' action stopped");
});

Deno.test("formatConsoleLine() shows control characters, and leaves no blank at the end", () => {
  assertEquals(
    formatConsoleLine({ at: AT, level: "INFO", rid: "task#0", message: "| \x1b[2J\r" }, "UTC"),
    "11:29:36,973 task#0      INFO    | \\x1b[2J\\x0d",
  );
  assertEquals(
    formatConsoleLine({ at: AT, level: "INFO", message: "" }, "UTC"),
    "11:29:36,973             INFO",
  );
});

Deno.test("formatFileLine() names what it knows, and parseFileLine() reads it back", () => {
  const entry: LogEntry = {
    at: AT,
    level: "WARNING",
    message: "| a | b",
    path: "ns1/svc/web",
    rid: "task#0",
    sessionId: "5f0c",
    isScheduled: true,
  };
  const line = formatFileLine(entry, "Europe/Paris", "n1");
  assertEquals(line, "2016-11-28 12:29:36,973 WARNING sid:5f0c n:n1 o:ns1/svc/web r:task#0 sc:y | | a | b");
  assertEquals(parseFileLine(line), {
    at: "2016-11-28 12:29:36,973",
    level: "WARNING",
    sessionId: "5f0c",
    node: "n1",
    path: "ns1/svc/web",
    rid: "task#0",
    isScheduled: true,
    message: "| a | b",
  });
});

Deno.test("formatFileLine() leaves unknown fields out", () => {
  const line = formatFileLine({ at: AT, level: "INFO", message: "started" }, "UTC", "n1");
  assertEquals(line, "2016-11-28 11:29:36,973 INFO n:n1 sc:n | started");
  assertEquals(parseFileLine(line)?.isScheduled, false);
});

Deno.test("parseFileLine() gives nothing for a torn line", () => {
  for (const line of ["", "2016-11-28 11:29:36,973 INFO n:n1", "11:29:36,973 task#0      INFO    x", "| x"]) {
    assertEquals(parseFileLine(line), undefined);
  }
});

Deno.test("localTime() follows the zone through both of its changes", () => {
  const cases = [
    ["2026-03-29T00:59:59.999Z", "2026-03-29 01:59:59,999"],
    ["2026-03-29T01:00:00.000Z", "2026-03-29 03:00:00,000"],
    ["2026-10-25T00:59:00.000Z", "2026-10-25 02:59:00,000"],
    ["2026-10-25T01:00:00.000Z", "2026-10-25 02:00:00,000"],
  ] as const;
  for (const [instant, expected] of cases) {
    const { date, time } = localTime(Date.parse(instant), "Europe/Paris");
    assertEquals(`${date} ${time}`, expected);
  }
});

Deno.test("localTime() of an unknown zone is that of UTC", () => {
  assertEquals(localTime(AT, "Mars/Olympus"), { date: "2016-11-28", time: "11:29:36,973" });
});
