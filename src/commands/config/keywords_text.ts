import type { KeywordRow } from "../../actions/config/keyword_rows.ts";
import { formatColumns } from "../../core/text/table.ts";
import { wrap } from "../../core/text/wrap.ts";

const WIDTH = 110;
const NAME_WIDTH = 30;

/** Keywords with what they do, by section; those that are known and refused come last, by name only. */
export function keywordList(rows: readonly KeywordRow[]): string {
  return [...bySection(rows)].map(([title, all]) => {
    const usable = all.filter(({ unsupported }) => unsupported === null);
    const refused = all.filter(({ unsupported }) => unsupported !== null);
    return `${title}:\n${describe(usable)}${listRefused(refused)}`;
  }).join("\n");
}

/** All about some rows, one block each. */
export function keywordDetails(rows: readonly KeywordRow[]): string {
  return rows.map((row) => {
    const facts = factsOf(row).map(([name, value]) => [`  ${name}`, value]);
    const text = wrap(row.text, WIDTH - 2).map((line) => `  ${line}\n`).join("");
    return `${titleOf(row)} ${row.keyword}\n\n${text}\n${formatColumns(facts)}`;
  }).join("\n");
}

/** The reference as Markdown: a heading and a table for each section. */
export function keywordMarkdown(rows: readonly KeywordRow[]): string {
  return [...bySection(rows)].map(([title, all]) => {
    const lines = all.map((row) => {
      const refusal = row.unsupported === null ? "" : ` Refused: ${row.unsupported}.`;
      const cells = [
        code(row.keyword),
        row.converter,
        code(row.default),
        code(row.example),
        row.text + refusal,
      ];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
    });
    return `## ${title}\n\n| keyword | kind | default | example | what it does |\n` +
      `| --- | --- | --- | --- | --- |\n${lines.join("")}`;
  }).join("\n");
}

function titleOf({ file, section }: KeywordRow): string {
  if (file === "node.conf") return `node.conf [${section}]`;
  return section === "*" ? "every resource" : section;
}

function bySection(rows: readonly KeywordRow[]): Map<string, readonly KeywordRow[]> {
  return Map.groupBy(rows, titleOf);
}

function describe(rows: readonly KeywordRow[]): string {
  const lines = rows.flatMap((row) =>
    wrap(row.text, WIDTH - NAME_WIDTH).map((line, i) => [i === 0 ? `  ${row.keyword}` : "", line])
  );
  return formatColumns(lines, [{ minWidth: NAME_WIDTH }]);
}

function listRefused(rows: readonly KeywordRow[]): string {
  if (rows.length === 0) return "";
  const names = wrap(rows.map(({ keyword }) => keyword).join(", "), WIDTH - 4);
  return `  known from OpenSVC, and refused by this version:\n${
    names.map((line) => `    ${line}\n`).join("")
  }`;
}

function factsOf(row: KeywordRow): [string, string][] {
  const facts: [string, string | null][] = [
    ["kind", row.converter],
    ["default", row.default],
    ["one of", row.candidates?.join(", ") ?? null],
    ["example", row.example === null ? null : `${row.keyword} = ${row.example}`],
    ["other name", row.alias],
    ["scopes", row.file === "service" ? row.scopable ? `yes, such as ${row.keyword}@n1` : "no" : null],
    ["required", row.required ? "yes" : null],
    ["looked for in", row.inheritance === null ? null : placesOf(row.inheritance)],
    ["since", row.since],
    ["refused", row.unsupported],
  ];
  return facts.flatMap(([name, value]): [string, string][] => value === null ? [] : [[name, value]]);
}

/** The `leaf` is the resource's own section, the `head` is DEFAULT. */
function placesOf(inheritance: string): string {
  return inheritance.split(" > ").map((place) => place === "leaf" ? "its section" : "DEFAULT").join(
    ", then ",
  );
}

function code(text: string | null): string {
  return text === null || text === "" ? "" : `\`${text}\``;
}
