import { OWN_ROWS } from "../../src/actions/schedule/own_rows.ts";

/** How many own rows of a service the daemon follows where no collector, monitored resource or moduleset brings more. */
export const OWN_ROW_COUNT =
  OWN_ROWS.filter(({ action }) => !/^(?:push_|resource_monitor|compliance_auto)/.test(action)).length;

/** The same of the node. */
export const NODE_ROW_COUNT = 0;

/** The rows of a schedule without the own ones behind the status. */
export function withoutOwn<Row extends { readonly rid?: unknown; readonly action?: unknown }>(
  rows: readonly Row[],
): Row[] {
  return rows.filter(({ rid, action }) => (rid ?? undefined) !== undefined || action === "status");
}
