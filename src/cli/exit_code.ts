import { NotFoundError, RefusedError } from "../core/errors.ts";
import { UsageError } from "./usage_error.ts";

type ErrorClass = abstract new (...args: never[]) => Error;

/** The agent's own exit codes and what they mean; `run` propagates the code of the command instead. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  usage: 2,
  unreadable: 3,
  notFound: 4,
  timeout: 124,
} as const;

/** A line of the table of exit codes. */
export interface ExitCodeRow {
  readonly code: string;
  readonly meaning: string;
}

/** The table of the help and the README. */
export const EXIT_CODE_ROWS: readonly ExitCodeRow[] = [
  { code: "0", meaning: "done" },
  {
    code: "1",
    meaning: "refused or failed by the agent: confirmation, requires, overlap, identity, lock; " +
      "daemon status: it does not run; compliance: a module is not ok",
  },
  { code: "2", meaning: "the command line is wrong" },
  { code: "3", meaning: "a configuration or an expression cannot be read, has errors or is refused" },
  { code: "4", meaning: "no such object or resource" },
  { code: "124", meaning: "run: the command was ended by its timeout; wait: the time is up" },
  { code: "126, 127", meaning: "run: the command cannot be executed, or found" },
  { code: "128+n", meaning: "run: the command, or the agent, was ended by signal n" },
  {
    code: "other",
    meaning: "run: what the command returned; with several tasks, that of the first failing one",
  },
];

/** The classes of text that cannot be read (configuration, schedule, requires) all extend `SyntaxError`. */
const CODES_BY_CLASS: readonly (readonly [ErrorClass, number])[] = [
  [UsageError, EXIT_CODES.usage],
  [NotFoundError, EXIT_CODES.notFound],
  [RefusedError, EXIT_CODES.failed],
  [SyntaxError, EXIT_CODES.unreadable],
];

/** Tells the exit code for what was thrown; 1 for everything that nobody planned. */
export function exitCodeFor(error: unknown): number {
  return CODES_BY_CLASS.find(([type]) => error instanceof type)?.[1] ?? EXIT_CODES.failed;
}
