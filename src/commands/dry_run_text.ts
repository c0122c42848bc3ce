import type { DryRun } from "../actions/run/preparation/dry_run.ts";
import type { Format } from "../cli/flag_values.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { factLine, gateLine } from "./gate_text.ts";

const VIEW: View<DryRun> = {
  fields: [
    "path",
    "rid",
    "would_run",
    "gates",
    "argv",
    "launch",
    "user",
    "uid",
    "gid",
    "groups",
    "wrapper",
    "pty",
    "cwd",
    "umask",
    "limits",
    "timeout",
    "environment",
    "warnings",
  ],
  columns: [],
};

/** Shows what would be run; the exit code is 0 if all of it would. */
export function writeDryRun(system: System, runs: readonly DryRun[], format: Format): number {
  if (format === "table") system.terminal.write("stdout", runs.map(textOf).join("\n"));
  else writeRows(system.terminal, runs, VIEW, format);
  return runs.length > 0 && runs.every(({ would_run }) => would_run) ? 0 : 1;
}

function textOf(run: DryRun): string {
  const lines = [`${run.path} ${run.rid}: ${run.would_run ? "would run" : "would not run"}`];
  lines.push(...run.gates.map(gateLine), ...run.warnings.map((text) => factLine("  warning", text)));
  if (run.argv === null) return `${lines.join("\n")}\n`;
  lines.push(
    factLine("  argv", run.argv.map((word) => JSON.stringify(word)).join(" ")),
    factLine("  identity", `user ${run.user}, uid ${run.uid}, gid ${run.gid}${groupsText(run)}`),
    factLine("  wrapper", String(run.wrapper)),
    ...(run.pty === null ? [] : [factLine("  terminal", TERMINAL_TEXTS[run.pty] ?? run.pty)]),
    factLine("  directory", String(run.cwd)),
    factLine("  umask", String(run.umask)),
    factLine("  limits", pairs(run.limits) || "-"),
    factLine("  timeout", run.timeout === null ? "-" : `${run.timeout} s`),
    ...Object.entries(run.environment ?? {}).map(([name, value]) =>
      factLine("  environment", `${name}=${value}`)
    ),
  );
  return `${lines.join("\n")}\n`;
}

const TERMINAL_TEXTS: Readonly<Record<string, string>> = {
  script: "of its own, made by script",
  wrapper: "of its own, made by the wrapper",
  none: "the operator's own",
};

function groupsText({ groups }: DryRun): string {
  return groups && groups.length > 0 ? `, groups ${groups.join(" ")}` : "";
}

function pairs(values: Readonly<Record<string, number>> | null): string {
  return Object.entries(values ?? {}).map(([name, value]) => `${name}=${value}`).join(" ");
}
