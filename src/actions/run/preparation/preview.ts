import type { Agent } from "../../agent.ts";
import type { Instance } from "../../load.ts";
import type { DryRun } from "./dry_run.ts";
import { dryRun } from "./dry_run.ts";
import type { RunRequest } from "../request.ts";

/** Why a task would be refused if it were run now. */
export interface Foreseen {
  readonly path: string;
  readonly rid: string;
  readonly reason: string;
  /** The exit code. */
  readonly code: number;
}

/**
 * The refusals that can be seen before anything is started. What would only be left out is none, and neither is a gate
 * that the request says to wait for.
 */
export async function foreseeRefusals(
  agent: Agent,
  instances: readonly Instance[],
  request: RunRequest,
): Promise<Foreseen[]> {
  return (await dryRun(agent, instances, request)).flatMap(({ path, rid, gates }) => {
    const gate = gates.find((each) => !each.is_open && isRefusal(each, request));
    if (gate === undefined) return [];
    return [{ path, rid, reason: gate.value, code: gate.name === "configuration" ? 3 : 1 }];
  });
}

function isRefusal({ name }: DryRun["gates"][number], { isScheduled, waitMs }: RunRequest): boolean {
  switch (name) {
    case "disabled":
    case "paused":
    case "confirmation":
      return false;
    case "run_requires":
    case "terminal":
      return !isScheduled;
    case "slot":
    case "lock group":
      return !isScheduled && waitMs === 0;
    default:
      return true;
  }
}
