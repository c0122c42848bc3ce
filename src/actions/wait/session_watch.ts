import type { RunResult } from "../../core/run/result.ts";
import { exitCodeOf } from "../../core/run/result.ts";
import type { ProcessId } from "../../ports.ts";
import { findDaemon } from "../../state/daemon_record.ts";
import type { RunRecord } from "../../state/last_run.ts";
import { readHistory } from "../../state/last_run.ts";
import type { SessionRecord } from "../../state/sessions.ts";
import { isAgentAlive, readSession } from "../../state/sessions.ts";
import { readRunHeader } from "../../state/run_folder.ts";
import { surveySlots } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import { lostResult, resultOfLeft, resultOfRecord } from "../run/run_outcome.ts";

/** A task whose runs are waited for. */
export interface WaitedTask {
  readonly instance: Instance;
  readonly resource: Resource;
}

/** What a look at a session found. */
export type SessionLook =
  | { readonly kind: "under way"; readonly tasks: readonly WaitedTask[] }
  | {
    readonly kind: "over";
    readonly results: readonly RunResult[];
    readonly exitCode: number;
    /** Why there are no results, when the agent itself failed. */
    readonly reason: string | null;
  };

/** Which part of a session is looked at. */
export interface SessionPart {
  readonly sessionId: string;
  readonly tasks: readonly WaitedTask[];
  /** Whether the session is over only with its agent, which may be between two tasks. */
  readonly followsAgent: boolean;
}

/** Looks at the runs of one session: their slots, their history, and what a detached agent says of itself. */
export class SessionWatch {
  readonly #agent: Agent;
  readonly #part: SessionPart;
  /** The tasks that were seen to run. */
  readonly #seen = new Set<WaitedTask>();
  /** The agents of these runs, unless it is the daemon, which does not end with them. */
  readonly #agents = new Map<number, ProcessId>();

  constructor(agent: Agent, part: SessionPart) {
    this.#agent = agent;
    this.#part = part;
  }

  /** In this order, so that nothing ends between two of them unnoticed: agents, slots, then what they leave behind. */
  look(): SessionLook {
    const { tasks, followsAgent } = this.#part;
    const isAgentThere = this.#isAgentThere();
    const running = new Set(tasks.filter((task) => this.#isRunning(task)));
    const record = this.#record();
    const isAtWork = isAgentThere && record?.exit_code === null;
    const tasksLeft = tasks.filter((task) =>
      running.has(task) || (isAtWork && isOf(record, task) && this.#recordOf(task) === undefined)
    );
    const isBetween = followsAgent && (isAtWork || (record === undefined && this.#isAnyAgentAlive()));
    if (tasksLeft.length > 0 || isBetween) return { kind: "under way", tasks: tasksLeft };
    return this.#resultsOf(record);
  }

  #resultsOf(record: SessionRecord | undefined): SessionLook {
    const { tasks, followsAgent } = this.#part;
    if (record && record.exit_code !== null) {
      const results = record.results.filter((result) => tasks.some((task) => isNamed(result, task)));
      const isWhole = followsAgent && results.length === record.results.length;
      const exitCode = isWhole ? record.exit_code : exitCodeOf(results);
      return { kind: "over", results, exitCode, reason: record.reason };
    }
    const results = tasks.flatMap((task) => this.#resultOf(task, record));
    return { kind: "over", results, exitCode: exitCodeOf(results), reason: null };
  }

  #resultOf(task: WaitedTask, session: SessionRecord | undefined): RunResult[] {
    const run = { ...task, sessionId: this.#part.sessionId };
    // Before the history, which has it as soon as this is gone.
    const left = surveySlots(this.#agent.system, task.resource.ridFolder).left
      .find((each) => each.record.session_id === run.sessionId);
    const record = this.#recordOf(task);
    if (record) return [resultOfRecord(run, record)];
    if (left) {
      const header = readRunHeader(this.#agent.system.files, left.folder);
      return [resultOfLeft(run, left, header?.attempt ?? 1)];
    }
    return this.#seen.has(task) || isOf(session, task) ? [lostResult(run)] : [];
  }

  #isRunning(task: WaitedTask): boolean {
    const { system, folders } = this.#agent;
    const { living, stale, left } = surveySlots(system, task.resource.ridFolder);
    const mine = (record: { readonly session_id: string } | undefined) =>
      record?.session_id === this.#part.sessionId;
    const slots = living.filter(mine);
    const daemon = slots.length > 0 ? findDaemon(system, folders)?.pid : undefined;
    for (const { pid, start_time } of slots) {
      if (pid !== daemon) this.#agents.set(pid, { pid, startTime: start_time });
    }
    if (slots.length > 0 || [...stale, ...left].some(({ record }) => mine(record))) this.#seen.add(task);
    return slots.length > 0;
  }

  #isAgentThere(): boolean {
    const record = this.#record();
    return record !== undefined && isAgentAlive(this.#agent.system, record);
  }

  #isAnyAgentAlive(): boolean {
    return [...this.#agents.values()].some((id) => this.#agent.system.processes.isAlive(id));
  }

  #record(): SessionRecord | undefined {
    return readSession(this.#agent.system.files, this.#agent.folders, this.#part.sessionId);
  }

  #recordOf({ resource }: WaitedTask): Partial<RunRecord> | undefined {
    const history = readHistory(this.#agent.system.files, resource.memoryFolder);
    return history.findLast(({ session_id }) => session_id === this.#part.sessionId);
  }
}

/** Whether a task is one of those that a detached agent is to run. */
export function isOf(record: SessionRecord | undefined, task: WaitedTask): boolean {
  return record?.tasks.some((each) => isNamed(each, task)) ?? false;
}

function isNamed(
  { path, rid }: { readonly path: string; readonly rid: string },
  { instance, resource }: WaitedTask,
): boolean {
  return path === instance.name && rid === resource.rid;
}
