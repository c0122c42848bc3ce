/**
 * One result, many looks: the one writer of data on standard output.
 *
 * @module
 */
import { formatCsv } from "../core/text/csv.ts";
import { formatColumns, formatTable, type TableColumn } from "../core/text/table.ts";
import type { Terminal } from "../ports.ts";
import type { Format } from "./flag_values.ts";

/** A column of the table; the other formats show the fields of the rows as they are. */
export interface Column<Row> extends TableColumn {
  /** The text of the cell; `-` stands for nothing. */
  cell(row: Row): string;
}

/** How rows are shown in each format. */
export interface View<Row> {
  /** The documented fields, in order: the columns of CSV. */
  readonly fields: readonly (keyof Row & string)[];
  readonly columns: readonly Column<Row>[];
  /** Leaves the titles of the table away, for lists that are read line by line. */
  readonly hasNoTitles?: boolean;
}

/** Formats rows; JSON is an array of the rows, JSONL one row a line, CSV starts with the names of the fields. */
export function formatRows<Row extends object>(
  rows: readonly Row[],
  view: View<Row>,
  format: Format,
): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(rows, null, 2)}\n`;
    case "jsonl":
      return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    case "csv":
      return formatCsv([view.fields, ...rows.map((row) => view.fields.map((field) => csvCell(row[field])))]);
    case "table": {
      const cells = rows.map((row) => view.columns.map((column) => column.cell(row)));
      return view.hasNoTitles ? formatColumns(cells, view.columns) : formatTable(view.columns, cells);
    }
  }
}

/** Writes rows to standard output. */
export function writeRows<Row extends object>(
  terminal: Pick<Terminal, "write">,
  rows: readonly Row[],
  view: View<Row>,
  format: Format,
): void {
  terminal.write("stdout", formatRows(rows, view, format));
}

/** Writes a value that is not made of rows: `text` for people, JSON, or CSV with its fields as the only row. */
export function writeValue(
  terminal: Pick<Terminal, "write">,
  value: object,
  text: () => string,
  format: Format,
): void {
  if (format === "csv") {
    terminal.write("stdout", formatCsv([Object.keys(value), Object.values(value).map(csvCell)]));
    return;
  }
  const shown = format === "table" ? text() : JSON.stringify(value, null, format === "json" ? 2 : 0);
  terminal.write("stdout", shown.endsWith("\n") || shown === "" ? shown : `${shown}\n`);
}

/** Nothing is an empty cell, and a structure is its JSON. */
function csvCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
