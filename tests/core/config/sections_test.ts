import { assertEquals, assertThrows } from "@std/assert";
import { parseIni } from "../../../src/core/config/ini.ts";
import { formatSections, parseSections, sectionsOf } from "../../../src/core/config/sections.ts";

Deno.test("sectionsOf() gives the values that count, as they are written", () => {
  const document = parseIni("# note\n[a]\nk = 1\nk = {x}\n[b]\nlong = one\n  two\n[a]\nm@n1 =\n");
  assertEquals(sectionsOf(document), { a: { k: "{x}", "m@n1": "" }, b: { long: "one\ntwo" } });
});

Deno.test("formatSections() and sectionsOf() undo each other", () => {
  const sections = { "task#0": { command: "one\ntwo", user: "" }, DEFAULT: { nodes: "n1" }, env: {} };
  assertEquals(sectionsOf(parseIni(formatSections(sections))), sections);
});

Deno.test("formatSections() refuses a line that would be a comment", () => {
  assertThrows(() => formatSections({ a: { k: "one\n# two" } }), RangeError, "comment");
});

Deno.test("parseSections() takes numbers and booleans as text, and leaves metadata out", () => {
  assertEquals(parseSections('{"a": {"n": 5, "b": true}, "metadata": {"name": "x"}}'), {
    a: { n: "5", b: "true" },
  });
});

const refused: [text: string, message: string][] = [
  ["{", "no JSON"],
  ["[]", "object of sections"],
  ['{"a": "x"}', "Cannot read the section a"],
  ['{"a": {"k": ["x"]}}', "Cannot read a.k"],
  ['{"a": {"k": null}}', "Cannot read a.k"],
];

for (const [text, message] of refused) {
  Deno.test(`parseSections() refuses ${text}`, () => {
    assertThrows(() => parseSections(text), SyntaxError, message);
  });
}
