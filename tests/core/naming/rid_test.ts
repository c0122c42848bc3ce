import { assertEquals, assertThrows } from "@std/assert";
import { compareRids, tryParseRid } from "../../../src/core/naming/rid.ts";
import { compareNatural } from "../../../src/core/naming/natural_order.ts";
import { isGlob, matchesGlob } from "../../../src/core/naming/glob.ts";

Deno.test("tryParseRid() reads numbers and names", () => {
  assertEquals(tryParseRid("task#0"), { group: "task", index: "0" });
  assertEquals(tryParseRid("task#backup-1"), { group: "task", index: "backup-1" });
});

for (
  const text of [
    "",
    "task",
    "task#",
    "#0",
    "task#0#1",
    "task# 0",
    "task#a/b",
    "task#..",
    "subset#task",
    "task#0\n",
  ]
) {
  Deno.test(`tryParseRid() refuses ${JSON.stringify(text)}`, () => {
    assertEquals(tryParseRid(text), undefined);
  });
}

Deno.test("compareRids() orders by group, then numbers by their value and names by their letters", () => {
  const rids = ["task#10", "task#b", "fs#2", "task#2", "task#a10", "task#a9", "tasks#1", "task#02"];
  assertEquals(rids.sort(compareRids), [
    "fs#2",
    "task#02",
    "task#2",
    "task#10",
    "task#a9",
    "task#a10",
    "task#b",
    "tasks#1",
  ]);
});

Deno.test("compareNatural() is a total order, also for numbers beyond the precise ones", () => {
  assertEquals(compareNatural("a", "a"), 0);
  assertEquals(compareNatural("a", "ab") < 0, true);
  assertEquals(compareNatural("9007199254740993", "9007199254740992") > 0, true);
  assertEquals(compareNatural("01", "1") !== 0, true);
});

const globs: [text: string, glob: string, expected: boolean][] = [
  ["task#backup", "task#b*", true],
  ["task#1", "task#?", true],
  ["task#12", "task#?", false],
  ["web1", "web[12]", true],
  ["web3", "web[!12]", true],
  ["web1", "web[!12]", false],
  ["webb", "web[a-c]", true],
  ["a.b", "a.b", true],
  ["axb", "a.b*", false],
  ["a[b", "a[b*", true],
  ["a+b", "a+?", true],
  ["a]b", "a[]x]b*", true],
  ["", "*", true],
  ["ab", "A*", false],
];

for (const [text, glob, expected] of globs) {
  Deno.test(`matchesGlob() ${glob} ${expected ? "takes" : "leaves"} "${text}"`, () => {
    assertEquals(matchesGlob(text, glob), expected);
  });
}

Deno.test("matchesGlob() refuses a set that is out of order, in words", () => {
  assertThrows(() => matchesGlob("x", "[z-a]"), SyntaxError, "Cannot read the pattern");
  assertEquals([isGlob("a"), isGlob("a*")], [false, true]);
});

Deno.test("matchesGlob() comes to an end with very many stars and brackets", () => {
  const text = "n".repeat(200);
  assertEquals(matchesGlob(text, `${"*n".repeat(100)}x`), false);
  assertEquals(matchesGlob(text, `${"*n".repeat(100)}*`), true);
  assertEquals(matchesGlob(text, "*n".repeat(16_000)), false);
  assertEquals(matchesGlob(text, "[n".repeat(16_000)), false);
  assertEquals(matchesGlob(text, "[n]*".repeat(200)), true);
});

Deno.test("compareNatural() and sorting take numbers of any length", () => {
  const long = "9".repeat(30_000);
  assertEquals([`a${long}9`, `a${long}8`, "a1"].sort(compareNatural), ["a1", `a${long}8`, `a${long}9`]);
});
