/** Every conformance row through `agent schedule eval`, one process for each file. */
import { assertEquals, assertMatch } from "@std/assert";
import { e2eTest } from "./box.ts";

const FOLDER = new URL("../fixtures/conformance/", import.meta.url);

function rowsOf(name: string): { readonly text: string; readonly rows: Record<string, unknown>[] } {
  const text = Deno.readTextFileSync(new URL(`schedules_${name}.jsonl`, FOLDER));
  return { text, rows: text.trimEnd().split("\n").map((line) => JSON.parse(line)) };
}

function answersOf(stdout: string): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

for (const [name, count] of [["agreed", 3000], ["corrected", 250], ["zones", 300]] as const) {
  e2eTest(`schedule eval answers all ${count} rows of schedules_${name}`, async (box) => {
    const { text, rows } = rowsOf(name);
    const { code, stdout, stderr } = await box.agent(["schedule", "eval"], { stdin: text });
    assertEquals([code, stderr, rows.length], [0, "", count]);
    assertEquals(answersOf(stdout), rows.map(({ id, next }) => ({ id, next })));
  });
}

e2eTest("schedule eval refuses all 60 rows of schedules_refused", async (box) => {
  const { text, rows } = rowsOf("refused");
  const { code, stdout, stderr } = await box.agent(["schedule", "eval"], { stdin: text });
  assertEquals([code, stderr, rows.length], [0, "", 60]);
  const answers = answersOf(stdout);
  assertEquals(answers.map(({ id }) => id), rows.map(({ id }) => id));
  for (const { error } of answers) assertMatch(String(error), /^Cannot [^\n]+$/);
});

e2eTest("a line that is no JSON gets an error, the others their answer", async (box) => {
  const stdin = 'no json\n{"schedule": "@10", "now": "2026-01-01T00:00:00", "last": null, "id": 7}\n';
  const { code, stdout } = await box.agent(["schedule", "eval"], { stdin });
  const [bad, good] = answersOf(stdout);
  assertEquals([Object.keys(bad!), good, code], [["error"], { id: 7, next: "2026-01-01T00:00:00" }, 0]);
});
