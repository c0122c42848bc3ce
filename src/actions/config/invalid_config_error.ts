import type { Problem } from "../../core/config/problem.ts";

/** Thrown when a change would leave errors in a configuration; a `SyntaxError`, so that the exit code is 3. */
export class InvalidConfigError extends SyntaxError {
  override readonly name = "InvalidConfigError";

  /** `refusal` is such as `Cannot set testmd`; a single problem is part of the message. */
  constructor(refusal: string, readonly object: string, readonly problems: readonly Problem[]) {
    const [only, ...others] = problems;
    super(
      others.length === 0 && only
        ? `${refusal}, nothing is changed: ${only.message}`
        : `${refusal}: there are ${problems.length} errors, and nothing is changed`,
    );
  }
}
