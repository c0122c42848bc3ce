import { problemsOf } from "../../actions/config/problems.ts";
import { readConfig, UnreadableConfigError } from "../../actions/config/store.ts";
import type { Agent } from "../../actions/agent.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import { type Column, writeRows } from "../../cli/output.ts";
import type { Problem } from "../../core/config/problem.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { forEachPath } from "./each.ts";

interface ProblemRow {
  readonly path: string;
  readonly severity: string;
  readonly line: number | null;
  readonly section: string | null;
  readonly keyword: string | null;
  readonly message: string;
}

const FIELDS = ["path", "severity", "line", "section", "keyword", "message"] as const;
const PATH: Column<ProblemRow> = { title: "path", cell: ({ path }) => path };
const COLUMNS: readonly Column<ProblemRow>[] = [
  { title: "line", cell: ({ line }) => line === null ? "-" : String(line) },
  { title: "severity", cell: ({ severity }) => severity },
  { title: "message", cell: ({ message }) => message },
];

/** `agent SELECTOR validate config` */
export const VALIDATE_CONFIG: CommandSpec = {
  words: ["validate", "config"],
  aliases: [["config", "validate"]],
  scope: "service",
  summary: "print all problems of configurations, with their lines",
  isData: true,
  flags: [],
  examples: [
    { command: "agent testmd validate config", text: "prints nothing when all is well" },
    {
      command: "agent '**' validate config --format json",
      text: "prints the problems of all services as JSON",
    },
  ],
  details:
    "An error keeps the section from being used, and the exit code is 3; with warnings and hints only it is 0.",
  run: validate,
};

function validate(invocation: Invocation, system: System): Promise<number> {
  const { format } = invocation.flags;
  const agent = agentFor(invocation, system);
  const { results, exitCode, isSingle } = forEachPath(
    agent,
    invocation,
    system,
    (path): ProblemRow[] =>
      problemsIn(agent, path).map((
        { severity, line, section, option, message },
      ) => ({
        path: formatObjectPath(path),
        severity,
        line: line ?? null,
        section: section ?? null,
        keyword: option ?? null,
        message,
      })),
  );
  const rows = results.flat();
  const view = { fields: FIELDS, columns: isSingle ? COLUMNS : [PATH, ...COLUMNS] };
  if (rows.length > 0 || format !== "table") writeRows(system.terminal, rows, view, format);
  const hasErrors = rows.some(({ severity }) => severity === "error");
  return Promise.resolve(hasErrors ? EXIT_CODES.unreadable : exitCode);
}

/** A file that is too large, or not UTF-8, is one problem without a text to look into. */
function problemsIn(agent: Agent, path: ObjectPath): readonly Problem[] {
  try {
    return problemsOf(agent, path, readConfig(agent, path));
  } catch (error) {
    if (!(error instanceof UnreadableConfigError)) throw error;
    const nowhere = { line: undefined, section: undefined, option: undefined };
    return [{ severity: "error", ...nowhere, message: error.message }];
  }
}
