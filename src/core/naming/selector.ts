import { formatObjectPath, isKind, type ObjectPath } from "./object_path.ts";
import { isGlob, matchesGlob } from "./glob.ts";
import { sortNaturally } from "./natural_order.ts";
import { tryParseRid } from "./rid.ts";

/** A comparison of a configured value, such as `task.user=nobody`, or the question whether it is there (`task:`). */
export interface ConfigTerm {
  /** A resource id or a group; undefined for an option of DEFAULT, or for a name that may be either. */
  readonly section: string | undefined;
  readonly option: string;
  readonly operator: ":" | "=" | "<" | ">" | "<=" | ">=" | "~" | "~=";
  readonly value: string;
}

export interface SelectorTerm {
  /** As typed, without the `!`. */
  readonly text: string;
  readonly isNegated: boolean;
  /** A pattern for namespace, kind and name; `**` stands for any. */
  readonly pattern?: readonly [namespace: string, kind: string, name: string];
  readonly config?: ConfigTerm;
}

/** A union of intersections of terms. */
export type ObjectSelector = readonly (readonly SelectorTerm[])[];

/** What a selector needs to know of a configuration. */
export interface SelectableConfiguration {
  readonly rids: readonly string[];
  /** The evaluated text; `line` is undefined for a default. */
  find(
    section: string,
    option: string,
  ): { readonly text: string; readonly line: number | undefined } | undefined;
}

export interface ObjectSelection {
  /** Sorted by their short form, in natural order. */
  readonly paths: readonly ObjectPath[];
  /** Terms, or intersections of them, that named nothing, as typed. */
  readonly unmatched: readonly string[];
}

const CONFIG_TERM_REGEXP = /^([\w.#@*?-]+?)(:|<=|>=|~=|=|<|>|~)(.*)$/s;

/**
 * Reads a selector: terms joined by `,` (union) and `+` (intersection, binds tighter), `!` negates one term.
 *
 * A term is a name, a path or a glob of one, or a condition on the configuration. Throws `SyntaxError` for an empty term.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const [[web, task]] = parseObjectSelector("web*+!task:");
 * assertEquals([web?.pattern, task?.isNegated], [["root", "svc", "web*"], true]);
 * ```
 */
export function parseObjectSelector(text: string, defaultNamespace = "root"): ObjectSelector {
  return text.split(",").map((group) =>
    group.split("+").map((term) => parseTerm(term.trim(), text, defaultNamespace))
  );
}

function parseTerm(term: string, selector: string, namespace: string): SelectorTerm {
  const isNegated = term.startsWith("!");
  const text = isNegated ? term.slice(1).trim() : term;
  if (text === "") {
    throw new SyntaxError(
      `Cannot read the selector "${selector}": a term is empty, expected a name or a pattern`,
    );
  }
  const match = CONFIG_TERM_REGEXP.exec(text);
  if (!match) return { text, isNegated, pattern: parsePattern(text, namespace) };
  const [, target, operator, value] = match;
  const config = { ...splitTarget(target!), operator: operator as ConfigTerm["operator"], value: value! };
  if (operator!.startsWith("~")) toRegExp(config.value);
  return { text, isNegated, config };
}

function splitTarget(target: string): { section: string | undefined; option: string } {
  const dot = target.indexOf(".", Math.max(target.indexOf("#"), 0));
  if (dot > 0) return { section: target.slice(0, dot), option: target.slice(dot + 1) };
  return { section: undefined, option: target };
}

function parsePattern(text: string, namespace: string): [string, string, string] {
  if (text === "**") return ["*", "*", "*"];
  const parts = text.split("/").map((part) => part === "**" ? "*" : part);
  const [first = "", second = "", third] = parts;
  if (parts.length === 1) return [namespace, "svc", first];
  if (parts.length > 3) {
    throw new SyntaxError(`Cannot read the selector "${text}": expected namespace/kind/name`);
  }
  if (third !== undefined) return [first, second, third === "" ? "*" : third];
  if (text.startsWith("**/")) return ["*", "*", second];
  if (text.endsWith("/**") && !isKind(first)) return [first, "*", "*"];
  if (second === "") return [first, "nscfg", "*"];
  return [namespace, first, second];
}

/**
 * Chooses among the existing objects. Configurations are asked for only when a term needs them; an object without one
 * fulfils no condition.
 */
export function selectObjects(
  selector: ObjectSelector,
  existing: readonly ObjectPath[],
  configOf: (path: ObjectPath) => SelectableConfiguration | undefined,
): ObjectSelection {
  const chosen = new Set<ObjectPath>();
  const unmatched: string[] = [];
  for (const group of selector) {
    const lost = group.filter((term) =>
      !term.isNegated && !existing.some((path) => isMatch(term, path, configOf))
    );
    const found = lost.length > 0 ? [] : existing.filter((path) => isGroupMatch(group, path, configOf));
    if (lost.length > 0) unmatched.push(...lost.map(({ text }) => text));
    else if (found.length === 0) unmatched.push(group.map(spell).join("+"));
    for (const path of found) chosen.add(path);
  }
  const paths = sortNaturally(chosen, formatObjectPath);
  return { paths, unmatched };
}

type ConfigOf = (path: ObjectPath) => SelectableConfiguration | undefined;

/** What a selector says without naming a kind is about services: `!web` and `task:` never mean a secret. */
function isGroupMatch(group: readonly SelectorTerm[], path: ObjectPath, configOf: ConfigOf): boolean {
  const isKindNamed = group.some((term) => term.pattern && !term.isNegated);
  if (!isKindNamed && path.kind !== "svc") return false;
  return group.every((term) => isMatch(term, path, configOf) !== term.isNegated);
}

function isMatch(term: SelectorTerm, path: ObjectPath, configOf: ConfigOf): boolean {
  if (term.config) return isConfigMatch(term.config, configOf(path));
  const [namespace, kind, name] = term.pattern!;
  return matchesGlob(path.name, name) && matchesGlob(path.kind, kind) &&
    matchesGlob(path.namespace, namespace);
}

function isConfigMatch(term: ConfigTerm, configuration: SelectableConfiguration | undefined): boolean {
  if (!configuration) return false;
  const { section, option, operator } = term;
  if (section === undefined && operator === ":" && ridsOf(option, configuration).length > 0) return true;
  const sections = section === undefined ? ["DEFAULT"] : [...ridsOf(section, configuration), section];
  return sections.some((name) => {
    const found = valueOf(configuration, name, option);
    return found !== undefined && (operator === ":" ? found.line !== undefined : compare(term, found.text));
  });
}

function ridsOf(section: string, { rids }: SelectableConfiguration): readonly string[] {
  if (section.includes("#")) return rids.filter((rid) => matchesGlob(rid, section));
  return rids.filter((rid) => tryParseRid(rid)?.group === section);
}

/** A value that cannot be evaluated fulfils nothing: choosing objects is no place to report it. */
function valueOf(
  configuration: SelectableConfiguration,
  section: string,
  option: string,
): ReturnType<SelectableConfiguration["find"]> {
  try {
    return configuration.find(section, option);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function compare({ operator, value }: ConfigTerm, found: string): boolean {
  if (operator === "=") return found === value;
  if (operator === "~") return toRegExp(value).test(found);
  if (operator === "~=") return toRegExp(value).test(found) || found.split(/\s+/).includes(value);
  const [left, right] = [Number(found), Number(value)];
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function toRegExp(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the pattern "${text}": expected a regular expression`, { cause });
  }
}

function spell({ text, isNegated }: SelectorTerm): string {
  return isNegated ? `!${text}` : text;
}

/** True when the selector is one plain name or path: the answer is one object, or none. */
export function isSingleObject(selector: ObjectSelector): boolean {
  const [group, ...others] = selector;
  const [term, ...more] = group ?? [];
  return others.length === 0 && more.length === 0 && term?.pattern !== undefined && !term.isNegated &&
    !term.pattern.some(isGlob);
}
