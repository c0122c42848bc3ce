import { assertEquals, assertThrows } from "@std/assert";
import { DurationSyntaxError, parseDuration } from "../../src/core/duration.ts";

const READ = [
  ["10", "s", 10],
  ["10", "m", 600],
  ["0", "s", 0],
  ["90s", "m", 90],
  ["10m30s", "s", 630],
  ["1h30m", "m", 5400],
  ["2D", "s", 172_800],
  ["1W1d1H1m1s", "s", 694_861],
  ["06s", "s", 6],
] as const;

for (const [text, unit, seconds] of READ) {
  Deno.test(`parseDuration() reads "${text}" with bare numbers in ${unit} as ${seconds} seconds`, () => {
    assertEquals(parseDuration(text, unit), seconds);
  });
}

const REFUSED = [
  ["", 0, "it ends early, expected a number such as 10 or 1h30m"],
  ["abc", 0, '"a" is no number, expected a number such as 10 or 1h30m'],
  ["h", 0, '"h" is no number, expected a number such as 10 or 1h30m'],
  ["-5m", 0, '"-" is no number, expected a number such as 10 or 1h30m'],
  ["10x", 2, '"x" is no unit, expected one of w d h m s'],
  ["1.5h", 1, '"." is no unit, expected one of w d h m s'],
  ["10m30", 5, "it ends early, expected one of w d h m s"],
  ["1h 30m", 2, '" " is no number, expected a number such as 10 or 1h30m'],
  ["99999999999999999999", 0, "it is too long, expected less than 285 million years"],
] as const;

for (const [text, position, problem] of REFUSED) {
  Deno.test(`parseDuration() refuses "${text}" at character ${position + 1}`, () => {
    const error = assertThrows(() => parseDuration(text, "s"), DurationSyntaxError);
    assertEquals(error.position, position);
    assertEquals(
      error.message,
      `Cannot read the duration "${text}" at character ${position + 1}: ${problem}`,
    );
  });
}
