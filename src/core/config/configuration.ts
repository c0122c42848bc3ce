import { parseDuration } from "../duration.ts";
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
} from "../convert.ts";
import { toPingUrl } from "../hooks/ping_url.ts";
import type { ObjectPath } from "../naming/object_path.ts";
import { compareRids, tryParseRid } from "../naming/rid.ts";
import { parseRequires, type Requires } from "../requires.ts";
import { parseRetcodes, type Retcodes } from "../retcodes.ts";
import { toBandwidth } from "../sync/bandwidth.ts";
import { type TargetWord, toSyncTargets } from "../sync/targets.ts";
import { ConfigValueError } from "./config_error.ts";
import type { ConfigContext } from "./context.ts";
import { createEvaluator, type Evaluator, type Value } from "./evaluate.ts";
import type { IniDocument } from "./ini.ts";
import type { Keyword, KeywordRegistry, KeywordTable } from "./keyword.ts";
import { isNodeIn } from "./scope.ts";

/**
 * The configuration of one object as one node sees it: scoped, inherited, with references replaced.
 *
 * Everything is computed when it is asked for. Getters throw `ConfigValueError` for a bad value, and `RangeError` for an
 * option that no keyword row declares. An empty number, duration or size counts as unset, and hides what DEFAULT says.
 */
export interface Configuration {
  readonly document: IniDocument;
  readonly registry: KeywordRegistry;
  readonly context: ConfigContext;
  readonly path: ObjectPath;
  /** Resource ids in natural order. */
  readonly rids: readonly string[];
  /** Whether this node is in `nodes` or `drpnodes`. */
  readonly isMember: boolean;
  /** Group and type of a resource, such as `task.host`; the type is empty when it is not said and has no default. */
  driverOf(rid: string): string;
  /** Whether this version can do something with the resource. */
  hasDriver(rid: string): boolean;
  /** The row that counts for the option, by its name or alias. */
  keywordOf(section: string, option: string): Keyword | undefined;
  /** The rows that count for a section. */
  tableOf(section: string): KeywordTable;
  /** The evaluated text with where it comes from; undefined when it is unset and has no default. */
  find(section: string, option: string): Value | undefined;
  string(section: string, option: string): string | undefined;
  /** False when it is unset. */
  boolean(section: string, option: string): boolean;
  tristate(section: string, option: string): boolean | undefined;
  integer(section: string, option: string): number | undefined;
  octal(section: string, option: string): number | undefined;
  /** Seconds; bare numbers are seconds. */
  duration(section: string, option: string): number | undefined;
  /** Seconds; bare numbers are minutes. */
  minutes(section: string, option: string): number | undefined;
  /** Bytes. */
  size(section: string, option: string): number | undefined;
  /** Split at blanks; empty when it is unset. */
  words(section: string, option: string): readonly string[];
  /** Split as a shell does; empty when it is unset. */
  names(section: string, option: string): readonly string[];
  shellWords(section: string, option: string): readonly string[];
  requires(section: string, option: string): Requires;
  retcodes(section: string, option: string): Retcodes;
  /** An address to ping; undefined when it is unset or empty. */
  pingUrl(section: string, option: string): URL | undefined;
  /** Absolute paths; empty when it is unset. */
  paths(section: string, option: string): readonly string[];
  syncTargets(section: string, option: string): readonly TargetWord[];
  /** A limit as rsync takes it. */
  bandwidth(section: string, option: string): string | undefined;
  /** The text of a key as it is in the file; the key may have a scope. */
  raw(section: string, key: string): string | undefined;
  /** The evaluated text of any key, known or not; with a scope it is exactly that line. */
  evaluate(section: string, key: string): string | undefined;
  /** Replaces the references of a text as if it stood in the section. */
  expand(text: string, section: string): string;
}

/** Puts a document, the keyword rows and the context together; reads nothing yet. */
export function createConfiguration(
  document: IniDocument,
  registry: KeywordRegistry,
  context: ConfigContext,
): Configuration {
  return new LazyConfiguration(document, registry, context);
}

class LazyConfiguration implements Configuration {
  readonly #evaluator: Evaluator;
  #rids: readonly string[] | undefined;

  constructor(
    readonly document: IniDocument,
    readonly registry: KeywordRegistry,
    readonly context: ConfigContext,
  ) {
    this.#evaluator = createEvaluator(document, registry, context);
  }

  get path(): ObjectPath {
    return this.context.path;
  }

  get rids(): readonly string[] {
    return this.#rids ??= [...this.document.sections.keys()].filter(tryParseRid).sort(compareRids);
  }

  get isMember(): boolean {
    const { nodeName } = this.context;
    return ["nodes", "drpnode", "drpnodes"].some((option) =>
      isNodeIn(nodeName, this.#evaluator.find("DEFAULT", option)?.text ?? "")
    );
  }

  driverOf(rid: string): string {
    return this.#evaluator.driverOf(rid);
  }

  hasDriver(rid: string): boolean {
    return this.registry.hasDriver(this.driverOf(rid));
  }

  keywordOf(section: string, option: string): Keyword | undefined {
    return this.tableOf(section).get(option);
  }

  tableOf(section: string): KeywordTable {
    return this.#evaluator.tableOf(section);
  }

  find(section: string, option: string): Value | undefined {
    return this.#evaluator.find(section, option);
  }

  string(section: string, option: string): string | undefined {
    const keyword = this.#rowOf(section, option);
    const value = this.#evaluator.find(section, option);
    const { candidates } = keyword;
    if (!value?.text || !candidates || candidates.includes(value.text)) return value?.text;
    throw problemWith(value, section, option, `"${value.text}" is not one of ${candidates.join(", ")}`);
  }

  boolean(section: string, option: string): boolean {
    return this.#convert(section, option, toBoolean) ?? false;
  }

  tristate(section: string, option: string): boolean | undefined {
    return this.#convert(section, option, toTristate);
  }

  integer(section: string, option: string): number | undefined {
    const least = this.keywordOf(section, option)?.minimum ?? -Infinity;
    return this.#convertFilled(section, option, (text) => toInteger(text, least));
  }

  octal(section: string, option: string): number | undefined {
    return this.#convertFilled(section, option, toOctal);
  }

  duration(section: string, option: string): number | undefined {
    return this.#convertFilled(section, option, (text) => parseDuration(text, "s"));
  }

  minutes(section: string, option: string): number | undefined {
    return this.#convertFilled(section, option, (text) => parseDuration(text, "m"));
  }

  size(section: string, option: string): number | undefined {
    return this.#convertFilled(section, option, toSize);
  }

  words(section: string, option: string): readonly string[] {
    return this.#convert(section, option, toWords) ?? [];
  }

  names(section: string, option: string): readonly string[] {
    return this.#convert(section, option, toNames) ?? [];
  }

  shellWords(section: string, option: string): readonly string[] {
    return this.#convert(section, option, toShellWords) ?? [];
  }

  requires(section: string, option: string): Requires {
    return this.#convert(section, option, parseRequires) ?? [];
  }

  retcodes(section: string, option: string): Retcodes {
    return this.#convert(section, option, parseRetcodes) ?? parseRetcodes("");
  }

  pingUrl(section: string, option: string): URL | undefined {
    return this.#convertFilled(section, option, toPingUrl);
  }

  paths(section: string, option: string): readonly string[] {
    return this.#convert(section, option, toPaths) ?? [];
  }

  syncTargets(section: string, option: string): readonly TargetWord[] {
    return this.#convert(section, option, toSyncTargets) ?? [];
  }

  bandwidth(section: string, option: string): string | undefined {
    return this.#convertFilled(section, option, toBandwidth);
  }

  raw(section: string, key: string): string | undefined {
    return this.document.sections.get(section)?.byKey.get(key)?.value;
  }

  evaluate(section: string, key: string): string | undefined {
    return this.#evaluator.evaluateKey(section, key);
  }

  expand(text: string, section: string): string {
    return this.#evaluator.expand(text, section);
  }

  #valueOf(section: string, option: string): Value | undefined {
    this.#rowOf(section, option);
    return this.#evaluator.find(section, option);
  }

  #rowOf(section: string, option: string): Keyword {
    const keyword = this.keywordOf(section, option);
    if (keyword) return keyword;
    throw new RangeError(`Cannot read ${section}.${option}: no keyword row declares it`);
  }

  #convert<T>(section: string, option: string, convert: (text: string) => T): T | undefined {
    const value = this.#valueOf(section, option);
    return value && convertValue(value, section, option, convert);
  }

  #convertFilled<T>(section: string, option: string, convert: (text: string) => T): T | undefined {
    const value = this.#valueOf(section, option);
    if (value && value.text !== "") return convertValue(value, section, option, convert);
    const text = this.keywordOf(section, option)?.default;
    return text === undefined ? undefined : convert(text);
  }
}

function convertValue<T>(value: Value, section: string, option: string, convert: (text: string) => T): T {
  try {
    return convert(value.text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    throw problemWith(value, section, option, cause.message.replace(/^Cannot read /, ""), cause);
  }
}

function problemWith(
  value: Value,
  section: string,
  option: string,
  problem: string,
  cause?: unknown,
): ConfigValueError {
  return new ConfigValueError(problem, { line: value.line, section, option }, { cause });
}
