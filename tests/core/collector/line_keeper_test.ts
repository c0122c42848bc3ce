import { assertEquals } from "@std/assert";
import { LineKeeper } from "../../../src/core/collector/line_keeper.ts";

function kept(messages: readonly string[]): string[] {
  const keeper = new LineKeeper();
  for (const message of messages) keeper.add({ at: 1, level: "INFO", message });
  return keeper.lines.map(({ message }) => message);
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

Deno.test("LineKeeper keeps two hundred lines as they are", () => {
  assertEquals(kept(numbers(0)), []);
  assertEquals(kept(numbers(200)), numbers(200));
});

Deno.test("LineKeeper tells how many lines of more are left out, between the first and the last ones", () => {
  const lines = kept(numbers(1_000));
  assertEquals(lines.slice(0, 100), numbers(1_000).slice(0, 100));
  assertEquals(lines[100], "800 lines are left out here");
  assertEquals(lines.slice(101), numbers(1_000).slice(900));
});

Deno.test("LineKeeper cuts a long line, and keeps few of many long ones", () => {
  const long = (i: number) => `${i} ${"x".repeat(20_000)}`;
  const lines = kept(Array.from({ length: 50 }, (_, i) => long(i)));
  assertEquals(lines[0]?.length, 10_000);
  assertEquals(lines.length, 21);
  assertEquals([lines[9]!.slice(0, 2), lines[10], lines[11]!.slice(0, 3), lines[20]!.slice(0, 3)], [
    "9 ",
    "30 lines are left out here",
    "40 ",
    "49 ",
  ]);
});

Deno.test("LineKeeper never cuts a character in two", () => {
  const [even, odd] = kept(["\u{1f600}".repeat(6_000), `x${"\u{1f600}".repeat(6_000)}`]);
  assertEquals([even?.length, odd?.length], [10_000, 9_999]);
  assertEquals([even, odd].every((line) => line?.isWellFormed()), true);
});
