import { nearest } from "../../text/nearest.ts";
import { tryParseRid } from "../../naming/rid.ts";
import type { Configuration } from "../configuration.ts";
import type { IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";

/** Groups of OpenSVC, for telling a driver that this version lacks from a typing mistake. */
const GROUPS = [
  "ip",
  "volume",
  "disk",
  "fs",
  "share",
  "container",
  "app",
  "sync",
  "task",
  "expose",
  "vhost",
  "cert",
];
const FIXED = ["DEFAULT", "env", "labels", "data"];
const SUBSET_REGEXP = /^subset#\S+$/;

/** What a section is, as far as keywords go. */
export type SectionKind = "known" | "free" | "foreign" | "unknown";

/** `foreign` is a resource whose driver this version does not have: its keywords cannot be judged. */
export function kindOfSection(configuration: Configuration, section: string): SectionKind {
  if (section === "DEFAULT" || SUBSET_REGEXP.test(section)) return "known";
  if (FIXED.includes(section)) return "free";
  const rid = tryParseRid(section);
  if (!rid) return "unknown";
  if (configuration.hasDriver(section)) return "known";
  return GROUPS.includes(rid.group) ? "foreign" : "unknown";
}

/** Sections that mean nothing here, and required keywords that are missing. */
export function checkSection(configuration: Configuration, section: IniSection): Problem[] {
  const place = { line: section.line, section: section.name };
  const kind = kindOfSection(configuration, section.name);
  if (kind === "unknown") return [problem("warning", place, describeUnknown(section.name))];
  if (kind === "foreign") {
    const driver = configuration.driverOf(section.name).replace(/\.$/, "");
    const text = `The driver ${driver} is not in this version: the status of ${section.name} is undef`;
    return [problem("warning", place, text)];
  }
  return checkRequired(configuration, section);
}

function describeUnknown(name: string): string {
  const hash = name.indexOf("#");
  const [word, rest] = hash < 0 ? [name, ""] : [name.slice(0, hash), name.slice(hash)];
  const near = nearest(word, hash < 0 ? [...FIXED, ...GROUPS] : ["subset", ...GROUPS]);
  // The word is right: what comes after the hash cannot be the index of a resource.
  if (near === word && hash >= 0) {
    return `Unknown section [${name}], expected an index of letters, digits and . _ - after the #`;
  }
  const wanted = near === undefined
    ? "expected DEFAULT, env, labels or group#index"
    : `did you mean [${near}${rest || (FIXED.includes(near) ? "" : "#0")}]`;
  return `Unknown section [${name}], ${wanted}`;
}

function checkRequired(configuration: Configuration, section: IniSection): Problem[] {
  const problems: Problem[] = [];
  for (const [option, row] of configuration.tableOf(section.name)) {
    if (!row.isRequired || option !== row.option) continue;
    const isThere = [...section.byKey.keys()].some((key) => key.split("@", 1)[0] === option);
    const place = { line: section.line, section: section.name, option };
    if (!isThere) {
      problems.push(problem("error", place, `${section.name}.${option} is missing, expected a value`));
    }
  }
  return problems;
}
