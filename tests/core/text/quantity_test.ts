import { assertEquals } from "@std/assert";
import { formatBytes, formatElapsed } from "../../../src/core/text/quantity.ts";

const elapsed: [seconds: number, text: string][] = [
  [0, "0.0s"],
  [0.44, "0.4s"],
  [9.94, "9.9s"],
  [9.96, "10s"],
  [59.4, "59s"],
  [59.6, "1m00s"],
  [185, "3m05s"],
  [3599.6, "1h00m"],
  [7625, "2h07m"],
  [86_399, "23h59m"],
  [86_400, "1d00h"],
  [273_600, "3d04h"],
  [-75, "-1m15s"],
];

for (const [seconds, text] of elapsed) {
  Deno.test(`formatElapsed() writes ${seconds} as ${text}`, () => assertEquals(formatElapsed(seconds), text));
}

const sizes: [bytes: number, text: string][] = [
  [0, "0B"],
  [1023, "1023B"],
  [1024, "1.0K"],
  [102_400, "100K"],
  [1_048_575, "1.0M"],
  [3_565_158, "3.4M"],
  [5 * 1024 ** 3, "5.0G"],
];

for (const [bytes, text] of sizes) {
  Deno.test(`formatBytes() writes ${bytes} as ${text}`, () => assertEquals(formatBytes(bytes), text));
}
