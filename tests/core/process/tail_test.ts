import { assertEquals } from "@std/assert";
import { TailKeeper } from "../../../src/core/process/tail.ts";

function tailOf(maxBytes: number, lines: readonly string[]): string {
  const tail = new TailKeeper(maxBytes);
  for (const line of lines) tail.add(line);
  return tail.text();
}

const cases: { edge: string; maxBytes: number; lines: string[]; text: string }[] = [
  { edge: "nothing", maxBytes: 10, lines: [], text: "" },
  { edge: "all that fits", maxBytes: 6, lines: ["ab", "cd"], text: "ab\ncd\n" },
  { edge: "the last lines only", maxBytes: 5, lines: ["ab", "cd"], text: "cd\n" },
  { edge: "empty lines", maxBytes: 3, lines: ["a", "", "", ""], text: "\n\n\n" },
  { edge: "bytes, not letters", maxBytes: 6, lines: ["a", "éé"], text: "éé\n" },
  { edge: "the end of a line that is too long", maxBytes: 4, lines: ["abcdef"], text: "def\n" },
  { edge: "whole characters of such a line", maxBytes: 4, lines: ["ab€é"], text: "é\n" },
];

for (const { edge, maxBytes, lines, text } of cases) {
  Deno.test(`TailKeeper keeps ${edge}`, () => assertEquals(tailOf(maxBytes, lines), text));
}

Deno.test("TailKeeper stays within its bytes, whatever comes", () => {
  const tail = new TailKeeper(1_000);
  for (let i = 0; i < 20_000; i++) tail.add("ö".repeat(i % 700));
  const bytes = new TextEncoder().encode(tail.text()).length;
  assertEquals(bytes <= 1_000 && bytes > 0, true);
});

Deno.test("TailKeeper.text() gives fewer bytes when asked, in whole lines", () => {
  const tail = new TailKeeper(100);
  for (const line of ["one", "two", "three"]) tail.add(line);
  assertEquals([tail.text(10), tail.text(9), tail.text(0)], ["two\nthree\n", "three\n", ""]);
});
