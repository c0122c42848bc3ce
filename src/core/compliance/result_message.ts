import type { CollectorMessage } from "../collector/message.ts";
import type { ModuleResult } from "./result.ts";

/** What all rows of a run have in common. */
export interface RunFacts {
  readonly node: string;
  /** The path of the service; empty for the node itself. */
  readonly service: string;
  readonly md5: string;
}

/** The columns of a row, as the collector names them. */
export const RESULT_COLUMNS = [
  "run_nodename",
  "run_module",
  "run_status",
  "run_log",
  "run_action",
  "rset_md5",
  "run_svcname",
] as const;

type Row = readonly string[];

/** How much of one message is rows, in characters: the rest of what a message may hold is room for escapes. */
const MAX_ROWS = 256 * 1024;

/** One row for each call of a module, in messages that are not too large for the spool. */
export function resultMessages(results: readonly ModuleResult[], facts: RunFacts): CollectorMessage[] {
  const rows = results.flatMap((result) => rowsOf(result, facts));
  return piecesOf(rows).map((vals, index): CollectorMessage => ({
    kind: "compliance",
    key: `compliance:${facts.service || "node"}:${results[0]?.session_id}:${index}`,
    target: "compliance",
    method: "POST",
    path: "",
    body: { method: "comp_log_actions", params: [RESULT_COLUMNS, vals] },
  }));
}

/** A module that could not be called says so in a row of its own. */
function rowsOf(
  { module, action, status, reason, steps }: ModuleResult,
  { node, service, md5 }: RunFacts,
): Row[] {
  const row = (
    code: number,
    log: string,
    step: string,
  ): Row => [node, module, String(code), log, step, md5, service];
  if (steps.length === 0) return [row(status === "nok" ? 1 : 0, `ERR: ${reason ?? ""}\n`, action)];
  return steps.map((step) => row(step.code, step.log, step.action));
}

function piecesOf(rows: readonly Row[]): Row[][] {
  const pieces: Row[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const own = row.reduce((sum, cell) => sum + cell.length, 0);
    if (size + own > MAX_ROWS) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)!.push(row);
    size += own;
  }
  return pieces;
}
