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
  const [first, second] = await explain();
  assert(first && second);
  assertEquals(closed(first), ["daemon: not running", "run_requires: fs#1 is down, expected up or stdby up"]);
  assertEquals(closed(second), ["daemon: not running", "confirmation: wanted: never scheduled"]);
  assertEquals([first.is_due, second.is_due], [false, false]);
});

Deno.test("print schedule --explain takes filters, and names what exists when they match nothing", async () => {
  assertEquals((await explain("--rid", "task#1")).map(({ rid }) => rid), ["task#1"]);
  const system = fakeSystem({ config: { svc1: SERVICE } });
  assertEquals(await runAgent(["svc1", "print", "schedule", "--explain", "--rid", "task#9"], system), 4);
  assertStringIncludes(system.stderr.text, "expected one of task#0, task#1");
});

Deno.test("print schedule --rid shows the rows of those tasks only", async () => {
  const system = fakeSystem({ config: { svc1: SERVICE } });
  assertEquals(
    await runAgent(["svc1", "print", "schedule", "--rid", "task#1", "--format", "jsonl"], system),
    0,
  );
  assertEquals(system.stdout.lines.map((line) => JSON.parse(line).rid), ["task#1"]);
});
