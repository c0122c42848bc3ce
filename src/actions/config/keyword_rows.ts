import type { Keyword } from "../../core/config/keyword.ts";
import { NotFoundError } from "../../core/errors.ts";
import { nearest } from "../../core/text/nearest.ts";
import { KEYWORDS, NODE_REGISTRY } from "../../drivers/keywords.ts";

/** One keyword as the reference shows it; the JSON form of a row. */
export interface KeywordRow {
  /** `service`, or `node.conf`. */
  readonly file: string;
  /** `DEFAULT`, `subset`, a group, a driver, `*` for every resource, or a section of node.conf. */
  readonly section: string;
  readonly keyword: string;
  readonly alias: string | null;
  readonly converter: string;
  readonly default: string | null;
  readonly candidates: readonly string[] | null;
  readonly scopable: boolean;
  readonly required: boolean;
  /** Where it is looked for, such as `leaf > head`; null where nothing is inherited. */
  readonly inheritance: string | null;
  readonly since: string | null;
  readonly example: string | null;
  readonly text: string;
  /** Why it is known and refused. */
  readonly unsupported: string | null;
}

/** The whole reference, in the order of its rows. */
export function allKeywordRows(): readonly KeywordRow[] {
  return [
    ...KEYWORDS.rows.map((row) => toRow(row, "service")),
    ...NODE_REGISTRY.rows.map((row) => toRow(row, "node.conf")),
  ];
}

/**
 * The rows of a section, or of one keyword there. A group (`task`) means all its drivers and what every resource has,
 * `node` all of node.conf. Throws `NotFoundError` with the nearest name.
 */
export function findKeywordRows(section?: string, keyword?: string): readonly KeywordRow[] {
  const all = allKeywordRows();
  if (section === undefined) return all;
  const ofSection = all.filter((row) => belongsTo(row, section));
  // What is particular comes before what every resource has.
  const rows = [
    ...ofSection.filter((row) => row.section !== "*"),
    ...ofSection.filter((row) => row.section === "*"),
  ];
  if (!rows.some((row) => row.section !== "*") && section !== "*") throw unknownSection(section, all);
  if (keyword === undefined) return rows;
  const found = rows.filter((row) => row.keyword === keyword || row.alias === keyword);
  if (found.length > 0) return found;
  const near = nearest(keyword, rows.map((row) => row.keyword));
  const hint = near === undefined
    ? `expected one that agent keywords ${section} shows`
    : `did you mean ${near}?`;
  throw new NotFoundError(`Cannot find the keyword ${section}.${keyword}: there is none, ${hint}`);
}

/** A resource id is taken for its group: `task#0` is `task`. */
function belongsTo(row: KeywordRow, section: string): boolean {
  if (section === "node" || section === "node.conf") return row.file === "node.conf";
  if (row.file === "node.conf") return false;
  const wanted = KEYWORDS.sectionOf(section.split("#")[0]!);
  if (row.section === wanted) return true;
  if (wanted === "DEFAULT" || wanted === "subset" || wanted === "*") return false;
  const [group] = wanted.split(".");
  return row.section === "*" || row.section === group ||
    (!wanted.includes(".") && row.section.startsWith(`${wanted}.`));
}

function unknownSection(section: string, all: readonly KeywordRow[]): NotFoundError {
  const groups = [...KEYWORDS.groups];
  const names = new Set([
    ...all.filter(({ file }) => file === "service").map((row) => row.section),
    ...groups,
    "node",
  ]);
  const near = nearest(section, names);
  const hint = near === undefined ? `expected one of ${[...names].join(", ")}` : `did you mean ${near}?`;
  return new NotFoundError(`Cannot find the keywords of "${section}": there is no such section, ${hint}`);
}

function toRow(row: Keyword, file: string): KeywordRow {
  const isResource = file === "service" && row.section !== "DEFAULT" && row.section !== "subset";
  return {
    file,
    section: row.section,
    keyword: row.option,
    alias: row.alias ?? null,
    converter: row.converter,
    default: row.default ?? null,
    candidates: row.candidates ?? null,
    scopable: row.isScopable ?? false,
    required: row.isRequired ?? false,
    inheritance: isResource ? row.inheritance ?? "leaf > head" : null,
    since: row.since ?? null,
    example: row.example ?? null,
    text: row.text,
    unsupported: row.unsupported ?? null,
  };
}
