import { toWords } from "../convert.ts";
import { ConfigSyntaxError } from "../config/config_error.ts";
import type { IniOption, IniSection } from "../config/ini.ts";
import { parseIni } from "../config/ini.ts";
import { matchesGlob } from "../naming/glob.ts";
import { nearest } from "../text/nearest.ts";
import type { Definitions, ModuleMark, Moduleset, Place, Rule, Ruleset } from "./definitions.ts";
import { DefinitionError } from "./definitions.ts";
import { isComplianceName } from "./module_entry.ts";
import { variableOf } from "./variables.ts";

/** A file of definitions, read. */
export interface DefinitionFile {
  readonly file: string;
  readonly text: string;
}

/** What stands before the name of a variable in a ruleset. */
const RULE_PREFIX = "var.";
const AUTOFIX = ":autofix";

const OPTIONS = {
  moduleset: ["modules", "modulesets", "rulesets", "nodes", "services"],
  ruleset: ["nodes", "services"],
} as const;

/** Reads all files of definitions together; throws `DefinitionError` for the first thing that is wrong with them. */
export function readDefinitions(files: readonly DefinitionFile[]): Definitions {
  const modulesets = new Map<string, Moduleset>();
  const rulesets = new Map<string, Ruleset>();
  const sections = new Map<string, IniSection>();
  for (const { file, text } of files) {
    for (const section of sectionsOf(file, text)) {
      const place = { file, line: section.line };
      const { kind, name } = titleOf(section, place);
      const table: Map<string, Moduleset | Ruleset> = kind === "moduleset" ? modulesets : rulesets;
      refuseTwice(table.get(name), kind, name, place);
      sections.set(section.name, section);
      table.set(
        name,
        kind === "moduleset" ? readModuleset(section, name, place) : readRuleset(section, name, place),
      );
    }
  }
  const definitions = { modulesets, rulesets };
  const placeOf = ({ name, place }: Moduleset, key: string) =>
    lineOf(sections.get(`moduleset#${name}`)!, key, place);
  for (const moduleset of modulesets.values()) checkMembers(definitions, moduleset, placeOf);
  checkCircles(definitions, placeOf);
  return definitions;
}

function sectionsOf(file: string, text: string): Iterable<IniSection> {
  try {
    return parseIni(text).sections.values();
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    const problem = error.message.replace(/^Cannot read the configuration at line \d+: /, "");
    throw new DefinitionError(problem, { file, line: error.position.line });
  }
}

function titleOf({ name: title }: IniSection, place: Place) {
  const hash = title.indexOf("#");
  const [kind, name] = [title.slice(0, Math.max(hash, 0)), title.slice(hash + 1)];
  if ((kind !== "moduleset" && kind !== "ruleset") || !isComplianceName(name)) {
    throw new DefinitionError(
      `the section is [${title}], expected [moduleset#NAME] or [ruleset#NAME]`,
      place,
    );
  }
  return { kind, name } as const;
}

function refuseTwice(
  known: { readonly place: Place } | undefined,
  kind: string,
  name: string,
  place: Place,
): void {
  if (known === undefined) return;
  const { file, line } = known.place;
  throw new DefinitionError(`${kind} ${name} is in ${file} at line ${line} already, expected one`, place);
}

function readModuleset(section: IniSection, name: string, place: Place): Moduleset {
  const words = wordsOf(section, "moduleset", place);
  return {
    name,
    modules: words("modules").map((word) => readMark(word, lineOf(section, "modules", place))),
    modulesets: words("modulesets"),
    rulesets: words("rulesets"),
    nodes: words("nodes"),
    services: words("services"),
    place,
  };
}

function readRuleset(section: IniSection, name: string, place: Place): Ruleset {
  const words = wordsOf(section, "ruleset", place);
  return {
    name,
    rules: readRules(section, place),
    nodes: words("nodes"),
    services: words("services"),
    place,
  };
}

/** Gives the words of an option, once all keys of the section are known to be right. */
function wordsOf(section: IniSection, kind: keyof typeof OPTIONS, place: Place) {
  for (const option of section.options) checkKey(section, option, kind, place);
  for (const key of ["nodes", "services"]) checkGlobs(section.byKey.get(key), place);
  return (key: string): readonly string[] => toWords(section.byKey.get(key)?.value ?? "");
}

function checkGlobs(option: IniOption | undefined, place: Place): void {
  if (option === undefined) return;
  try {
    for (const word of toWords(option.value)) matchesGlob("", word);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DefinitionError(error.message, { ...place, line: option.line });
  }
}

function checkKey(
  section: IniSection,
  { key, line }: IniOption,
  kind: keyof typeof OPTIONS,
  place: Place,
): void {
  const at = { ...place, line };
  if (section.byKey.get(key)!.line !== line) {
    throw new DefinitionError(
      `${key} is there again at line ${section.byKey.get(key)!.line}, expected it once`,
      at,
    );
  }
  const options: readonly string[] = OPTIONS[kind];
  if (options.includes(key) || (kind === "ruleset" && key.startsWith(RULE_PREFIX))) return;
  const near = nearest(key, options);
  const wanted = kind === "ruleset" ? [...options, `${RULE_PREFIX}NAME`] : options;
  const hint = near === undefined ? `expected ${wanted.join(", ")}` : `did you mean ${near}?`;
  throw new DefinitionError(`there is no keyword ${key} in a ${kind}, ${hint}`, at);
}

function readRules(section: IniSection, place: Place): Rule[] {
  const seen = new Map<string, string>();
  return section.options.filter(({ key }) => key.startsWith(RULE_PREFIX)).map(({ key, value, line }) => {
    const name = key.slice(RULE_PREFIX.length);
    const at = { ...place, line };
    const variable = variableOf(name);
    if (variable === undefined) {
      throw new DefinitionError(
        `${key} cannot be a variable, expected letters, digits, underscores, dashes and periods after ${RULE_PREFIX}`,
        at,
      );
    }
    const other = seen.get(variable);
    if (other !== undefined) {
      throw new DefinitionError(`${key} and ${other} are the same variable ${variable}`, at);
    }
    seen.set(variable, key);
    return [name, value] as const;
  });
}

function readMark(word: string, place: Place): ModuleMark {
  const isAutofix = word.endsWith(AUTOFIX);
  const name = isAutofix ? word.slice(0, -AUTOFIX.length) : word;
  if (!isComplianceName(name) || name.includes(":")) {
    throw new DefinitionError(`the module is "${word}", expected NAME or NAME${AUTOFIX}`, place);
  }
  return { name, isAutofix };
}

function lineOf(section: IniSection, key: string, place: Place): Place {
  return { ...place, line: section.byKey.get(key)?.line ?? place.line };
}

/** Where a moduleset has a keyword. */
type PlaceOf = (moduleset: Moduleset, key: string) => Place;

function checkMembers(
  { modulesets, rulesets }: Definitions,
  moduleset: Moduleset,
  placeOf: PlaceOf,
): void {
  const tables = [
    ["moduleset", moduleset.modulesets, modulesets],
    ["ruleset", moduleset.rulesets, rulesets],
  ] as const;
  for (const [kind, names, table] of tables) {
    const unknown = names.find((each) => !table.has(each));
    if (unknown === undefined) continue;
    const near = nearest(unknown, table.keys());
    const hint = near === undefined ? "expected one of these files" : `did you mean ${near}?`;
    throw new DefinitionError(
      `moduleset ${moduleset.name} names the ${kind} ${unknown}, which does not exist, ${hint}`,
      placeOf(moduleset, `${kind}s`),
    );
  }
}

function checkCircles({ modulesets }: Definitions, placeOf: PlaceOf): void {
  const done = new Set<string>();
  const visit = (moduleset: Moduleset, trail: readonly string[]): void => {
    const way = [...trail, moduleset.name];
    if (trail.includes(moduleset.name)) {
      const place = placeOf(moduleset, "modulesets");
      throw new DefinitionError(`modulesets go round in a circle: ${way.join(" -> ")}`, place);
    }
    if (done.has(moduleset.name)) return;
    for (const name of moduleset.modulesets) visit(modulesets.get(name)!, way);
    done.add(moduleset.name);
  };
  for (const moduleset of modulesets.values()) visit(moduleset, []);
}
