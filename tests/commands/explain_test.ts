import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type FakeOptions, fakeSystem } from "../fakes/system.ts";
import { runAgent, startAgent } from "../fakes/run_agent.ts";

const SERVICE = `[DEFAULT]
nodes = *

[fs#1]
type = flag

[task#0]
command = /bin/true
schedule = @10
run_requires = fs#1

[task#1]
command = /bin/true
confirmation = true
schedule = @10

[task#2]
command = /bin/true
interactive = true
schedule = @10
`;

interface Row {
  readonly rid: string | null;
  readonly action: string;
  readonly is_due: boolean;
  readonly gates: readonly { readonly name: string; readonly is_open: boolean; readonly value: string }[];
}

async function explain(...args: string[]): Promise<Row[]> {
  const system = fakeSystem({ config: { svc1: SERVICE } });
  const code = await runAgent(
    ["svc1", "print", "schedule", "--explain", "--format", "json", ...args],
    system,
  );
  assertEquals(code, 0, system.stderr.text);
  return JSON.parse(system.stdout.text);
}

function closed({ gates }: Row): string[] {
  return gates.filter(({ is_open }) => !is_open).map(({ name, value }) => `${name}: ${value}`);
}

Deno.test("print schedule --explain names every closed gate with its value", async () => {
  const [first, second, third] = await explain();
  assert(first && second && third);
  assertEquals(closed(first), ["daemon: not running", "run_requires: fs#1 is down, expected up or stdby up"]);
  assertEquals(closed(second), ["daemon: not running", "confirmation: wanted: never scheduled"]);
  assertEquals(closed(third), ["daemon: not running", "interactive: yes: never scheduled"]);
  assertEquals([first.is_due, second.is_due, third.is_due], [false, false, false]);
});

Deno.test("print schedule --explain takes filters, and names what exists when they match nothing", async () => {
  assertEquals((await explain("--rid", "task#1")).map(({ rid }) => rid), ["task#1"]);
  const system = fakeSystem({ config: { svc1: SERVICE } });
  assertEquals(await runAgent(["svc1", "print", "schedule", "--explain", "--rid", "task#9"], system), 4);
  assertStringIncludes(system.stderr.text, "expected one of task#0, task#1, task#2");
});

Deno.test("print schedule --rid shows the rows of those tasks only", async () => {
  const system = fakeSystem({ config: { svc1: SERVICE } });
  assertEquals(
    await runAgent(["svc1", "print", "schedule", "--rid", "task#1", "--format", "jsonl"], system),
    0,
  );
  assertEquals(system.stdout.lines.map((line) => JSON.parse(line).rid), ["task#1"]);
});

const changes: [
  schedule: string,
  now: string,
  last: string | undefined,
  at: string | null,
  change: string,
][] = [
  ["@10", "10:00:00", undefined, null, "not by the time"],
  ["@10", "10:00:00", "09:55:00", "10:05:00", "its interval is over"],
  ["09:00-11:00", "10:00:00", undefined, "11:00:01", "its window closes"],
  ["12:00-13:00", "10:00:00", undefined, "12:00:00", "its window opens"],
  ['["09:00-12:00@10", "!10:30-11:00"]', "10:00:00", undefined, "10:30:00", "its window closes"],
  ['["09:00-12:00@10", "!10:30-11:00"]', "10:40:00", "10:20:00", "11:00:00", "its window opens"],
  ["12:00", "10:00:00", undefined, "12:00:00", "its planned instant"],
  ["0 10 * * *", "10:00:00", undefined, "10:00:01", "its planned instant is over"],
  ["@0", "10:00:00", undefined, null, "not by the time: it has no schedule"],
  ["@reboot", "10:00:00", undefined, null, "not by the time: it waits for the next boot"],
  ["25:00", "10:00:00", undefined, null, "hour 25, expected 0 to 23"],
];

for (const [schedule, now, last, at, change] of changes) {
  Deno.test(`print schedule --explain of ${schedule} at ${now} says ${at ?? "never"}: ${change}`, async () => {
    const epoch = (time: string) => Date.parse(`2026-03-02T${time}Z`) / 1000;
    const system = fakeSystem({
      now: epoch(now) * 1000,
      config: { svc1: `[DEFAULT]\nnodes = *\n[task#0]\ncommand = /bin/true\nschedule = ${schedule}\n` },
    });
    if (last) {
      system.files.put("/var/lib/agent/svc/svc1/scheduler/last_task#0", `${epoch(last)}\n`);
      system.files.touch("/var/lib/agent/svc/svc1/scheduler/last_task#0", epoch(last) * 1000);
    }
    await runAgent(["svc1", "print", "schedule", "--explain", "--format", "json"], system);
    const [row] = JSON.parse(system.stdout.text);
    assertEquals(row.changes_at, at === null ? null : epoch(at));
    assertStringIncludes(row.change, change);
    system.stdout.clear();
    await runAgent(["svc1", "print", "schedule", "--explain"], system);
    const shown = at === null ? "" : `2026-03-02 ${at}: `;
    assertStringIncludes(system.stdout.text, `  * next change       ${shown}`);
  });
}

Deno.test("print schedule --explain knows no change by the time for a task that is never scheduled", async () => {
  const [, asked, worked] = await explain() as (Row & { changes_at: number | null; change: string })[];
  assertEquals([asked?.changes_at, asked?.change], [null, "not by the time: it asks for confirmation"]);
  assertEquals([worked?.changes_at, worked?.change], [null, "not by the time: it is interactive"]);
});

Deno.test("print schedule --explain says of a task that catches up whether an instant was missed", async () => {
  const config = "[DEFAULT]\nnodes = *\n[task#0]\ncommand = /bin/true\nschedule = 09:30\ncatch_up = once\n";
  const told = async (until: string) => {
    const system = fakeSystem({ config: { svc1: config } });
    system.files.touch("/etc/agent/svc1.conf", Date.parse("2026-03-01T00:00:00Z"));
    const settled = { until: Date.parse(`2026-03-02T${until}Z`) / 1000, schedule: "UTC 09:30" };
    system.files.put("/var/lib/agent/svc/svc1/scheduler/settled_task#0", JSON.stringify(settled));
    await runAgent(["svc1", "print", "schedule", "--explain", "--format", "json"], system);
    const [row] = JSON.parse(system.stdout.text) as (Row & { changes_at: number | null })[];
    return [row?.gates.find(({ name }) => name === "catch up")?.value, row?.changes_at];
  };
  const tomorrow = Date.parse("2026-03-03T09:30:00Z") / 1000;
  assertEquals(await told("09:00:00"), ["an instant was missed: it runs now", null]);
  assertEquals(await told("09:45:00"), ["nothing was missed", tomorrow]);
});

const SYNC = `[DEFAULT]
nodes = n1 n2
drpnodes = n3

[fs#1]
type = flag

[sync#1]
src = /srv/data/*
dst = /srv/copy/
target = nodes drpnodes
schedule = @10
`;
const FLAG = { "/run/agent/svc/svc1/fs#1.flag": "" };
const DATA = { "/srv/data/a": "", "/srv/data/b": "" };

async function explainSync(more: string, { files = {}, ...options }: FakeOptions = {}, rid = "sync#1") {
  const system = fakeSystem({
    environment: { AGENT_NODENAME: "n1" },
    installed: ["rsync", "ssh"],
    config: { svc1: SYNC + more },
    ...options,
    files: { ...DATA, ...files },
  });
  const args = ["svc1", "print", "schedule", "--explain", "--format", "json", "--rid", rid];
  assertEquals(await runAgent(args, system), 0, system.stderr.text);
  const [row, ...others] = JSON.parse(system.stdout.text) as Row[];
  assertEquals(others, []);
  return row!;
}

Deno.test("print schedule --explain says of a synchronisation each gate with its value", async () => {
  const row = await explainSync("", { files: FLAG });
  assertEquals([row.rid, row.action], ["sync#1", "sync_all"]);
  assertEquals(row.gates.map(({ name, is_open, value }) => `${is_open ? "+" : "-"} ${name}: ${value}`), [
    "- daemon: not running",
    "+ node: n1 is one of the service's",
    "+ service disabled: no",
    "+ frozen: no",
    "+ provisioned: yes",
    "+ memory: /var/lib/agent/svc/svc1",
    "+ disabled: no",
    "+ paused: no",
    "+ schedule: @10 (UTC)",
    "+ last run: never",
    "+ next run: 2026-03-02 10:00:00",
    "+ targets: n2, n3",
    "+ environment: none of the service, TST of the node",
    "+ instance: up here",
    "+ sync_requires: met",
    "+ programs: rsync, ssh",
    "+ sources: /srv/data/a and 1 more",
    "+ slot: 0 of 1 taken",
  ]);
});

const closedSyncs: [edge: string, more: string, options: FakeOptions, gates: string[]][] = [
  ["an instance that is down", "", {}, ["instance: the instance is not up here, but down"]],
  [
    "a requirement that does not hold",
    "sync_requires = fs#2(up)\n[fs#2]\ntype = flag\noptional = true\n",
    { files: FLAG },
    ["sync_requires: fs#2 is down, expected up"],
  ],
  [
    "a production service on another node",
    "[DEFAULT]\nenv = PRD\n",
    { files: FLAG },
    [
      "environment: a PRD service is not sent from a node of TST, expected env = PRD in [node] of node.conf",
    ],
  ],
  ["a program that is missing", "", { files: FLAG, installed: ["rsync"] }, [
    "programs: ssh is not installed, expected it in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ]],
  ["patterns that find nothing", "src = /srv/nothing*\n", { files: FLAG }, ["sources: no files to sync"]],
  ["no other node", "target = drpnodes\n[DEFAULT]\ndrpnodes = n1\n", { files: FLAG }, [
    "targets: no nodes to sync",
  ]],
  ["a section that cannot be read", "sync_requires = fs#1(on)\n", { files: FLAG }, ["configuration: "]],
  ["a disabled one", "disable = true\n", { files: FLAG }, ["disabled: yes"]],
  ["@0", "schedule = @0\n", { files: FLAG }, ["schedule: @0"]],
];

for (const [edge, more, options, gates] of closedSyncs) {
  Deno.test(`print schedule --explain says why a synchronisation does not run: ${edge}`, async () => {
    const row = await explainSync(more, options);
    const found = closed(row).slice(1);
    assertEquals(found.length, gates.length, found.join("\n"));
    for (const [i, text] of gates.entries()) assertStringIncludes(found[i]!, text);
    assertEquals(row.is_due, false);
  });
}

Deno.test("print schedule --explain of a synchronisation to this node alone does not ask where the service is", async () => {
  const row = await explainSync("target = local\n");
  const values = row.gates.filter(({ name }) => ["targets", "instance", "programs"].includes(name));
  assertEquals(values.map(({ value }) => value), ["local", "down here, which does not matter", "rsync"]);
  assertEquals(closed(row), ["daemon: not running"]);
});

Deno.test("print schedule --explain knows a synchronisation that goes on, and one that is paused", async () => {
  const programs = { "*": {}, "root@n2:/srv/copy/": { durationMs: 60_000 } };
  const system = fakeSystem({
    environment: { AGENT_NODENAME: "n1" },
    installed: ["rsync", "ssh"],
    config: { svc1: SYNC },
    files: { ...DATA, ...FLAG },
    programs,
  });
  const byHand = startAgent(["svc1", "sync", "all"], system);
  await system.clock.advance(1_000);
  await runAgent(["svc1", "pause", "--rid", "sync#1", "--for", "1h"], system);
  system.stdout.clear();
  await runAgent(["svc1", "print", "schedule", "--explain", "--rid", "sync", "--format", "json"], system);
  const [row] = JSON.parse(system.stdout.text) as Row[];
  const [, paused, next, slot] = closed(row!);
  assertEquals([paused, next], [
    "paused: paused until 2026-03-02 11:00:01",
    "next run: 2026-03-02 11:00:01",
  ]);
  assertStringIncludes(slot!, "slot: synchronisation is already running (process ");
  assertEquals(await system.clock.runUntil(byHand), 0);
});

Deno.test("print schedule --explain ends with what the service does by itself", async () => {
  const service = `${SERVICE}\n[fs#2]\ntype = flag\nmonitor = true\n`;
  const told = async (config: string) => {
    const system = fakeSystem({ config: { svc1: config } });
    await runAgent(["svc1", "print", "schedule", "--explain", "--format", "json"], system);
    const rows = JSON.parse(system.stdout.text) as Row[];
    system.stdout.clear();
    await runAgent(["svc1", "print", "schedule", "--explain"], system);
    assertStringIncludes(system.stdout.text, "svc1 resource_monitor: would not be started now\n");
    return rows.filter(({ rid }) => rid === null);
  };
  const own = await told(service);
  assertEquals(own.slice(0, 2).map(({ action }) => action), ["status", "resource_monitor"]);
  assertEquals(own.slice(0, 2).map(closed), [["daemon: not running"], ["daemon: not running"]]);
  const [, elsewhere] = await told(service.replace("nodes = *", "nodes = n7"));
  assertEquals(closed(elsewhere!), ["daemon: not running", "node: n1 is not one of the service's"]);
});
