import { assertEquals, assertExists } from "@std/assert";
import { evaluateLine } from "../../../src/core/schedule/eval.ts";

const FOLDER = new URL("../../fixtures/conformance/", import.meta.url);

function linesOf(name: string): string[] {
  return Deno.readTextFileSync(new URL(name, FOLDER)).trimEnd().split("\n");
}

for (const [name, count] of [["agreed", 3000], ["corrected", 250], ["zones", 300]] as const) {
  Deno.test(`evaluateLine() gives the next run of all ${count} rows of schedules_${name}`, () => {
    const lines = linesOf(`schedules_${name}.jsonl`);
    const answers = lines.map((line) => ({ ...JSON.parse(line), ...JSON.parse(evaluateLine(line)) }));
    assertEquals(lines.length, count);
    assertEquals(answers, lines.map((line) => JSON.parse(line)));
  });
}

Deno.test("evaluateLine() gives an error for all 60 rows of schedules_refused", () => {
  const lines = linesOf("schedules_refused.jsonl");
  assertEquals(lines.length, 60);
  for (const line of lines) assertExists(JSON.parse(evaluateLine(line)).error, line);
});
