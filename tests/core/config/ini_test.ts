import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parse as parseStdIni } from "@std/ini";
import { ConfigSyntaxError } from "../../../src/core/config/config_error.ts";
import { MAX_CONFIG_BYTES } from "../../../src/core/config/bounds.ts";
import { indentOf, parseIni } from "../../../src/core/config/ini.ts";

type Plain = Record<string, Record<string, string>>;

function plain(text: string): Plain {
  const result: Plain = {};
  for (const [name, section] of parseIni(text).sections) {
    result[name] = Object.fromEntries([...section.byKey].map(([key, option]) => [key, option.value]));
  }
  return result;
}

const cases: { edge: string; text: string; expected: Plain }[] = [
  {
    edge: "takes the confirmation example of the user's document as it stands, tabs and blanks mixed",
    text: "        [task#0]\n\tcommand = /bin/true\n        confirmation = true\n",
    expected: { "task#0": { command: "/bin/true", confirmation: "true" } },
  },
  {
    edge: "takes the configuration example of the user's document, indented by tabs as a whole",
    text: "\t[task#0]\n\tcommand = id -u && /bin/true\n\tuser = admin\n",
    expected: { "task#0": { command: "id -u && /bin/true", user: "admin" } },
  },
  {
    edge: "continues a value on lines further in than its key",
    text: "[a]\nk = one\n  two\n\tthree\nl = x\n",
    expected: { a: { k: "one\ntwo\nthree", l: "x" } },
  },
  {
    edge: "compares columns, so that eight blanks are not further in than a tab",
    text: "[a]\n\tk = one\n        l = two\n         m = three\n",
    expected: { a: { k: "one", l: "two\nm = three" } },
  },
  {
    edge: "counts a tab after blanks to the next multiple of eight",
    text: "[a]\n    k = one\n  \tl = two\n    m = three\n",
    expected: { a: { k: "one\nl = two", m: "three" } },
  },
  {
    edge: "takes a header-like line further in than the key as a part of the value: it may be shell",
    text: "[a]\nk = if\n  [ -f /x ]; then true; fi\n[b]\nk = 2\n",
    expected: { a: { k: "if\n[ -f /x ]; then true; fi" }, b: { k: "2" } },
  },
  {
    edge: "has no open value right after a header, so that options may be further in",
    text: "[a]\n    k = 1\n    l = 2\n",
    expected: { a: { k: "1", l: "2" } },
  },
  {
    edge: "keeps empty lines inside a value, drops comments there, and none of both at its end",
    text: "[a]\nk = one\n\n  # note\n  two\n\n# end\n\nl = 2\n",
    expected: { a: { k: "one\n\ntwo", l: "2" } },
  },
  {
    edge: "splits at the first of = and :",
    text: "[a]\nk: v=w\nl = a:b\nm=\nn :x\n",
    expected: { a: { k: "v=w", l: "a:b", m: "", n: "x" } },
  },
  {
    edge: "has no inline comments",
    text: "[a]\nk = b # c\nl = d ; e\n",
    expected: { a: { k: "b # c", l: "d ; e" } },
  },
  {
    edge: "merges a section that comes twice, and lets the last duplicate win",
    text: "[a]\nk = 1\nl = 2\n[b]\nx = 0\n[a]\nk = 3\n",
    expected: { a: { k: "3", l: "2" }, b: { x: "0" } },
  },
  {
    edge: "is case-sensitive in sections and keys",
    text: "[A]\nK = 1\nk = 2\n[a]\nk = 3\n",
    expected: { A: { K: "1", k: "2" }, a: { k: "3" } },
  },
  {
    edge: "ignores a byte order mark and carriage returns, and needs no last line break",
    text: "\uFEFF[a]\r\nk = 1\r\n  2\r\nl = 3",
    expected: { a: { k: "1\n2", l: "3" } },
  },
  {
    edge: "starts a value on the line after its key",
    text: "[a]\nk =\n  one\n",
    expected: { a: { k: "one" } },
  },
  { edge: "reads nothing from an empty text", text: "\n# only a comment\n", expected: {} },
  { edge: "keeps scopes in keys", text: "[a]\nk@n1 = 1\n", expected: { a: { "k@n1": "1" } } },
];

for (const { edge, text, expected } of cases) {
  Deno.test(`parseIni() ${edge}`, () => assertEquals(plain(text), expected));
}

const refused: { edge: string; text: string; line: number; words: string }[] = [
  { edge: "text before the first section", text: "# x\nk = 1\n", line: 2, words: "before any section" },
  {
    edge: "a line without a delimiter",
    text: "[a]\nk = 1\nnonsense\n",
    line: 3,
    words: "expected key = value",
  },
  { edge: "a line without a key", text: "[a]\n= 1\n", line: 2, words: "expected key = value" },
  { edge: "a header without its end", text: "[a]\n\n[b\n", line: 3, words: "expected [name]" },
  { edge: "a header without a name", text: "[ ]\n", line: 1, words: "expected [name]" },
  { edge: "a NUL character", text: "[a]\nk = \0\n", line: 2, words: "NUL" },
];

for (const { edge, text, line, words } of refused) {
  Deno.test(`parseIni() refuses ${edge}, with its line`, () => {
    const error = assertThrows(() => parseIni(text), ConfigSyntaxError);
    assertEquals(error.position.line, line);
    assertStringIncludes(error.message, `at line ${line}`);
    assertStringIncludes(error.message, words);
  });
}

Deno.test("parseIni() tells the section of a bad line, and quotes at most sixty characters of it", () => {
  const error = assertThrows(() => parseIni(`[a]\n${"x".repeat(500)}\n`), ConfigSyntaxError);
  assertEquals(error.position.section, "a");
  assertEquals(error.message.length < 200, true);
});

Deno.test("parseIni() reads a text of 1 MiB and refuses one byte more, counting bytes and not characters", () => {
  const header = "[data]\nk = ";
  const full = header + "x".repeat(MAX_CONFIG_BYTES - header.length);
  assertEquals(parseIni(full).sections.size, 1);
  assertThrows(() => parseIni(full + "x"), ConfigSyntaxError, "1 MiB");
  assertThrows(() => parseIni(header + "é".repeat(MAX_CONFIG_BYTES / 2)), ConfigSyntaxError, "1 MiB");
});

Deno.test("parseIni() keeps lines, parts and duplicates for edits and warnings", () => {
  const document = parseIni("[a]\nk = 1\n  2\n\n[b]\n[a] x\nk = 3\n");
  const section = document.sections.get("a")!;
  assertEquals(section.options.map(({ line, endLine }) => [line, endLine]), [[2, 3], [7, 7]]);
  assertEquals(section.parts.map((part) => part.line), [1, 6]);
  assertEquals(document.lines.length, 8);
  assertEquals(document.warnings.map((warning) => warning.line), [6]);
});

Deno.test("indentOf() goes to the next multiple of eight at each tab", () => {
  assertEquals(["x", " x", "\tx", "  \tx", "        \tx", "\t x"].map(indentOf), [0, 1, 8, 8, 16, 9]);
});

Deno.test("parseIni() agrees with @std/ini on what both can read", () => {
  const values = ["1", "two words", "a=b", "/bin/true --x", "$HOME", "{env.x}"];
  for (let seed = 1; seed <= 200; seed++) {
    let text = "";
    for (let s = 0; s < 1 + seed % 3; s++) {
      text += `[section${s}]\n`;
      for (let k = 0; k < 1 + (seed * 7 + s) % 4; k++) {
        text += (seed + k) % 5 === 0 ? "# a comment\n\n" : "";
        text += `key${k}${" ".repeat(seed % 2)}=${" ".repeat((seed + k) % 3)}${
          values[(seed + s + k) % values.length]
        }\n`;
      }
    }
    const oracle = parseStdIni(text, { reviver: (_key, value) => value }) as Plain;
    const texts = Object.fromEntries(
      Object.entries(oracle).map(([name, keys]) => [
        name,
        Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, String(value)])),
      ]),
    );
    assertEquals(plain(text), texts);
  }
});
