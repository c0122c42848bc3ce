import { nearest } from "../../text/nearest.ts";
import { toBoolean, toWords } from "../../convert.ts";
import { isGlob } from "../../naming/glob.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import type { Keyword } from "../keyword.ts";
import { type Problem, problem } from "../problem.ts";
import { SCOPES, splitKey } from "../scope.ts";

/** The row that judges a key: in DEFAULT also what resources inherit from there. */
export function rowOf(configuration: Configuration, section: string, option: string): Keyword | undefined {
  const row = configuration.keywordOf(section, option);
  return row ?? (section === "DEFAULT" ? configuration.registry.inheritedRow(option) : undefined);
}

/** Keys that are unknown, refused, without effect, twice there, or scoped where they cannot be. */
export function checkKey(configuration: Configuration, section: IniSection, option: IniOption): Problem[] {
  const { option: name, scope } = splitKey(option.key);
  const place = { line: option.line, section: section.name, option: option.key };
  const row = rowOf(configuration, section.name, name);
  const full = `${section.name}.${option.key}`;
  if (!row) return [problem("warning", place, describeUnknown(configuration, section.name, name))];
  const problems: Problem[] = [];
  if (row.unsupported !== undefined && !isNeutral(row, option.value)) {
    problems.push(problem("error", place, `${full} is not supported by this version: ${row.unsupported}`));
  }
  if (row.isInert) {
    problems.push(problem("warning", place, `${full} has no effect here: it is kept for OpenSVC`));
  }
  if (scope === undefined) return problems;
  if (!row.isScopable) {
    problems.push(problem("error", place, `${full} has a scope, expected none for ${name}`));
  } else problems.push(...checkScope(configuration, scope, place));
  return problems;
}

/** Of keys that are twice in a section, all but the last. */
export function checkDuplicates(section: IniSection): Problem[] {
  if (section.options.length === section.byKey.size) return [];
  return section.options.flatMap((option) => {
    const last = section.byKey.get(option.key)!;
    if (last === option) return [];
    const place = { line: option.line, section: section.name, option: option.key };
    const text = `${section.name}.${option.key} is there again at line ${last.line}, and that one counts`;
    return [problem("warning", place, text)];
  });
}

/** Both spellings of one keyword in one section. */
export function checkAliases(configuration: Configuration, section: IniSection): Problem[] {
  return section.options.flatMap((option) => {
    const row = configuration.keywordOf(section.name, option.key);
    if (row?.alias !== option.key || !section.byKey.has(row.option)) return [];
    const place = { line: option.line, section: section.name, option: option.key };
    return [
      problem(
        "warning",
        place,
        `${section.name}.${option.key} is another name of ${row.option}, which counts`,
      ),
    ];
  });
}

function describeUnknown(configuration: Configuration, section: string, name: string): string {
  const near = nearest(name, configuration.tableOf(section).keys());
  const hint = near === undefined ? "it has no effect" : `did you mean ${near}`;
  return `Unknown keyword ${section}.${name}, ${hint}`;
}

/** A refused keyword that says "no" asks for nothing: `shared = false`. */
export function isNeutral(row: Keyword, value: string): boolean {
  if (value === "" || value === "0") return true;
  if (row.converter !== "boolean" && row.converter !== "tristate") return false;
  try {
    return !toBoolean(value);
  } catch {
    return false;
  }
}

function checkScope(
  configuration: Configuration,
  scope: string,
  place: { readonly line: number; readonly section: string; readonly option: string },
): Problem[] {
  if ((SCOPES as readonly string[]).includes(scope)) return [];
  const { names, hasGlob } = nodesOf(configuration);
  if (hasGlob || names.has(scope)) return [];
  const text =
    `${place.section}.${place.option} is for "${scope}", which is no node of the service and no scope`;
  return [problem("warning", place, text)];
}

interface Nodes {
  readonly names: ReadonlySet<string>;
  readonly hasGlob: boolean;
}

/** Thousands of keys may have a scope: the nodes are looked up once. */
const known = new WeakMap<Configuration, Nodes>();
const NODE_OPTIONS: readonly string[] = ["nodes", "drpnode", "drpnodes", "encapnodes"];

/** Every node that some line names, whatever its own scope. */
function nodesOf(configuration: Configuration): Nodes {
  const found = known.get(configuration);
  if (found) return found;
  const lines = configuration.document.sections.get("DEFAULT")?.options ?? [];
  const own = NODE_OPTIONS.flatMap((option) => configuration.words("DEFAULT", option));
  const named = lines.filter(({ key }) => NODE_OPTIONS.includes(splitKey(key).option));
  const names = new Set([...own, ...named.flatMap(({ value }) => toWords(value))]);
  const nodes = { names, hasGlob: [...names].some(isGlob) };
  known.set(configuration, nodes);
  return nodes;
}
