import type { Resource } from "../../load.ts";

/**
 * Why a task never runs without a person, undefined when it can: the one rule of the daemon, `print schedule` and `run`.
 *
 * Throws `SyntaxError` for a value that cannot be read.
 */
export function needOfPerson({ configuration, rid }: Pick<Resource, "configuration" | "rid">) {
  if (configuration.boolean(rid, "confirmation")) return "it asks for confirmation";
  return configuration.boolean(rid, "interactive") ? "it is interactive" : undefined;
}

/**
 * Whether the task wants a terminal. A value that cannot be read counts as a yes: the run itself then tells of the error.
 */
export function isInteractive({ configuration, rid, driver }: Resource): boolean {
  if (driver === undefined) return false;
  try {
    return configuration.boolean(rid, "interactive");
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}
