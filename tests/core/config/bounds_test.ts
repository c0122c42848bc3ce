import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  MAX_CONFIG_BYTES,
  MAX_HEADERS,
  MAX_KEYS,
  MAX_NAME_LENGTH,
  MAX_VALUE_LENGTH,
} from "../../../src/core/config/bounds.ts";
import { ConfigSyntaxError } from "../../../src/core/config/config_error.ts";
import { parseIni } from "../../../src/core/config/ini.ts";
import { validateText } from "../../../src/core/config/validate.ts";
import { KEYWORDS } from "../../../src/drivers/keywords.ts";

/** A text that repeats something, numbered, until it is about 1 MiB or `count` are there. */
function many(make: (i: number) => string, count = Infinity): string {
  let text = "";
  for (let i = 0; i < count && text.length < MAX_CONFIG_BYTES - 2000; i++) text += make(i);
  return text;
}

function problemsOf(text: string) {
  return validateText(text, KEYWORDS, {
    path: { namespace: "root", kind: "svc", name: "svc1" },
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "/etc/agent", var: "/var/lib/agent" },
  }).problems;
}

const refused: [edge: string, text: string, line: number, message: string][] = [
  ["a hundred thousand sections", many((i) => `[a${i.toString(36)}]\n`), 5001, "5000 section headers"],
  ["one section again and again", many(() => "[a]\n"), 5001, "5000 section headers"],
  ["hundreds of thousands of keys", `[a]\n${many((i) => `${i.toString(36)}=\n`)}`, 10_002, "10000 keys"],
  ["one key again and again", `[a]\n${many(() => "a=\n")}`, 10_002, "10000 keys"],
  [
    "a line that is one key",
    `[a]\n${"x".repeat(1_000_000)}=1\n`,
    2,
    'key "xxxxxxxxxxxxxxxxxxxx…" has 1000000',
  ],
  ["a line without a key", `[a]\n${"x".repeat(1_000_000)}\n`, 2, "expected key = value"],
  ["a header of one line", `[${"x".repeat(1_000_000)}]\n`, 1, "has 1000000 characters, expected at most 255"],
  ["a header that stays open", `[${"x".repeat(1_000_000)}\n`, 1, "expected [name]"],
  ["a value of one line", `[a]\nk = ${"x".repeat(1_000_000)}\n`, 2, "a.k has 1000000 characters"],
  ["a value of very many lines", `[a]\nk = b\n${many(() => " b\n")}`, 2, "expected at most 32768"],
];

for (const [edge, text, line, message] of refused) {
  Deno.test(`parseIni() refuses ${edge}, in one short line`, () => {
    const error = assertThrows(() => parseIni(text), ConfigSyntaxError);
    assertStringIncludes(error.message, message);
    assertEquals([error.position.line, error.message.length < 200], [line, true]);
  });
}

Deno.test("parseIni() reads what is just as large as it may be", () => {
  const sections = many((i) => `[a${i}]\nk=1\n`, MAX_HEADERS);
  const keys = `[${"s".repeat(MAX_NAME_LENGTH)}]\n${
    many((i) => `${`k${i}`.padEnd(i ? 0 : MAX_NAME_LENGTH, "x")}=1\n`, MAX_KEYS)
  }`;
  const value = `[a]\nk = ${"x".repeat(MAX_VALUE_LENGTH)}\n`;
  assertEquals(parseIni(sections).sections.size, MAX_HEADERS);
  assertEquals([...parseIni(keys).sections.values()][0]?.options.length, MAX_KEYS);
  assertEquals(parseIni(value).sections.get("a")?.byKey.get("k")?.value.length, MAX_VALUE_LENGTH);
});

Deno.test("a file that is kept in [data] may be larger than a setting", () => {
  assertEquals(problemsOf(`[data]\ncert = ${"x".repeat(500_000)}\n`), []);
  assertEquals(problemsOf(`[data]\nunit = ${"{x} ".repeat(20_000)}\n`).length, 1);
});

const bombs: [edge: string, text: string, message: string][] = [
  [
    "references that double at each of thirty levels",
    `[env]\n${many((i) => `a${i}={env.a${i + 1}}{env.a${i + 1}}\n`, 30)}a30=ha\n`,
    "grow to more than 32768 characters",
  ],
  [
    "a chain of ten thousand",
    `[env]\n${many((i) => `a${i}={env.a${i + 1}}\n`, 9_998)}`,
    "nested more than 32",
  ],
  ["a circle", "[env]\na={env.b}\nb={env.c}\nc={env.a}\n", "circle: env.a -> env.b -> env.c -> env.a"],
  ["a circle that only its own pieces make", "[env]\na={{env.b}}\nb=env.a\n", "circle"],
  [
    "thousands of values that are each small enough",
    `[env]\na=${"x".repeat(32_000)}\n${many((i) => `b${i}={env.a}\n`, 5_000)}`,
    "all values together",
  ],
  [
    "thousands of words of one large value",
    `[env]\na=${"x ".repeat(16_000)}\n${many((i) => `b${i}=${"{env.a[9]}".repeat(3_000)}\n`, 20)}`,
    "all values together",
  ],
  [
    "counts of one large value",
    `[env]\na=${"x ".repeat(16_000)}\n${many((i) => `b${i}=${"{#env.a}".repeat(4_000)}\n`, 20)}`,
    "all values together",
  ],
];

for (const [edge, text, message] of bombs) {
  Deno.test(`validate() tells of ${edge}, and comes to an end`, () => {
    const errors = problemsOf(text).filter(({ severity }) => severity === "error");
    assertStringIncludes(errors.map((each) => each.message).join("\n"), message);
  });
}

const harmless: [edge: string, text: string][] = [
  ["braces and no reference", `[env]\na=${"{".repeat(16_000)}${"}".repeat(16_000)}\n`],
  ["references that stay open", `[env]\na=${"{b".repeat(16_000)}\n`],
  ["arithmetic that stays open", many((i) => `[env]\na${i}=${"$(".repeat(16_000)}\n`, 30)],
  ["arithmetic that closes at its end", `[env]\na=${"$(".repeat(10_000)}1${")".repeat(10_000)}\n`],
  ["parentheses in each other", `[env]\na=$(${"(".repeat(490)}1${")".repeat(490)})\n`],
  ["a power that no number holds", "[env]\na=$(9**9**9**9)\n"],
];

for (const [edge, text] of harmless) {
  Deno.test(`validate() finds nothing wrong with ${edge}`, () => assertEquals(problemsOf(text), []));
}

Deno.test("validate() names each unknown reference of a value once, and a hundred at most", () => {
  const task = (command: string) => problemsOf(`[task#0]\ncommand = echo ${command}\n`);
  assertEquals(task("{nodenam} ".repeat(2_000)).length, 1);
  assertEquals(task(many((i) => `{nodename${i}}`, 2_000)).length, 100);
});

Deno.test("validate() looks the nodes of the service up once, however many keys have a scope", () => {
  const nodes = many((i) => `nodes@n${i}=n${i}\n`, 4_900);
  const found = problemsOf(
    `[DEFAULT]\n${nodes}[task#0]\ncommand=a\n${many((i) => `umask@n${i}=022\n`, 4_901)}`,
  );
  assertEquals(found.map(({ line }) => line), [9_804]);
});

const values: [keyword: string, value: string, message: string][] = [
  ["max_parallel", "9".repeat(30_000), "expected digits, such as 3"],
  ["timeout", "9".repeat(30_000), "too long"],
  ["timeout", `${"1s".repeat(10_000)}x`, "expected a number such as 10"],
  ["limit_as", `${"9".repeat(30_000)}k`, "expected a number"],
  ["umask", "7".repeat(30_000), "expected 000 to 777"],
  ["schedule", `["${"a".repeat(32_000)}"]`, "expected"],
  ["schedule", JSON.stringify(Array(1001).fill("@10")), "1001 expressions, expected at most 1000"],
  ["schedule", "[".repeat(30_000), "no JSON list"],
  ["schedule", "1".repeat(32_000), "expected"],
  ["timezone", "A".repeat(30_000), "zone"],
];

for (const [keyword, value, message] of values) {
  Deno.test(`validate() refuses a ${keyword} of ${value.length} characters: ${value.slice(0, 8)}…`, () => {
    const [found] = problemsOf(`[task#0]\ncommand = a\n${keyword} = ${value}\n`);
    assertEquals(found?.severity, "error");
    assertStringIncludes(found!.message, message);
  });
}
