import { assertEquals, assertThrows } from "@std/assert";
import { addSection, removeSection, setOption, unsetOption } from "../../../src/core/config/edit.ts";
import { parseIni } from "../../../src/core/config/ini.ts";

const TEXT = `# head of the file

[DEFAULT]
nodes = n1
; why
app: shop

[task#0]
# the command
command = echo a
	# inside
	b
user = admin
`;

const sets: { edge: string; text: string; section: string; key: string; value: string; expected: string }[] =
  [
    {
      edge: "replaces a value where it stands",
      text: TEXT,
      section: "task#0",
      key: "user",
      value: "root",
      expected: TEXT.replace("user = admin", "user = root"),
    },
    {
      edge: "replaces a continued value, and keeps the comment in it",
      text: TEXT,
      section: "task#0",
      key: "command",
      value: "true",
      expected: TEXT.replace("command = echo a\n\t# inside\n\tb\n", "command = true\n\t# inside\n"),
    },
    {
      edge: "adds after the last option of the section",
      text: TEXT,
      section: "DEFAULT",
      key: "nodes@n2",
      value: "n2",
      expected: TEXT.replace("app: shop\n", "app: shop\nnodes@n2 = n2\n"),
    },
    {
      edge: "writes further lines of a value with a tab",
      text: "[a]\nk = 1\n",
      section: "a",
      key: "k",
      value: "one\n  two\n\nthree\n",
      expected: "[a]\nk = one\n\ttwo\n\n\tthree\n",
    },
    {
      edge: "adds a section at the end, after one empty line",
      text: "[a]\nk = 1\n\n\n",
      section: "b",
      key: "k",
      value: "2",
      expected: "[a]\nk = 1\n\n[b]\nk = 2\n",
    },
    {
      edge: "adds DEFAULT before all others",
      text: "# note\n[a]\nk = 1\n",
      section: "DEFAULT",
      key: "k",
      value: "2",
      expected: "[DEFAULT]\nk = 2\n\n# note\n[a]\nk = 1\n",
    },
    { edge: "starts an empty file", text: "", section: "a", key: "k", value: "1", expected: "[a]\nk = 1\n" },
    {
      edge: "keeps the indentation of the block",
      text: "        [a]\n\tk = 1\n        [b]\n",
      section: "a",
      key: "l",
      value: "2\n3",
      expected: "        [a]\n\tk = 1\n\tl = 2\n\t\t3\n        [b]\n",
    },
    {
      edge: "indents in an empty section so that the next header is not swallowed",
      text: "[a]\n  [b]\n  k = 1\n",
      section: "a",
      key: "l",
      value: "2",
      expected: "[a]\n  l = 2\n  [b]\n  k = 1\n",
    },
    {
      edge: "keeps carriage returns and a missing last line break",
      text: "[a]\r\nk = 1",
      section: "a",
      key: "l",
      value: "2",
      expected: "[a]\r\nk = 1\r\nl = 2",
    },
    {
      edge: "changes the last of duplicates: it is the one that counts",
      text: "[a]\nk = 1\nk = 2\n",
      section: "a",
      key: "k",
      value: "3",
      expected: "[a]\nk = 1\nk = 3\n",
    },
    {
      edge: "writes an empty value",
      text: "[a]\nk = 1\n",
      section: "a",
      key: "k",
      value: "",
      expected: "[a]\nk =\n",
    },
  ];

for (const { edge, text, section, key, value, expected } of sets) {
  Deno.test(`setOption() ${edge}`, () => assertEquals(setOption(text, section, key, value), expected));
}

Deno.test("setOption() refuses what the format cannot hold", () => {
  assertThrows(() => setOption("", "a", "k", "one\n# two"), RangeError, "continued line");
  assertThrows(() => setOption("", "a]", "k", "1"), RangeError, "section name");
  assertThrows(() => setOption("", "a", "k=l", "1"), RangeError, "keyword");
  assertThrows(() => setOption("", "a", "", "1"), RangeError, "keyword");
  assertThrows(() => setOption("", "a", "[k", "1"), RangeError, "keyword");
});

Deno.test("setOption() keeps a first line that looks like a comment", () => {
  const text = setOption("", "a", "k", "# not a comment");
  assertEquals(parseIni(text).sections.get("a")?.byKey.get("k")?.value, "# not a comment");
});

Deno.test("unsetOption() removes all duplicates, and leaves the rest alone", () => {
  assertEquals(unsetOption("[a]\nk = 1\n# x\nl = 2\nk = 3\n  4\n", "a", "k"), "[a]\n# x\nl = 2\n");
  assertEquals(unsetOption(TEXT, "task#0", "missing"), TEXT);
  assertEquals(unsetOption(TEXT, "none", "missing"), TEXT);
});

Deno.test("removeSection() takes all parts with their inner comments, not the comments after them", () => {
  const text = "[a]\nk = 1\n\n# of b\n[b]\n# in b\nk = 2\n# after\n\n[a]\nl = 3\n[c]\nm = 4\n";
  assertEquals(removeSection(text, "b"), "[a]\nk = 1\n\n# of b\n# after\n\n[a]\nl = 3\n[c]\nm = 4\n");
  assertEquals(removeSection(text, "a"), "# of b\n[b]\n# in b\nk = 2\n# after\n\n[c]\nm = 4\n");
});

Deno.test("removeSection() refuses when a header further in would become a part of a value", () => {
  const text = "[a]\nk = 1\n[b]\n    [c]\n    l = 2\n";
  assertThrows(() => removeSection(text, "b"), RangeError, "Cannot remove the section b");
});

Deno.test("addSection() adds an empty section once", () => {
  const text = addSection("[a]\nk = 1\n", "b");
  assertEquals(text, "[a]\nk = 1\n\n[b]\n");
  assertEquals(addSection(text, "b"), text);
});

/** A small generator of numbers with a fixed seed, so that a failure can be repeated. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % below;
  };
}

const PIECES = [
  "[a]",
  "[b]",
  "  [c]",
  "\t[a]",
  "k = 1",
  "  k = 2",
  "\tl: 3",
  "l =",
  "    m",
  "# note",
  "  ; note",
  "",
  "n@x = 4",
  "\t5",
];

Deno.test("edits change one meaning and no other, on 3,000 made-up files", () => {
  const pick = numbersFrom(7);
  let done = 0;
  for (let i = 0; i < 3000; i++) {
    const text = ["[a]", ...Array.from({ length: pick(12) }, () => PIECES[pick(PIECES.length)]!)].join("\n");
    const section = ["a", "b", "c", "DEFAULT", "new"][pick(5)]!;
    const key = ["k", "l", "n@x", "o"][pick(4)]!;
    const value = ["v", "", "v\nw", "x = y\n\n[z]"][pick(4)]!;
    const before = tryParse(text);
    if (!before) continue;
    const after = parseIni(setOption(text, section, key, value));
    assertEquals(after.sections.get(section)?.byKey.get(key)?.value, value);
    assertEquals(rest(after, section, key), rest(before, section, key));
    assertEquals(comments(after.text), comments(text));
    const unset = parseIni(unsetOption(after.text, section, key));
    assertEquals(unset.sections.get(section)?.byKey.has(key), false);
    done++;
  }
  assertEquals(done > 1500, true);
});

function tryParse(text: string): ReturnType<typeof parseIni> | undefined {
  try {
    return parseIni(text);
  } catch {
    return undefined;
  }
}

function rest(document: ReturnType<typeof parseIni>, section: string, key: string): string[] {
  const lines: string[] = [];
  for (const { name, byKey } of document.sections.values()) {
    for (const option of byKey.values()) {
      if (name !== section || option.key !== key) lines.push(`${name} ${option.key} ${option.value}`);
    }
  }
  return lines.sort();
}

function comments(text: string): string[] {
  return text.split("\n").filter((line) => /^\s*[#;]/.test(line));
}
