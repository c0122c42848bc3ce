/**
 * From a keyword to its text: scope, inheritance, default, references and expressions.
 *
 * @module
 */
import { tryParseRid } from "../naming/rid.ts";
import { MAX_DEPTH, MAX_EXPANDED_LENGTH, MAX_VALUE_LENGTH, REFERENCE_COST } from "./bounds.ts";
import { ConfigValueError } from "./config_error.ts";
import type { ConfigContext } from "./context.ts";
import { replaceExpressions } from "./expression.ts";
import type { IniDocument, IniOption, IniSection } from "./ini.ts";
import type { Inheritance, Keyword, KeywordRegistry, KeywordTable } from "./keyword.ts";
import { applyReference, knownWord, parseReference, REFERENCE_REGEXP } from "./reference.ts";
import { findScoped, isNodeIn, type Scope, type ScopeQuestion } from "./scope.ts";

/** An evaluated text and where it was written. */
export interface Value {
  readonly text: string;
  /** Undefined when it is the keyword's default. */
  readonly line: number | undefined;
  /** The section that has it: the asked one, or DEFAULT. */
  readonly definedIn: string;
}

export interface Evaluator {
  driverOf(rid: string): string;
  tableOf(section: string): KeywordTable;
  find(section: string, option: string): Value | undefined;
  evaluateKey(section: string, key: string): string | undefined;
  /** Replaces references in a text as if it stood in this section; unknown ones stay. */
  expand(text: string, section: string): string;
}

/** A value on its way: what refers to what, in order, for finding circles. */
interface Step {
  readonly section: string;
  readonly option: string;
  readonly line: number | undefined;
}

const MAX_PASSES = 20;
const GROWN = `the references grow to more than ${MAX_VALUE_LENGTH} characters`;
const GROWN_TOGETHER =
  `the references of all values together read and make more than ${MAX_EXPANDED_LENGTH} characters`;
const EMPTY_TABLE: KeywordTable = new Map();
const PLACES: Readonly<Record<Inheritance, readonly ("leaf" | "head")[]>> = {
  leaf: ["leaf"],
  head: ["head"],
  "leaf > head": ["leaf", "head"],
  "head > leaf": ["head", "leaf"],
};
const FREE_SECTIONS: ReadonlySet<string> = new Set(["env", "labels", "data"]);

export function createEvaluator(
  document: IniDocument,
  registry: KeywordRegistry,
  context: ConfigContext,
): Evaluator {
  return new DocumentEvaluator(document, registry, context);
}

class DocumentEvaluator implements Evaluator, ScopeQuestion {
  readonly nodeName: string;
  readonly #tables = new Map<string, KeywordTable>();
  readonly #texts = new Map<string, string>();
  readonly #failures = new Map<string, ConfigValueError>();
  readonly #scopes = new Map<Scope, boolean>();
  #overrides: ReadonlyMap<string, string> | undefined;
  /** Characters that references have read and made so far. */
  #spent = 0;

  constructor(
    readonly document: IniDocument,
    readonly registry: KeywordRegistry,
    readonly context: ConfigContext,
  ) {
    this.nodeName = context.nodeName;
  }

  driverOf(rid: string): string {
    const group = rid.slice(0, rid.indexOf("#"));
    const type = this.document.sections.get(rid)?.byKey.get("type");
    const text = type ? this.#textOf(type, rid, rid, []) : this.registry.tableOf(group).get("type")?.default;
    return `${group}.${text ?? ""}`;
  }

  tableOf(section: string): KeywordTable {
    let table = this.#tables.get(section);
    if (!table) this.#tables.set(section, table = this.#chooseTable(section));
    return table;
  }

  #chooseTable(section: string): KeywordTable {
    if (section === "DEFAULT") return this.registry.head;
    if (FREE_SECTIONS.has(section)) return EMPTY_TABLE;
    const byGroup = this.registry.tableOf(section.split("#")[0]!);
    if (!tryParseRid(section)) return byGroup;
    // The type may refer to options of its own section, which are read meanwhile as those of any driver of the group.
    this.#tables.set(section, byGroup);
    return this.registry.tableOf(this.driverOf(section));
  }

  isIn(scope: Scope): boolean {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    this.#scopes.set(scope, false);
    const options = scope === "drpnodes" ? ["drpnode", "drpnodes"] : [scope];
    const isMember = options.some((option) =>
      isNodeIn(this.nodeName, this.find("DEFAULT", option)?.text ?? "")
    );
    this.#scopes.set(scope, isMember);
    return isMember;
  }

  find(section: string, option: string): Value | undefined {
    return this.#find(section, option, []);
  }

  evaluateKey(section: string, key: string): string | undefined {
    const exact = key.includes("@") ? this.document.sections.get(section)?.byKey.get(key) : undefined;
    if (exact) return this.#textOf(exact, section, section, []);
    return this.#find(section, key, [])?.text;
  }

  expand(text: string, section: string): string {
    return this.#expand(text, section, []);
  }

  #find(section: string, option: string, trail: readonly Step[]): Value | undefined {
    const keyword = this.tableOf(section).get(option);
    const found = this.#locate(section, option, keyword);
    if (found) {
      const text = this.#textOf(found.option, section, found.definedIn, trail);
      return { text, line: found.option.line, definedIn: found.definedIn };
    }
    if (keyword?.default === undefined) return undefined;
    if (isPlain(keyword.default)) return { text: keyword.default, line: undefined, definedIn: section };
    const step = { section, option, line: undefined };
    const text = this.#expand(keyword.default, section, this.#extend(trail, step));
    return { text, line: undefined, definedIn: section };
  }

  #locate(
    section: string,
    option: string,
    keyword: Keyword | undefined,
  ): { readonly option: IniOption; readonly definedIn: string } | undefined {
    const isHead = section === "DEFAULT";
    const inheritance = keyword && !isHead ? keyword.inheritance ?? "leaf > head" : "leaf";
    for (const place of PLACES[inheritance]) {
      const definedIn = place === "leaf" ? section : "DEFAULT";
      const name = place === "leaf" ? keyword?.option : keyword?.inheritsFrom ?? keyword?.option;
      const found = this.#locateIn(definedIn, name ?? option, keyword);
      if (found) return { option: found, definedIn };
    }
    return undefined;
  }

  #locateIn(sectionName: string, option: string, keyword: Keyword | undefined): IniOption | undefined {
    const section = this.document.sections.get(sectionName);
    if (!section) return undefined;
    const found = this.#locateKey(section, option, keyword);
    if (found || keyword?.alias === undefined || option !== keyword.option) return found;
    return this.#locateKey(section, keyword.alias, keyword);
  }

  #locateKey(section: IniSection, key: string, keyword: Keyword | undefined): IniOption | undefined {
    if (keyword && !keyword.isScopable) return section.byKey.get(key);
    return findScoped(section, key, this);
  }

  #textOf(option: IniOption, section: string, definedIn: string, trail: readonly Step[]): string {
    if (isPlain(option.value)) return option.value;
    const key = `${section}\n${definedIn}\n${option.key}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const failure = trail.length === 0 ? this.#failures.get(key) : undefined;
    if (failure) throw failure;
    const step = { section: definedIn, option: option.key, line: option.line };
    try {
      const text = this.#expand(option.value, section, this.#extend(trail, step));
      this.#texts.set(key, text);
      return text;
    } catch (error) {
      // What went wrong further down is told with the value that was asked for: only that one is remembered.
      if (trail.length === 0 && error instanceof ConfigValueError) this.#failures.set(key, error);
      throw error;
    }
  }

  #extend(trail: readonly Step[], step: Step): readonly Step[] {
    const start = trail.findIndex((other) => other.section === step.section && other.option === step.option);
    if (start >= 0) {
      const circle = [...trail.slice(start), step].map(nameOf).join(" -> ");
      throw new ConfigValueError(`the references go in a circle: ${circle}`, trail[0]!);
    }
    if (trail.length >= MAX_DEPTH) {
      throw new ConfigValueError(`the references are nested more than ${MAX_DEPTH} deep`, trail[0]!);
    }
    return [...trail, step];
  }

  #expand(text: string, section: string, trail: readonly Step[]): string {
    const replaced = this.#replaceReferences(text, section, trail);
    if (!replaced.includes("$(")) return replaced;
    const computed = replaceExpressions(replaced);
    return computed === replaced ? replaced : this.#replaceReferences(computed, section, trail);
  }

  /** What a reference gives is read again, because an index may be a reference itself: `{kw[{env.n}]}`. */
  #replaceReferences(text: string, section: string, trail: readonly Step[]): string {
    let current = text;
    for (let pass = 0; current.includes("{"); pass++) {
      let added = 0;
      const next = current.replace(REFERENCE_REGEXP, (whole, inner: string) => {
        const value = this.#resolve(inner, section, trail);
        added += value?.length ?? 0;
        if (added > MAX_VALUE_LENGTH) throw tooLarge(trail, section, GROWN);
        return value ?? whole;
      });
      if (next === current) return current;
      if (next.length > Math.max(MAX_VALUE_LENGTH, text.length)) throw tooLarge(trail, section, GROWN);
      this.#spend(next.length, section, trail);
      if (pass >= MAX_PASSES) throw tooLarge(trail, section, "the references never come to an end");
      current = next;
    }
    return current;
  }

  #resolve(inner: string, section: string, trail: readonly Step[]): string | undefined {
    const reference = parseReference(inner);
    if (!reference) return undefined;
    this.#spend(REFERENCE_COST, section, trail);
    const value = reference.section === undefined
      ? this.#resolveName(reference.key, section, trail)
      : this.#resolveIn(reference.section, reference.key, trail);
    if (value === undefined) return undefined;
    this.#spend(value.length, section, trail);
    return applyReference(reference, value);
  }

  /** Many values that are each small enough may still be too much together. */
  #spend(characters: number, section: string, trail: readonly Step[]): void {
    this.#spent += characters;
    if (this.#spent > MAX_EXPANDED_LENGTH) throw tooLarge(trail, section, GROWN_TOGETHER);
  }

  #resolveName(name: string, section: string, trail: readonly Step[]): string | undefined {
    const facts = { clusterName: "default", ...this.context };
    return knownWord(name, section, facts) ?? this.#find(section, name, trail)?.text ??
      (section === "DEFAULT" ? undefined : this.#find("DEFAULT", name, trail)?.text);
  }

  #resolveIn(section: string, key: string, trail: readonly Step[]): string | undefined {
    if (section === "env") return this.#override(key) ?? this.#find("env", key, trail)?.text;
    if (section === "osenv") {
      const { osEnvironment } = this.context;
      return ownValue(osEnvironment, key) ?? ownValue(osEnvironment, key.toUpperCase());
    }
    if (section === "node") return this.#nodeValue(key);
    return this.#find(section, key, trail)?.text;
  }

  #override(key: string): string | undefined {
    if (!this.context.overrides) return undefined;
    this.#overrides ??= new Map(
      Object.entries(this.context.overrides).map(([name, value]) => [name.toUpperCase(), value]),
    );
    return this.#overrides.get(key.toUpperCase());
  }

  #nodeValue(key: string): string | undefined {
    const [, section, option] = /^(?:(env|labels)\.)?(.*)$/.exec(key)!;
    // The password of the node is for the collector alone.
    if ((section ?? "node") === "node" && option === "uuid") return undefined;
    return this.context.node?.sections.get(section ?? "node")?.byKey.get(option!)?.value;
  }
}

/** Whether there is nothing to replace in a text. */
function isPlain(text: string): boolean {
  return !text.includes("{") && !text.includes("$(");
}

function nameOf({ section, option }: Step): string {
  return `${section}.${option}`;
}

function tooLarge(trail: readonly Step[], section: string, problem: string): ConfigValueError {
  return new ConfigValueError(problem, trail[0] ?? { section, option: "" });
}

function ownValue(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
