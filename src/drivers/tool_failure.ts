import type { ToolOutcome } from "./driver.ts";

/** The last line that a program wrote about its failure, else its exit code. */
export function whyFailed({ code, stdout, stderr }: ToolOutcome): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.at(-1) ?? `exit code ${code}`;
}
