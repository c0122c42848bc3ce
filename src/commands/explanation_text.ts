import type { Explanation } from "../actions/schedule/explain.ts";
import type { Format } from "../cli/flag_values.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import { formatLocal } from "../actions/schedule/rows.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import { factLine, gateLine } from "./gate_text.ts";
import type { System } from "../ports.ts";

const VIEW: View<Explanation> = {
  fields: ["path", "rid", "is_due", "gates", "timezone", "changes_at", "change", "action"],
  columns: [],
};

/** Shows why something does or does not run by itself. */
export function writeExplanations(system: System, rows: readonly Explanation[], format: Format): void {
  if (format === "table") system.terminal.write("stdout", rows.map(textOf).join("\n"));
  else writeRows(system.terminal, rows, VIEW, format);
}

function textOf(explanation: Explanation): string {
  const { path, rid, action, is_due, gates } = explanation;
  const title = `${path ?? "node"} ${rid ?? action}: ${
    is_due ? "would be started now" : "would not be started now"
  }`;
  const change = factLine("* next change", changeText(explanation));
  return `${[title, ...gates.map(gateLine), change].join("\n")}\n`;
}

function changeText({ changes_at, change, timezone }: Explanation): string {
  return changes_at === null ? change : `${formatLocal(changes_at, zoneOf(timezone))}: ${change}`;
}
