import { toShellWords } from "../../convert.ts";
import type { StoreKind } from "../../secrets/stored_value.ts";
import { describeValueError, parseStoredValue } from "../../secrets/stored_value.ts";
import { parseFileWord, parseObjectWord } from "../../secrets/words.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";
import { checkDuplicates } from "./keys.ts";

/** Keywords whose words name keys of `cfg` and `sec` objects. */
const PARSERS: Readonly<Record<string, (word: string) => unknown>> = {
  "configs_environment": parseObjectWord,
  "secrets_environment": parseObjectWord,
  "secret_files": parseFileWord,
};

/** Words that name nothing in an object; whether the object is there is seen when the task runs. */
export function checkObjectWords(
  name: string,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  if (parse === undefined) return [];
  try {
    for (const word of toShellWords(text)) parse(word);
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What cannot be split is told by the check of the value.
    if (!error.message.startsWith("Cannot read the word")) return [];
    const place = { line: option.line, section: section.name, option: option.key };
    const reason = error.message.replace(/^Cannot read /, "");
    return [problem("error", place, `Cannot use ${section.name}.${option.key}: ${reason}`)];
  }
}

/** Output that no log takes goes through byte for byte, and nothing in it is masked. */
export function checkMasking(
  configuration: Configuration,
  name: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  const isSecret = name === "secrets_environment" || name === "secret_files";
  if (!isSecret || !configuration.hasDriver(section.name)) return [];
  if (!configuration.keywordOf(section.name, "log")) return [];
  if (configuration.tristate(section.name, "log") !== false) return [];
  const place = { line: option.line, section: section.name, option: option.key };
  const text = `${section.name}.log = false hands output on as it is: secrets in it are not masked`;
  return [problem("hint", place, text)];
}

/** Values of a `cfg` or `sec` object that cannot be read; no message shows any of them. */
export function checkStore(section: IniSection, kind: StoreKind): Problem[] {
  const bad = [...section.byKey.values()].flatMap(({ key, line, value }) => {
    try {
      parseStoredValue(value, kind);
      return [];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const place = { line, section: section.name, option: key };
      return [problem("error", place, `Cannot use ${section.name}.${key}: ${describeValueError(error)}`)];
    }
  });
  return [...checkDuplicates(section), ...bad];
}
