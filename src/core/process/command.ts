/**
 * From the text of a command to its words.
 *
 * @module
 */
import { split } from "shlex";
import { shortenMessage } from "../text/shorten.ts";

/** Thrown when a text is no command. */
export class CommandSyntaxError extends SyntaxError {
  override readonly name = "CommandSyntaxError";

  constructor(readonly text: string, problem: string) {
    super(shortenMessage(`Cannot read command "${text}": ${problem}`));
  }
}

export type Argv = readonly [string, ...string[]];

/** Whether the text goes to a shell: as `shell` says, else when it holds `|`, `&&` or `;`, quoted or not. */
export function usesShell(text: string, shell?: boolean): boolean {
  return shell ?? /\||&&|;/.test(text);
}

/**
 * The words to execute. Text for a shell stays as it is, line breaks too, and `args` become its `"$@"`; else it is split
 * as a shell would, line breaks are blanks, and `args` are appended.
 *
 * Throws `CommandSyntaxError` when nothing is left to execute, or a quote is not closed.
 *
 * @example
 * ```ts
 * argvOf("/bin/echo 'a b'", undefined, ["c"]); // ["/bin/echo", "a b", "c"]
 * argvOf("id -u && /bin/true", undefined, []); // ["/bin/sh", "-c", "id -u && /bin/true"]
 * ```
 */
export function argvOf(text: string, shell: boolean | undefined, args: readonly string[]): Argv {
  const command = text.trim();
  if (command === "") throw new CommandSyntaxError(text, "it is empty, expected a program");
  if ([command, ...args].some((word) => word.includes("\0"))) {
    throw new CommandSyntaxError(text, "it holds a NUL character, expected none");
  }
  if (usesShell(command, shell)) {
    return ["/bin/sh", "-c", command, ...(args.length > 0 ? ["sh", ...args] : [])];
  }
  const [program, ...rest] = splitWords(command);
  if (!program) throw new CommandSyntaxError(text, "its first word is empty, expected a program");
  if (program.startsWith("-")) {
    throw new CommandSyntaxError(text, `its first word is the option "${program}", expected a program`);
  }
  return [program, ...rest, ...args];
}

/** Long commands take long to split, and several checks in a row split the same one. */
const KEPT_FROM = 2_000;
const MAX_KEPT = 50;
const kept = new Map<string, readonly string[]>();

function splitWords(command: string): readonly string[] {
  if (command.length < KEPT_FROM) return splitAnew(command);
  const words = kept.get(command) ?? splitAnew(command);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(command, words);
  return words;
}

function splitAnew(command: string): string[] {
  // A backslash at the end of a line continues it in a shell: it is no part of a word.
  const line = command.replace(/(?<!\\)((?:\\\\)*)\\\r?\n/g, "$1 ").replace(/\r?\n/g, " ");
  try {
    return split(line);
  } catch (error) {
    const isOpenQuote = error instanceof Error && error.message.includes("quoted");
    throw new CommandSyntaxError(
      command,
      isOpenQuote
        ? "a quote is still open at its end, expected it closed"
        : "it ends in a backslash, expected a character",
    );
  }
}
