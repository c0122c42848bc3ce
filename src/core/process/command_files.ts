/**
 * Which files a command executes, as far as its text shows it.
 *
 * @module
 */
import { split } from "shlex";
import type { Argv } from "./command.ts";

const INTERPRETER_REGEXP =
  /^(?:(?:ba|da|k|z|a)?sh|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*)$/;
/** Options after which an interpreter takes its program from the command line, or from a library. */
const NO_SCRIPT_REGEXP = /^-[a-z]*[cem]$/;
/** Programs that do nothing but start the rest of their words. */
const STARTERS: ReadonlySet<string> = new Set([
  "env",
  "nice",
  "ionice",
  "nohup",
  "setsid",
  "timeout",
  "exec",
]);
/** Of the words of a starter: options, variables, numbers and durations. */
const STARTER_WORD_REGEXP = /^(?:-.*|[A-Za-z_]\w*=.*|[\d.]+[smhd]?)$/s;
const ASSIGNMENT_REGEXP = /^[A-Za-z_]\w*=/;
const SHELL_WORDS: ReadonlySet<string> = new Set([
  "if",
  "then",
  "else",
  "elif",
  "while",
  "until",
  "do",
  "time",
  "!",
  "{",
  "(",
]);
/** A word that means itself in any shell. */
const PLAIN_REGEXP = /^[\w./+,@%:-]+$/;
const MAX_FILES = 20;

/**
 * Names the programs of a command, and the scripts of plain interpreters, as they are written: with or without a
 * slash. Of the text for a shell, the first word of each simple command counts; what a shell would have to compute, and
 * what cannot be split, is left out. At most twenty.
 *
 * @example
 * ```ts
 * commandFiles(["python3", "-u", "/opt/a.py", "/tmp/x"]); // ["python3", "/opt/a.py"]
 * commandFiles(["/bin/sh", "-c", "cd /x && nice -n 5 ./run"]); // ["/bin/sh", "cd", "nice", "./run"]
 * ```
 */
export function commandFiles(argv: Argv): string[] {
  const isShellText = argv[0] === "/bin/sh" && argv[1] === "-c" && argv[2] !== undefined;
  const commands = isShellText ? [["/bin/sh"], ...simpleCommands(argv[2]!)] : [argv];
  return [...new Set(commands.flatMap((words) => filesOf(words)))].slice(0, MAX_FILES);
}

function simpleCommands(text: string): string[][] {
  return text.split(/&&|\|\||[;|&\n]/).map((piece) => {
    try {
      return split(piece);
    } catch {
      // A quote that holds the sign: nothing is known of either half.
      return [];
    }
  });
}

function filesOf(words: readonly string[]): string[] {
  const begin = words.findIndex((word) => !ASSIGNMENT_REGEXP.test(word) && !SHELL_WORDS.has(word));
  const program = words[begin];
  if (begin < 0 || program === undefined || !PLAIN_REGEXP.test(program)) return [];
  const rest = words.slice(begin + 1);
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (STARTERS.has(name)) {
    const next = rest.findIndex((word) => !STARTER_WORD_REGEXP.test(word));
    return next < 0 ? [program] : [program, ...filesOf(rest.slice(next))];
  }
  const script = INTERPRETER_REGEXP.test(name) ? scriptOf(rest) : undefined;
  return script === undefined ? [program] : [program, script];
}

/** The first word that is no option, unless an option says that there is no script. */
function scriptOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => !word.startsWith("-"));
  const options = at < 0 ? words : words.slice(0, at);
  if (at < 0 || options.some((word) => NO_SCRIPT_REGEXP.test(word))) return undefined;
  return PLAIN_REGEXP.test(words[at]!) ? words[at] : undefined;
}
