import { assertEquals } from "@std/assert";
import { formatCsv } from "../../../src/core/text/csv.ts";

const cases: readonly (readonly [cells: readonly string[], line: string])[] = [
  [["a", "b"], "a,b"],
  [["a,b", ""], '"a,b",'],
  [['say "yes"'], '"say ""yes"""'],
  [["two\nlines"], '"two\nlines"'],
  [[" edge "], '" edge "'],
];

for (const [cells, line] of cases) {
  Deno.test(`formatCsv() writes ${JSON.stringify(cells)} as ${JSON.stringify(line)}`, () => {
    assertEquals(formatCsv([cells]), `${line}\r\n`);
  });
}
