import { InvalidConfigError } from "../../actions/config/invalid_config_error.ts";
import type { Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { Problem } from "../../core/config/problem.ts";
import { escapeControl } from "../../core/text/escape.ts";
import type { System } from "../../ports.ts";

/** Tells problems on standard error, one a line: `testmd: line 4: warning: …`. */
export function tellProblems(system: System, name: string, problems: readonly Problem[]): void {
  for (const { line, severity, message } of problems) {
    const place = line === undefined ? "" : `line ${line}: `;
    system.terminal.write("stderr", `${name}: ${place}${severity}: ${escapeControl(message)}\n`);
  }
}

/** Tells what a change brought that is odd, unless only errors are wanted. */
export function tellRemarks(
  { flags }: Invocation,
  system: System,
  changes: readonly { readonly name: string; readonly remarks: readonly Problem[] }[],
): void {
  if (flags.boolean("quiet")) return;
  for (const { name, remarks } of changes) tellProblems(system, name, remarks);
}

/** Does a change; when it is refused for several errors, tells them all before the error goes on. */
export async function tellingErrors<T>(system: System, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidConfigError && error.problems.length > 1) {
      tellProblems(system, error.object, error.problems);
    }
    throw error;
  }
}

/** Reads words of the command line; what cannot be read is a usage error. */
export function readingWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(error.message);
    throw error;
  }
}
