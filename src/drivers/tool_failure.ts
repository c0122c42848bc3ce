import type { ToolOutcome } from "./driver.ts";

/** What util-linux says after the reason of a failed mount. */
const HINT = /^dmesg\(1\) may have more information/;

/** The last line that a program wrote about its failure, else its exit code. */
export function whyFailed({ code, stdout, stderr }: ToolOutcome): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !HINT.test(line)) ?? `exit code ${code}`;
}
