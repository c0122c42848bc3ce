import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commandText, overviewText, usageOf } from "../../src/cli/help.ts";
import { SAMPLE } from "./sample.ts";

function find(words: string) {
  return SAMPLE.find((command) => command.words.join(" ") === words)!;
}

const usages: readonly (readonly [words: string, usage: string])[] = [
  ["run", "SELECTOR run [FLAGS] [-- ARGUMENT ...]"],
  ["ls", "[SELECTOR] ls [FLAGS]"],
  ["daemon start", "daemon start [FLAGS]"],
  ["schedule next", "schedule next EXPRESSION [FLAGS]"],
];

for (const [words, usage] of usages) {
  Deno.test(`usageOf() ${words} is "${usage}"`, () => assertEquals(usageOf(find(words)), usage));
}

Deno.test("commandText() shows spellings, details, flags with defaults, and examples", () => {
  const run = commandText(find("run"));
  for (
    const part of [
      "other spellings:\n  instance run\n",
      "Runs tasks.\n  as they are\n",
      "--env K=V",
      "agent svc1 run",
    ]
  ) {
    assertStringIncludes(run, part);
  }
  assertStringIncludes(run, "a variable (may be repeated)");
  assertStringIncludes(run, "--tag, --tags VALUE");
  assertStringIncludes(run, "--local");
  assertStringIncludes(commandText(find("schedule next")), "-n COUNT");
  assertStringIncludes(commandText(find("schedule next")), "how many (default: 10)");
});

Deno.test("commandText() has --format only where data is printed", () => {
  assert(commandText(find("ls")).includes("--format"));
  assert(!commandText(find("stop")).includes("--format"));
});

Deno.test("overviewText() lists every command and topic, within 100 columns", () => {
  const text = overviewText(SAMPLE, [{ name: "exit-codes", summary: "what they tell", text: "" }]);
  for (const { words, summary } of SAMPLE) assert(text.includes(words.join(" ")) && text.includes(summary));
  assertStringIncludes(text, "exit-codes  what they tell");
  assertEquals(text.split("\n").filter((line) => line.length > 100), []);
});
