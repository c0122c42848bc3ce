import type { Explanation } from "../actions/explain.ts";
import type { Format } from "../cli/flag_values.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { gateLine } from "./gate_text.ts";
import type { System } from "../ports.ts";

const VIEW: View<Explanation> = { fields: ["path", "rid", "is_due", "gates"], columns: [] };

/** Shows why tasks do or do not run by themselves. */
export function writeExplanations(system: System, rows: readonly Explanation[], format: Format): void {
  if (format === "table") system.terminal.write("stdout", rows.map(textOf).join("\n"));
  else writeRows(system.terminal, rows, VIEW, format);
}

function textOf({ path, rid, is_due, gates }: Explanation): string {
  const title = `${path} ${rid}: ${is_due ? "would be started now" : "would not be started now"}`;
  return `${[title, ...gates.map(gateLine)].join("\n")}\n`;
}
