/**
 * All problems of a configuration at once, each with its line.
 *
 * @module
 */
import { isReservedName } from "../naming/object_path.ts";
import { problemOfName } from "../process/environment.ts";
import { toShellWords } from "../convert.ts";
import { checkCatchUp } from "./checks/catch_up.ts";
import { checkCommand } from "./checks/commands.ts";
import { checkAliases, checkDuplicates, checkKey, rowOf } from "./checks/keys.ts";
import { checkOnLong } from "./checks/hooks.ts";
import { checkLines } from "./checks/lines.ts";
import { checkMasking, checkObjectWords, checkStore } from "./checks/objects.ts";
import { checkRequirements } from "./checks/requirements.ts";
import { checkSection, kindOfSection } from "./checks/sections.ts";
import { checkReferences, checkValue, expandOption } from "./checks/values.ts";
import { ConfigSyntaxError, ConfigValueError } from "./config_error.ts";
import { type Configuration, createConfiguration } from "./configuration.ts";
import type { ConfigContext } from "./context.ts";
import { type IniOption, type IniSection, parseIni } from "./ini.ts";
import type { KeywordRegistry } from "./keyword.ts";
import { type Problem, problem } from "./problem.ts";
import { splitKey } from "./scope.ts";

/** Tells every problem, in the order of the lines; an empty list means that all is well. */
export function validate(configuration: Configuration): Problem[] {
  const { document, path } = configuration;
  const problems: Problem[] = document.warnings.map(({ line, message }) =>
    problem("warning", { line }, message)
  );
  if (isReservedName(path.name)) {
    const text =
      `The name "${path.name}" is a word of the command line: reach the object as ${path.kind}/${path.name}`;
    problems.push(problem("warning", {}, text));
  }
  for (const section of document.sections.values()) {
    for (const found of validateSection(configuration, section.name)) problems.push(found);
  }
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/**
 * Tells the problems of one section. A resource with an error among them must not be used; the others still can be.
 */
export function validateSection(configuration: Configuration, name: string): Problem[] {
  const section = configuration.document.sections.get(name);
  if (!section) return [];
  const { kind: object } = configuration.path;
  if (name === "data" && (object === "cfg" || object === "sec")) return checkStore(section, object);
  const kind = kindOf(configuration, section);
  if (typeof kind !== "string") return [kind];
  const problems = [...checkSection(configuration, section), ...checkDuplicates(section)];
  if (kind === "foreign" || kind === "unknown") return problems;
  if (kind === "known") { for (const found of checkAliases(configuration, section)) problems.push(found); }
  return problems.concat(
    section.options.flatMap((option) => checkOption(configuration, section, option, kind)),
  );
}

/** The type of a resource is a value too, and can be impossible to evaluate. */
function kindOf(
  configuration: Configuration,
  section: IniSection,
): ReturnType<typeof kindOfSection> | Problem {
  try {
    return kindOfSection(configuration, section.name);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return problem("error", { line: section.line, section: section.name, option: "type" }, error.message);
  }
}

function checkOption(
  configuration: Configuration,
  section: IniSection,
  option: IniOption,
  kind: "known" | "free",
): Problem[] {
  const problems = kind === "known" ? readable(() => checkKey(configuration, section, option)) : [];
  problems.push(...checkLines(configuration, section, option));
  const { option: name } = splitKey(option.key);
  const row = kind === "known" ? rowOf(configuration, section.name, name) : undefined;
  if (row?.unsupported !== undefined) return problems;
  const expanded = expandOption(configuration, section, option);
  if ("problem" in expanded) return [...problems, expanded.problem];
  const { text } = expanded;
  problems.push(...checkReferences(configuration, text, section, option));
  if (!row) return problems;
  problems.push(
    ...checkValue(row, text, section, option),
    ...checkCommand(configuration, name, text, section, option),
  );
  if (row.converter === "requires") {
    problems.push(...readable(() => checkRequirements(configuration, text, section, option)));
  }
  if (name === "catch_up") {
    problems.push(...readable(() => checkCatchUp(configuration, text, section, option)));
  }
  if (name === "on_long") problems.push(...readable(() => checkOnLong(configuration, text, section, option)));
  if (name === "environment") problems.push(...checkEnvironment(text, section, option));
  problems.push(...checkObjectWords(name, text, section, option));
  problems.push(...readable(() => checkMasking(configuration, name, section, option)));
  return problems;
}

/** A check that meets a value of another line which cannot be evaluated says nothing: that line speaks for itself. */
function readable(check: () => Problem[]): Problem[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof ConfigValueError) return [];
    throw error;
  }
}

function checkEnvironment(text: string, section: IniSection, option: IniOption): Problem[] {
  const words = splitWords(text);
  return words.flatMap((word) => {
    const equals = word.indexOf("=");
    const reason = equals < 0 ? `"${word}" is no NAME=value` : problemOfName(word.slice(0, equals));
    if (reason === undefined) return [];
    const place = { line: option.line, section: section.name, option: option.key };
    const message = `Cannot use ${section.name}.${option.key}: ${reason.replace(/^Cannot set /, "")}`;
    return [problem("error", place, message)];
  });
}

/** What cannot be split is told by the check of the value. */
function splitWords(text: string): string[] {
  try {
    return toShellWords(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Reads and validates a text in one go; a text that cannot be read is one problem, without a configuration. */
export function validateText(
  text: string,
  registry: KeywordRegistry,
  context: ConfigContext,
): { readonly configuration: Configuration | undefined; readonly problems: readonly Problem[] } {
  try {
    const configuration = createConfiguration(parseIni(text), registry, context);
    return { configuration, problems: validate(configuration) };
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return { configuration: undefined, problems: [problem("error", error.position, error.message)] };
  }
}
