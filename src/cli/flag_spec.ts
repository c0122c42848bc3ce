/** What the value of a flag must be; a duration is handed over in seconds, `strings` may be given several times. */
export type FlagKind = "boolean" | "string" | "strings" | "integer" | "duration" | "choice";

/** A flag; the same name takes a value in all commands that have it, or in none. */
export interface FlagSpec {
  /** Without dashes; one letter is a short flag. */
  readonly name: string;
  /** Other names, without dashes. */
  readonly aliases?: readonly string[];
  readonly kind: FlagKind;
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** Taken, and shown in the help, when the flag is not given. */
  readonly default?: string;
  /** What stands for the value in the help, such as `RID`. */
  readonly valueName?: string;
  /** Lower case, no final period. */
  readonly text: string;
}

/** A flag as it is typed, such as `--rid` or `-q`. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
