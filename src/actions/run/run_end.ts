/**
 * What a command that runs waits for, whoever keeps its output, and how its end is told.
 *
 * @module
 */
import type { ProcessId, ProcessOutcome, ProcessSpec, RunningProcess, Stream, System } from "../../ports.ts";
import type { Journal } from "../journal.ts";
import type { EndTreeOptions } from "./supervision/end_tree.ts";
import { endTree } from "./supervision/end_tree.ts";
import type { StopRequest } from "./stop_request.ts";

/** The exit code of a command that its timeout ended, as coreutils has it. */
export const TIMEOUT_CODE = 124;

/** One command on its way: the task's own, a trigger or `on_error`. */
export interface Execution {
  readonly spec: Omit<ProcessSpec, "onOutput">;
  readonly rid: string | undefined;
  /** False lets the output through to the agent's own streams, and keeps nothing. */
  readonly isLogged: boolean;
  /** How many bytes of the beginning, and as many of the end, of the output are kept. */
  readonly outputMax: number;
  /** Seconds; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Seconds between TERM and KILL. */
  readonly killGrace: number;
  /** `NAME=value` in the environment of everything that the command starts. */
  readonly token: string;
  /** How to signal processes that the agent itself may not signal. */
  readonly killerArgv?: EndTreeOptions["killerArgv"] | undefined;
  /** Whether the command has a session and a terminal of its own, held by what is started. */
  readonly isHeld?: boolean;
  readonly stop: StopRequest;
  /** Takes away what is not for the log, as it comes. */
  filter?(stream: Stream, chunk: Uint8Array): Uint8Array;
  onStart?(process: RunningProcess, group: string | undefined): Promise<void>;
  /** Each line of the output that is kept, in order. */
  onLine?(line: string): void;
}

/** How a command ended. */
export interface ExecutionOutcome {
  /** What the exit code of `run` may become: 128+n after a signal, 124 after the timeout. */
  readonly code: number;
  readonly signal: string | null;
  /** Why it failed, in words; null when it exited with 0. */
  readonly reason: string | null;
  readonly isTimedOut: boolean;
  readonly isStopped: boolean;
  readonly pid: number | null;
  /** Whether nobody saw how it ended. */
  readonly isLost?: boolean;
}

export type Cause = "ended" | "timeout" | "stop" | "leave";

/** What may come before the end by itself. */
export interface Waiting {
  readonly ended: Promise<unknown>;
  /** Seconds from now; undefined for no limit. */
  readonly timeout: number | undefined;
  readonly stop: StopRequest;
  /** Aborted when this agent ends and the command goes on without it. */
  readonly leaving?: AbortSignal | undefined;
}

/** Waits for the end, the timeout, the wish to stop or to leave, whichever comes first. */
export async function firstOf(
  { clock }: Pick<System, "clock">,
  { ended, timeout, stop, leaving }: Waiting,
): Promise<Cause> {
  const over = new AbortController();
  const causes: Promise<Cause>[] = [ended.then((): Cause => "ended")];
  if (timeout !== undefined) {
    causes.push(clock.sleep(timeout * 1000, over.signal).then((): Cause => "timeout"));
  }
  const wishes: readonly [AbortSignal | undefined, Cause][] = [[stop.asked, "stop"], [leaving, "leave"]];
  for (const [signal, cause] of wishes) {
    if (signal) causes.push(aborted(signal, over.signal).then(() => cause));
  }
  try {
    return await Promise.race(causes);
  } finally {
    over.abort();
  }
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => resolve();
    signal.addEventListener("abort", done, { once: true });
    over.addEventListener("abort", () => signal.removeEventListener("abort", done), { once: true });
  });
}

/** A run whose tree is to be ended. */
export interface Ending
  extends Pick<Execution, "timeout" | "killGrace" | "token" | "stop" | "rid" | "killerArgv" | "isHeld"> {
  readonly root: ProcessId;
  readonly group: string | undefined;
  readonly keeper?: EndTreeOptions["keeper"];
}

/** Ends the tree, and gives the pids of those that are still there after all. */
export async function endEarly(
  ports: Pick<System, "processes" | "clock">,
  journal: Journal,
  { root, group, keeper, timeout, killGrace, token, stop, rid, killerArgv, isHeld = false }: Ending,
  cause: Cause,
): Promise<readonly number[]> {
  const why = cause === "timeout"
    ? `execution timeout (${timeout} seconds)`
    : `interrupted by ${stop.signal}`;
  journal.error(`${why}. send SIGTERM to the process tree, SIGKILL in ${killGrace} seconds`, rid);
  const { survivors } = await endTree(ports, root, {
    graceMs: killGrace * 1000,
    marks: [token],
    signal: stop.hurried,
    group,
    keeper,
    sparesHolders: isHeld,
    ...(killerArgv ? { killerArgv } : {}),
  });
  for (const survivor of survivors) {
    journal.error(`process ${survivor.pid} could not be ended and goes on`, rid);
  }
  return survivors.map(({ pid }) => pid);
}

/** The outcome of a command that did not end although everything was done for it. */
export const UNENDED: ProcessOutcome = { kind: "signaled", signal: "SIGKILL", number: 9 };

/** Says how the command ended, in view of what was done to it. */
export function outcomeOf(
  outcome: ProcessOutcome,
  cause: Cause,
  pid: number,
  { timeout, stop }: Pick<Execution, "timeout" | "stop">,
): ExecutionOutcome {
  const signal = outcome.kind === "signaled" ? outcome.signal : null;
  const base = { signal, pid, isTimedOut: cause === "timeout", isStopped: cause === "stop" };
  if (cause === "timeout") return { ...base, code: TIMEOUT_CODE, reason: `timeout after ${timeout} seconds` };
  if (cause === "stop") return { ...base, code: stop.exitCode, reason: `interrupted by ${stop.signal}` };
  if (outcome.kind === "signaled") {
    return { ...base, code: 128 + outcome.number, reason: `ended by ${outcome.signal}` };
  }
  const { code } = outcome;
  return { ...base, code, reason: code === 0 ? null : `exit code ${code}` };
}

/** The outcome of a command that could not be started. */
export function notStarted(error: unknown): ExecutionOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  const code = /not found|no such file/i.test(reason) ? 127 : 126;
  return { code, signal: null, reason, isTimedOut: false, isStopped: false, pid: null };
}
