import { OWN_ROWS } from "../../src/actions/own_rows.ts";

/** How many rows every schedule begins with: all of the service's own but the one that only monitored resources bring. */
export const OWN_ROW_COUNT = OWN_ROWS.length - 1;

/** The rows of a schedule without the own ones behind the status. */
export function withoutOwn<Row extends { readonly rid?: unknown; readonly action?: unknown }>(
  rows: readonly Row[],
): Row[] {
  return rows.filter(({ rid, action }) => (rid ?? undefined) !== undefined || action === "status");
}
