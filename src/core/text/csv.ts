const SPECIAL_REGEXP = /[",\r\n]|^\s|\s$/;

/** Writes rows as RFC 4180 says: cells with a comma, a quote or a line break are quoted, lines end with CR LF. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: string): string {
  return SPECIAL_REGEXP.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
