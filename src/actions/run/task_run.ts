import type { RunResult } from "../../core/run/result.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Instance, Resource } from "../load.ts";
import type { RunRequest } from "./request.ts";

/** One task of one service, on its way. */
export interface TaskRun {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly resource: Resource;
  readonly request: RunRequest;
  readonly journal: Journal;
  readonly sessionId: string;
  /** Whether the operator's input may go to the command: the only task chosen, and no terminal. */
  readonly passesInput: boolean;
  /** Whether the service runs no other task in the same session; nothing said is the only one. */
  readonly isAlone?: boolean;
}

/**
 * What joins the begin and the end of a run for the collector: its session, or what is of this run alone when the session
 * has several of the same service.
 */
export function actionIdOf(
  { isAlone = true, sessionId }: Pick<TaskRun, "isAlone" | "sessionId">,
  { token }: { readonly token: string },
): string {
  return isAlone ? sessionId : token.slice(token.indexOf("=") + 1);
}

type Named = Pick<TaskRun, "instance" | "resource" | "sessionId">;

/** The result of a task to which nothing has happened yet. */
export function resultOf({ instance, resource, sessionId }: Named): RunResult {
  return {
    path: instance.name,
    rid: resource.rid,
    outcome: "ran",
    reason: null,
    code: 0,
    signal: null,
    status: null,
    is_failed: false,
    optional: resource.optional ?? null,
    attempts: 0,
    started_at: null,
    ended_at: null,
    session_id: sessionId,
  };
}

/** The result of a task that the agent will not run: a failure. */
export function refusedResult(run: Named, reason: string, code = 1): RunResult {
  return { ...resultOf(run), outcome: "refused", reason, code, is_failed: true };
}

/** The result of a task that is left out, which is no failure. */
export function skippedResult(run: Named, reason: string): RunResult {
  return { ...resultOf(run), outcome: "skipped", reason };
}
