import { assertEquals } from "@std/assert";
import { escapeCell, escapeControl } from "../../../src/core/text/escape.ts";

const cases: readonly (readonly [text: string, visible: string])[] = [
  ["plain ünïcode 漢", "plain ünïcode 漢"],
  ["\x1b[31mred", "\\x1b[31mred"],
  ["a\nb\rc", "a\\x0ab\\x0dc"],
  ["\x00\x7f\x9b", "\\x00\\x7f\\x9b"],
  ["a\u202eb\u2066", "a\\u{202e}b\\u{2066}"],
  ["line\u2028end", "line\\u{2028}end"],
  ["tab\tstays", "tab\tstays"],
];

for (const [text, visible] of cases) {
  Deno.test(`escapeControl() shows ${JSON.stringify(text)} as ${visible}`, () => {
    assertEquals(escapeControl(text), visible);
  });
}

Deno.test("escapeCell() shows a tab too, because it would break the columns", () => {
  assertEquals(escapeCell("a\tb\x07"), "a\\x09b\\x07");
});
