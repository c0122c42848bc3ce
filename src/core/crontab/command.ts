/**
 * The command part of a crontab line: what the shell gets, and what comes on its standard input.
 *
 * @module
 */
import { quote } from "../process/quote.ts";

/** A command taken apart at its first `%`. */
export interface CronCommand {
  readonly text: string;
  /** Lines of the standard input; undefined for none. */
  readonly input: readonly string[] | undefined;
}

/**
 * Takes a command apart as cron does: the first bare `%` ends it, further ones are line breaks of its standard input,
 * `\%` is a percent sign.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitCommand("mail joe%Hello,%%bye"), { text: "mail joe", input: ["Hello,", "", "bye"] });
 * assertEquals(splitCommand("date +\\%F"), { text: "date +%F", input: undefined });
 * ```
 */
export function splitCommand(text: string): CronCommand {
  let command = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "%") return { text: command.trim(), input: inputOf(text.slice(i + 1)) };
    const next = text[i + 1];
    if (character !== "\\" || next === undefined) command += character;
    else {
      // A backslash is only taken away before a percent sign, and hides another backslash.
      command += next === "%" ? "%" : character + next;
      i++;
    }
  }
  return { text: command.trim(), input: undefined };
}

/** Cron ends the last line when it is not ended, and gives nothing for nothing. */
function inputOf(text: string): string[] | undefined {
  if (text === "") return undefined;
  // Unlike in the command, a backslash hides no other one here.
  const lines = text.replace(/(\\?)%/g, (_, escape) => escape ? "%" : "\n").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** How a command is wrapped. */
export interface Wrapping {
  /** The shell of the crontab. */
  readonly shell: string;
  /** Variables that a task cannot have, because they change what the agent's own shell does. */
  readonly variables: Readonly<Record<string, string>>;
}

const PLAIN_SHELLS: ReadonlySet<string> = new Set(["/bin/sh", "sh", "/usr/bin/sh"]);
/** What a pipe in front of it could come apart at. */
const JOINT_REGEXP = /[;&|#(){}\\`!]/;

/** The text that `/bin/sh -c` must be given, so that what cron would run is run. */
export function shellText(
  { text, input }: CronCommand,
  { shell, variables }: Wrapping,
  isOdd = false,
): string {
  const names = Object.entries(variables);
  const isPlain = PLAIN_SHELLS.has(shell) && names.length === 0 && !isOdd;
  if (isPlain && !input) return text;
  const environment = names.length === 0
    ? ""
    : `env ${names.map((pair) => quoteInFile(pair.join("="))).join(" ")} `;
  const call = isPlain && !JOINT_REGEXP.test(text)
    ? text
    : `${environment}${word(shell)} -c ${quoteInFile(text)}`;
  return input ? `printf '%s\\n' ${input.map(quoteInFile).join(" ")} | ${call}` : `exec ${call}`;
}

/** A text as one word of a shell; braces and dollars that a configuration would replace are kept apart. */
export function quoteInFile(text: string): string {
  return quote(text).replace(/\{(?=[\w.[\]:/#]+\})|\$(?=\()/g, "$&''");
}

function word(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : quoteInFile(text);
}
