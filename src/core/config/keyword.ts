/** How the text of a value becomes a value; each has one function in `convert.ts` or beside it. */
export type Converter =
  | "string"
  | "boolean"
  | "tristate"
  | "integer"
  | "octal"
  | "duration"
  | "minutes"
  | "size"
  | "words"
  | "names"
  | "shell words"
  | "schedule"
  | "timezone"
  | "requires"
  | "retcodes"
  | "ping url"
  | "paths"
  | "sync targets"
  | "bandwidth";

/** Where a value is looked for, in order: `leaf` is the resource's section, `head` is DEFAULT. */
export type Inheritance = "leaf" | "head" | "leaf > head" | "head > leaf";

/** One keyword, declared once: evaluation, validation, help and completion all read this row. */
export interface Keyword {
  readonly option: string;
  /** `DEFAULT`, `subset`, a driver group (`task`), a driver (`task.host`), or `*` for every resource. */
  readonly section: string;
  readonly converter: Converter;
  /** As it would be written in the file. */
  readonly default?: string;
  readonly isScopable?: boolean;
  readonly isRequired?: boolean;
  /** `leaf > head` when absent; of no meaning in DEFAULT. */
  readonly inheritance?: Inheritance;
  /** The option of DEFAULT that is inherited when its name differs, such as `run_schedule`. */
  readonly inheritsFrom?: string;
  readonly candidates?: readonly string[];
  /** The least number that an integer may be. */
  readonly minimum?: number;
  /** An older or other spelling of the option. */
  readonly alias?: string;
  /** Why the keyword is known but refused. */
  readonly unsupported?: string;
  /** Kept so that an OpenSVC file stays valid; changes nothing on one node. */
  readonly isInert?: boolean;
  /** The version that brought it: of OpenSVC, or of this agent. */
  readonly since?: string;
  readonly example?: string;
  /** What it does, in whole sentences. */
  readonly text: string;
}

/** The rows that count for one section, by option and by alias. */
export type KeywordTable = ReadonlyMap<string, Keyword>;

export interface KeywordRegistry {
  readonly rows: readonly Keyword[];
  /** Driver groups that have rows of their own, such as `task`. */
  readonly groups: ReadonlySet<string>;
  /** Whether this version has the driver, such as `task.host`. */
  hasDriver(driver: string): boolean;
  /** The section of its rows: that of its family (`fs.mount` for `fs.ext4`), else its own name. */
  sectionOf(driver: string): string;
  /** The rows of DEFAULT. */
  readonly head: KeywordTable;
  /** The rows of a fixed section (`subset`), of a driver (`task.host`: its own, its group's, the generic ones). */
  tableOf(sectionOrDriver: string): KeywordTable;
  /** The row of a resource keyword that may stand in DEFAULT because resources inherit it from there. */
  inheritedRow(option: string): Keyword | undefined;
}

/**
 * Builds the lookup over a list of rows; later rows win over earlier ones of the same section and option. `families`
 * names the section that several drivers share, by driver.
 */
export function createKeywordRegistry(
  rows: readonly Keyword[],
  families: Readonly<Record<string, string>> = {},
): KeywordRegistry {
  return new LazyRegistry(rows, families);
}

/** Sorts the rows when it is first asked for them: every start makes registries, and few commands use them all. */
class LazyRegistry implements KeywordRegistry {
  readonly #tables = new Map<string, KeywordTable>();
  #bySection: ReadonlyMap<string, readonly Keyword[]> | undefined;
  #groups: ReadonlySet<string> | undefined;
  #inherited: ReadonlyMap<string, Keyword> | undefined;

  readonly #families: ReadonlyMap<string, string>;

  constructor(readonly rows: readonly Keyword[], families: Readonly<Record<string, string>>) {
    this.#families = new Map(Object.entries(families));
  }

  get groups(): ReadonlySet<string> {
    return this.#groups ??= groupsOf(this.#sections.keys());
  }

  get head(): KeywordTable {
    return this.tableOf("DEFAULT");
  }

  hasDriver(driver: string): boolean {
    if (this.#families.has(driver)) return true;
    return driver.includes(".") && this.#sections.has(driver) &&
      ![...this.#families.values()].includes(driver);
  }

  sectionOf(driver: string): string {
    return this.#families.get(driver) ?? driver;
  }

  tableOf(key: string): KeywordTable {
    let table = this.#tables.get(key);
    if (!table) this.#tables.set(key, table = buildTable(this.#sections, this.sectionOf(key)));
    return table;
  }

  inheritedRow(option: string): Keyword | undefined {
    this.#inherited ??= byName(this.rows.filter(isInheritable));
    return this.#inherited.get(option);
  }

  get #sections(): ReadonlyMap<string, readonly Keyword[]> {
    return this.#bySection ??= Map.groupBy(this.rows, (row) => row.section);
  }
}

function groupsOf(sections: Iterable<string>): ReadonlySet<string> {
  const groups = new Set<string>();
  for (const section of sections) {
    if (section.includes(".")) groups.add(section.slice(0, section.indexOf(".")));
    else if (/^[a-z]+$/.test(section) && section !== "subset") groups.add(section);
  }
  return groups;
}

function isInheritable(row: Keyword): boolean {
  return row.section !== "DEFAULT" && row.section !== "subset" && row.inheritance !== "leaf" &&
    row.inheritsFrom === undefined;
}

function buildTable(sections: ReadonlyMap<string, readonly Keyword[]>, key: string): KeywordTable {
  const isFixed = key === "DEFAULT" || key === "subset";
  const chain = new Set(isFixed ? [key] : ["*", key.split(".")[0]!, key]);
  return byName([...chain].flatMap((section) => sections.get(section) ?? []));
}

/** By option, and by alias where there is one. */
function byName(rows: readonly Keyword[]): Map<string, Keyword> {
  const table = new Map<string, Keyword>();
  for (const row of rows) {
    table.set(row.option, row);
    if (row.alias !== undefined) table.set(row.alias, row);
  }
  return table;
}
