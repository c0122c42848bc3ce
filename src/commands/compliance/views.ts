import type { ModuleRow, SetRow } from "../../actions/compliance/list.ts";
import type { AttachedModuleRow, RuleRow } from "../../actions/compliance/show.ts";
import type { Column, View } from "../../cli/output.ts";
import type { ModuleResult } from "../../core/compliance/result.ts";
import { escapeCell } from "../../core/text/escape.ts";

function column<Row>(title: string, text: (row: Row) => string | number | null): Column<Row> {
  return { title, cell: (row) => escapeCell(String(text(row) ?? "-").replaceAll("\n", " ")) || "-" };
}

/** Results of modules: as data after a run, and as `show status`. */
export const RESULT_VIEW: View<ModuleResult> = {
  fields: [
    "path",
    "module",
    "moduleset",
    "autofix",
    "order",
    "action",
    "status",
    "code",
    "reason",
    "at",
    "ended_at",
    "steps",
    "session_id",
  ],
  columns: [
    column("path", ({ path }) => path),
    column("module", ({ module }) => module),
    column("moduleset", ({ moduleset }) => moduleset),
    column("action", ({ action }) => action),
    column("status", ({ status }) => status),
    column("code", ({ code }) => code),
    column("at", ({ at }) => at),
    column("reason", ({ reason }) => reason),
  ],
};

export const ATTACHED_VIEW: View<AttachedModuleRow> = {
  fields: ["path", "moduleset", "module", "autofix"],
  columns: [
    column("path", ({ path }) => path),
    column("moduleset", ({ moduleset }) => moduleset),
    column("module", ({ module }) => module),
    column("autofix", ({ autofix }) => autofix ? "yes" : "no"),
  ],
};

export const RULE_VIEW: View<RuleRow> = {
  fields: ["path", "rule", "variable", "value"],
  columns: [
    column("path", ({ path }) => path),
    column("rule", ({ rule }) => rule),
    column("variable", ({ variable }) => variable),
    column("value", ({ value }) => value),
  ],
};

export const MODULE_VIEW: View<ModuleRow> = {
  fields: ["module", "order", "entry", "program", "problem"],
  columns: [
    column("module", ({ module }) => module),
    column("order", ({ order }) => order),
    column("entry", ({ entry }) => entry),
    column("problem", ({ problem }) => problem),
  ],
};

export const SET_VIEW: View<SetRow> = {
  fields: ["name", "source", "file", "line", "members"],
  columns: [
    column("name", ({ name }) => name),
    column("source", ({ source }) => source),
    column("members", ({ members }) => members?.join(" ") ?? null),
    column("file", ({ file, line }) => file === null ? null : `${file}:${line}`),
  ],
};
