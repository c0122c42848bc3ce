import { assertEquals, assertExists } from "@std/assert";
import { evaluateLine } from "../../../src/core/schedule/eval.ts";
import { formatSchedule } from "../../../src/core/schedule/format.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";

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

for (const name of ["agreed", "corrected", "zones"]) {
  Deno.test(`formatSchedule() keeps the meaning of every expression of schedules_${name}`, () => {
    for (const line of linesOf(`schedules_${name}.jsonl`)) {
      const { next, ...question } = JSON.parse(line);
      const schedule = formatSchedule(parseSchedule(question.schedule));
      assertEquals(formatSchedule(parseSchedule(schedule)), schedule);
      assertEquals(JSON.parse(evaluateLine(JSON.stringify({ ...question, schedule }))).next, next, line);
    }
  });
}
