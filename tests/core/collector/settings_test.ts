import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readCollectorSettings } from "../../../src/core/collector/settings.ts";

function read(options: Readonly<Record<string, string>>) {
  return readCollectorSettings((option) => options[option]);
}

const addresses: { written: string; feeder?: string; problem?: RegExp }[] = [
  { written: "collector", feeder: "https://collector/feeder" },
  { written: "collector.example.com:8443/osvc/", feeder: "https://collector.example.com:8443/osvc/feeder" },
  { written: "https://c.example.com", feeder: "https://c.example.com/feeder" },
  { written: "http://127.0.0.1:8080", feeder: "http://127.0.0.1:8080/feeder" },
  { written: "http://[::1]:8080/", feeder: "http://[::1]:8080/feeder" },
  { written: "http://localhost", feeder: "http://localhost/feeder" },
  { written: "http://c.example.com", problem: /in clear, expected https:/ },
  { written: "http://127.0.0.1.example.com", problem: /in clear/ },
  { written: "https://joe:hunter2@c.example.com", problem: /holds a login/ },
  { written: "https://c.example.com/?a=1", problem: /a query or a fragment/ },
  { written: "ftp://c.example.com", problem: /no address, expected https:/ },
  { written: "https://", problem: /no address/ },
];

for (const { written, feeder, problem } of addresses) {
  Deno.test(`readCollectorSettings() takes "${written}" for ${feeder ?? "a problem"}`, () => {
    const settings = read({ collector: written });
    assertEquals(settings?.feeder, feeder);
    if (problem) assertMatch(settings?.problems.join() ?? "", problem);
    else assertEquals(settings?.problems, []);
    assertEquals(/hunter2/.test(JSON.stringify(settings)), false);
  });
}

Deno.test("readCollectorSettings() knows of no collector without an address", () => {
  assertEquals(read({ uuid: "x", collector_timeout: "3s", collector: "" }), undefined);
});

Deno.test("readCollectorSettings() gives each address its own place", () => {
  const all = read({
    collector: "a",
    collector_feeder: "b/f",
    collector_server: "c",
    dbopensvc: "d/feed/default/call/jsonrpc2",
    dbcompliance: "e",
  });
  assertEquals([all?.feeder, all?.server], ["https://b/f", "https://c"]);
  assertEquals(all?.compliance, "https://e/init/compliance/call/jsonrpc2");
  const old = read({ dbopensvc: "d/feed/default/call/jsonrpc2" });
  assertEquals([old?.feeder, old?.compliance], [undefined, "https://d/init/compliance/call/jsonrpc2"]);
  assertEquals(read({ collector: "a" })?.compliance, undefined);
  assertEquals(read({ dbcompliance: "http://localhost:1/x" })?.compliance, "http://localhost:1/x");
});

Deno.test("readCollectorSettings() has the defaults of the reference, and reads the others", () => {
  const { timeoutMs, pingInterval, statusDelay, spoolMax, logsActions, logsScheduledActions } = read({
    collector: "a",
  })!;
  assertEquals([timeoutMs, pingInterval, statusDelay, spoolMax], [5000, 60, 10, 64 * 1024 ** 2]);
  assertEquals([logsActions, logsScheduledActions], [true, true]);
  const quiet = read({ collector: "a", dblog: "no", collector_timeout: "1m", collector_spool_max: "8m" })!;
  assertEquals([quiet.logsActions, quiet.logsScheduledActions, quiet.timeoutMs], [false, false, 60_000]);
  assertEquals(read({ collector: "a", dblogcron: "false" })!.logsActions, true);
  assertEquals(read({ collector: "a", dblogcron: "false" })!.logsScheduledActions, false);
});

const bad: [option: string, value: string, message: RegExp][] = [
  ["collector_timeout", "0", /\[node\] collector_timeout: .*expected at least 1s/],
  ["collector_timeout", "soon", /\[node\] collector_timeout: cannot read the duration/],
  ["collector_ca", "ca.pem", /\[node\] collector_ca: .*the whole path/],
  ["collector_spool_max", "1k", /\[node\] collector_spool_max: .*at least 8m/],
  ["dblog", "perhaps", /\[node\] dblog: cannot read the boolean/],
];

for (const [option, value, message] of bad) {
  Deno.test(`readCollectorSettings() refuses ${option} = ${value}`, () => {
    assertThrows(() => read({ collector: "a", [option]: value }), SyntaxError);
    try {
      read({ collector: "a", [option]: value });
    } catch (error) {
      assertMatch((error as Error).message, message);
    }
  });
}
