import { toTristate } from "../../convert.ts";
import { argvOf, usesShell } from "../../process/command.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import { type Problem, problem, type Severity } from "../problem.ts";

const COMMANDS: ReadonlySet<string> = new Set([
  "command",
  "on_error",
  "on_late",
  "on_long",
  "on_skip",
  "pre_run",
  "blocking_pre_run",
  "post_run",
  "blocking_post_run",
]);

/** What a shell would do with, and a program only gets as a word. */
const SHELL_ONLY: readonly (readonly [sign: string, pattern: RegExp])[] = [
  [">", />/],
  ["<", /</],
  ["&", /&/],
  ["*", /\*/],
];

/** Commands that cannot be split, and those that look as if they expected a shell. */
export function checkCommand(
  configuration: Configuration,
  name: string,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  if (!COMMANDS.has(name) || text.trim() === "") return [];
  const isInContainer = configuration.keywordOf(section.name, name)?.converter === "shell words";
  const full = `${section.name}.${option.key}`;
  const say = (severity: Severity, message: string) =>
    problem(severity, { line: option.line, section: section.name, option: option.key }, message);
  const shell = isInContainer ? false : name === "command" ? shellOf(configuration, section.name) : undefined;
  try {
    if (!isInContainer) argvOf(text, shell, []);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [say("error", `Cannot use ${full}: ${error.message.replace(/^Cannot read (the )?/, "")}`)];
  }
  if (usesShell(text, shell)) {
    return text.includes("\n")
      ? [say("hint", `${full} goes to a shell: each line of it is a command of its own`)]
      : [];
  }
  const signs = signsForShell(text);
  if (signs.length === 0) return [];
  const advice = isInContainer
    ? "begin it with sh -c if one is wanted"
    : name === "command"
    ? "set shell = true if one is wanted"
    : "call /bin/sh -c if one is wanted";
  return [say("warning", `${full} holds ${signs.join(" ")} and goes to no shell, ${advice}`)];
}

function shellOf(configuration: Configuration, section: string): boolean | undefined {
  try {
    const text = configuration.find(section, "shell")?.text;
    return text === undefined ? undefined : toTristate(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function signsForShell(text: string): string[] {
  const unescaped = text.replace(/\\./gs, "").replace(/'[^']*'/g, "");
  const bare = unescaped.replace(/"[^"]*"/g, "");
  const signs = SHELL_ONLY.filter(([, pattern]) => pattern.test(bare)).map(([sign]) => sign);
  const variable = /\$(?:\w+|\{\w+\}|\()/.exec(unescaped)?.[0];
  return variable === undefined ? signs : [...signs, variable];
}
