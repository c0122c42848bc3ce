import { escapeCell } from "./escape.ts";
import { padTo, widthOf } from "./width.ts";

/** A column of a table on a terminal. */
export interface TableColumn {
  readonly title: string;
  /** The least width with the gap after it, in columns; it grows to the longest cell plus two. */
  readonly minWidth?: number;
}

const GAP = 2;

/**
 * Draws a table: the titles, a line of dashes under each, then the rows, without trailing blanks, each line ended by
 * a line break. Control characters in cells are made visible.
 */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map(({ title }) => title);
  return formatColumns([titles, titles.map((title) => "-".repeat(widthOf(title))), ...rows], columns);
}

/** Draws rows in aligned columns without a heading; `columns` may say how wide they are at least. */
export function formatColumns(
  rows: readonly (readonly string[])[],
  columns: readonly Pick<TableColumn, "minWidth">[] = [],
): string {
  const lines = rows.map((row) => row.map(escapeCell));
  const widths: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) {
      widths[i] = Math.max(widths[i] ?? columns[i]?.minWidth ?? 0, widthOf(cell) + GAP);
    }
  }
  return lines.map((line) => `${line.map((cell, i) => padTo(cell, widths[i]!)).join("").trimEnd()}\n`).join(
    "",
  );
}
