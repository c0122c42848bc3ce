import type { Problem } from "../../core/config/problem.ts";

/** Thrown when a change would leave errors in a configuration; a `SyntaxError`, so that the exit code is 3. */
export class InvalidConfigError extends SyntaxError {
  override readonly name = "InvalidConfigError";

  /** `action` is such as `set testmd`; a single problem is part of the message. */
  constructor(action: string, readonly object: string, readonly problems: readonly Problem[]) {
    const [only, ...others] = problems;
    super(
      others.length === 0 && only
        ? `Cannot ${action}, nothing is changed: ${only.message}`
        : `Cannot ${action}: there are ${problems.length} errors, and nothing is changed`,
    );
  }
}
