import {
  toBoolean,
  toInteger,
  toNames,
  toOctal,
  toPaths,
  toShellWords,
  toSize,
  toTristate,
  toWords,
} from "../../convert.ts";
import { parseDuration } from "../../duration.ts";
import { nearest } from "../../text/nearest.ts";
import { toPingUrl } from "../../hooks/ping_url.ts";
import { parseRequires } from "../../requires.ts";
import { parseRetcodes } from "../../retcodes.ts";
import { checkSchedule } from "../../schedule/check.ts";
import { parseSchedule } from "../../schedule/parse.ts";
import { toBandwidth } from "../../sync/bandwidth.ts";
import { toSyncTargets } from "../../sync/targets.ts";
import { zoneOf } from "../../schedule/zone.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import type { Converter, Keyword } from "../keyword.ts";
import { type Problem, problem } from "../problem.ts";
import { splitKey } from "../scope.ts";
import { KNOWN_WORDS, parseReference, REFERENCE_REGEXP } from "../reference.ts";

const CONVERTERS: Readonly<Record<Converter, (text: string) => unknown>> = {
  "string": (text) => text,
  "boolean": toBoolean,
  "tristate": toTristate,
  "integer": toInteger,
  "octal": toOctal,
  "duration": (text) => parseDuration(text, "s"),
  "minutes": (text) => parseDuration(text, "m"),
  "size": toSize,
  "words": toWords,
  "names": toNames,
  "shell words": toShellWords,
  "schedule": parseSchedule,
  "timezone": zoneOf,
  "requires": parseRequires,
  "retcodes": parseRetcodes,
  "ping url": toPingUrl,
  "paths": toPaths,
  "sync targets": toSyncTargets,
  "bandwidth": toBandwidth,
};

/** For these an empty value means that the keyword is unset. */
const EMPTY_IS_UNSET: ReadonlySet<Converter> = new Set([
  "integer",
  "octal",
  "duration",
  "minutes",
  "size",
  "timezone",
  "ping url",
  "bandwidth",
]);
const ABSOLUTE_PATHS: ReadonlySet<string> = new Set(["state_dir", "cwd", "mnt", "dst", "dstfs"]);
/** How many different references of one value are looked at: who has more of them is no victim of a typing mistake. */
const MAX_REFERENCES = 100;
const NEVER_EMPTY: ReadonlySet<string> = new Set(["user", "group", "command"]);

/** The text of a line after its references, or the problem of not getting there. */
export function expandOption(
  configuration: Configuration,
  section: IniSection,
  option: IniOption,
): { readonly text: string } | { readonly problem: Problem } {
  try {
    return { text: configuration.expand(option.value, section.name) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = "problem" in error ? String(error.problem) : error.message;
    return {
      problem: problem("error", placeOf(section, option), `Cannot use ${nameOf(section, option)}: ${reason}`),
    };
  }
}

/** What is wrong with an evaluated value, by the row of its keyword. */
export function checkValue(row: Keyword, text: string, section: IniSection, option: IniOption): Problem[] {
  const place = placeOf(section, option);
  const refuse = (
    reason: string,
  ) => [problem("error", place, `Cannot use ${nameOf(section, option)}: ${reason}`)];
  if (text === "" && NEVER_EMPTY.has(row.option)) return refuse("it is empty, expected a value");
  if (text === "" && (EMPTY_IS_UNSET.has(row.converter) || row.candidates)) return [];
  if (row.candidates && !row.candidates.includes(text)) {
    return refuse(`"${text}" is not one of ${row.candidates.filter((word) => word !== "").join(", ")}`);
  }
  if (ABSOLUTE_PATHS.has(row.option) && !text.startsWith("/")) {
    return refuse(`"${text}" is no absolute path, expected one such as /srv/shop`);
  }
  try {
    if (row.converter === "integer") toInteger(text, row.minimum);
    else CONVERTERS[row.converter](text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return refuse(error.message.replace(/^Cannot read /, ""));
  }
  if (row.converter !== "schedule") return [];
  return checkSchedule(text).map((hint) => problem("hint", place, `${nameOf(section, option)}: ${hint}`));
}

/** References that nothing answers to, and that therefore stay in the value. */
export function checkReferences(
  configuration: Configuration,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  if (!text.includes("{")) return [];
  const problems: Problem[] = [];
  const words = [...KNOWN_WORDS, ...configuration.tableOf("DEFAULT").keys()];
  const seen = new Set<string>();
  for (const match of text.matchAll(REFERENCE_REGEXP)) {
    const [whole, inner] = match;
    if (seen.size >= MAX_REFERENCES) break;
    const reference = parseReference(inner!);
    if (!reference || text[match.index - 1] === "$" || seen.has(whole)) continue;
    if (isForEachResource(configuration, section, option, reference.key)) continue;
    seen.add(whole);
    const isPlain = reference.section === undefined;
    const near = isPlain ? nearest(reference.key, words) : undefined;
    if (isPlain && near === undefined) continue;
    const hint = near === undefined || near === reference.key
      ? "and stays as it is"
      : `did you mean {${near}}`;
    const message = `Unknown reference ${whole} in ${nameOf(section, option)}, ${hint}`;
    problems.push(problem("warning", placeOf(section, option), message));
  }
  return problems;
}

/** In DEFAULT, `{rid}` has no meaning until a resource inherits the keyword. */
function isForEachResource(
  { registry }: Configuration,
  section: IniSection,
  option: IniOption,
  word: string,
): boolean {
  return section.name === "DEFAULT" && ["rid", "rindex"].includes(word) &&
    registry.inheritedRow(splitKey(option.key).option) !== undefined;
}

function nameOf(section: IniSection, option: IniOption): string {
  return `${section.name}.${option.key}`;
}

function placeOf(section: IniSection, option: IniOption): { line: number; section: string; option: string } {
  return { line: option.line, section: section.name, option: option.key };
}
