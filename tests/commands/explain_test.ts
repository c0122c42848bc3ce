import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeSystem } from "../fakes/system.ts";
import { runAgent } from "../fakes/run_agent.ts";

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
  readonly rid: string;
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
