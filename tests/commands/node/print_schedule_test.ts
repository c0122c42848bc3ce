import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const COLLECTOR = "[node]\ncollector = c.example.com\n";
const STAMP = "/var/lib/agent/node/scheduler/last_asset_push";

/** The row of the push. */
async function row(conf: string, more: Readonly<Record<string, string>> = {}) {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": conf, ...more } });
  assertEquals(await runAgent(["node", "print", "schedule", "--format", "json", "-q"], system), 0);
  const rows = JSON.parse(system.stdout.text);
  return rows.find(({ action }: { action: string }) => action === "push_asset");
}

Deno.test("node print schedule has the columns of that of a service", async () => {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": `${COLLECTOR}[asset]\nschedule = 12:00\n` } });
  assertEquals(await runAgent(["node", "print", "schedule"], system), 0);
  const [head, , ...rows] = system.stdout.text.split("\n");
  assertEquals(
    head,
    "action                 last run               next run               config parameter          schedule definition",
  );
  assertEquals(
    rows.find((line) => line.startsWith("push_asset")),
    "push_asset             -                      2026-03-02 12:00:00    asset.schedule            12:00",
  );
  assertEquals(system.stderr.text, "agent: no daemon running: nothing starts on schedule\n");
});

Deno.test("node print schedule tells all of a row", async () => {
  assertEquals(await row(COLLECTOR, { [STAMP]: "1772431200.0\n" }), {
    action: "push_asset",
    rid: null,
    config_parameter: "asset.schedule",
    last_run: 1772431200,
    next_run: (await row(COLLECTOR)).next_run,
    last_manual_run: null,
    schedule_definition: "~00:00-06:00",
    error: null,
    reason: null,
    warning: null,
    timezone: "UTC",
    node: "n1",
    path: null,
    paused_until: null,
  });
});

const cases = [
  ["never", `${COLLECTOR}[asset]\nschedule = @0\n`, { next_run: null, reason: null }],
  ["empty is never", `${COLLECTOR}[asset]\nschedule =\n`, { next_run: null, schedule_definition: null }],
  ["no collector", "[asset]\nschedule = 12:00\n", {
    next_run: null,
    reason: "node.conf names no collector for it, expected [node] collector = ADDRESS",
  }],
  ["this node first", `${COLLECTOR}[asset]\nschedule = @0\nschedule@n1 = 12:00\n`, { next_run: 1772452800 }],
  ["another node", `${COLLECTOR}[asset]\nschedule = @0\nschedule@n2 = 12:00\n`, { next_run: null }],
  ["the zone of the node", `${COLLECTOR}timezone = Europe/Paris\n[asset]\nschedule = 12:00\n`, {
    next_run: 1772449200,
    timezone: "Europe/Paris",
  }],
] as const;

for (const [edge, conf, expected] of cases) {
  Deno.test(`node print schedule: ${edge}`, async () => {
    const found = await row(conf);
    for (const [field, value] of Object.entries(expected)) assertEquals(found[field], value, field);
  });
}

Deno.test("node print schedule shows a schedule that cannot be read, and a stamp in the future", async () => {
  const found = await row(`${COLLECTOR}[asset]\nschedule = 25:00\n`);
  assertStringIncludes(found.error, "25");
  assertEquals(found.next_run, null);
  const system = fakeSystem({ files: { "/etc/agent/node.conf": COLLECTOR, [STAMP]: "1900000000.0\n" } });
  await runAgent(["node", "print", "schedule"], system);
  assertStringIncludes(system.stderr.text, "node push_asset: the last run is in the future, and is ignored");
});

Deno.test("node print schedule --explain tells every gate", async () => {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": "[asset]\nschedule = @1h\n" } });
  assertEquals(await runAgent(["node", "print", "schedule", "--explain"], system), 0);
  assertStringIncludes(system.stdout.text, "node push_asset: would not be started now\n");
  assertStringIncludes(
    system.stdout.text,
    "node.conf names no collector for it, expected [node] collector = ADDRESS",
  );
  const json = fakeSystem({ files: { "/etc/agent/node.conf": COLLECTOR } });
  await runAgent(["node", "print", "schedule", "--explain", "--format", "jsonl"], json);
  const [first] = json.stdout.text.split("\n").map((line) => JSON.parse(line || "null"));
  assertEquals([first.path, first.rid, first.action, first.is_due], [null, null, "push_asset", false]);
  const gates = first.gates.map(({ name }: { name: string }) => name);
  assertEquals(gates, ["daemon", "purpose", "schedule", "last run", "next run"]);
});
