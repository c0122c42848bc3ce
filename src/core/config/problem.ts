import { shortenMessage } from "../text/shorten.ts";

/** How bad it is: an error refuses the change or the resource, a warning and a hint only speak. */
export type Severity = "error" | "warning" | "hint";

/** One thing that is wrong or odd in a configuration. */
export interface Problem {
  readonly severity: Severity;
  /** From 1; undefined when it is about the object as a whole. */
  readonly line: number | undefined;
  readonly section: string | undefined;
  readonly option: string | undefined;
  /** One sentence, capital first, no final period. */
  readonly message: string;
}

/** Where a problem is, for those who make one. */
export interface ProblemPlace {
  readonly line?: number | undefined;
  readonly section?: string | undefined;
  readonly option?: string | undefined;
}

export function problem(severity: Severity, place: ProblemPlace, message: string): Problem {
  return {
    severity,
    line: place.line,
    section: place.section,
    option: place.option,
    message: shortenMessage(message),
  };
}
