import { LineSplitter } from "../../core/process/lines.ts";
import type { ProcessOutcome, ProcessSpec, RunningProcess, Stream, System } from "../../ports.ts";
import type { Journal } from "../journal.ts";
import type { EndTreeOptions } from "./end_tree.ts";
import { endTree } from "./end_tree.ts";
import type { StopRequest } from "./stop_request.ts";

/** The exit code of a command that its timeout ended, as coreutils has it. */
export const TIMEOUT_CODE = 124;

/** One command on its way: the task's own, a trigger or `on_error`. */
export interface Execution {
  readonly spec: Omit<ProcessSpec, "onOutput">;
  readonly rid: string | undefined;
  /** False lets the output through to the agent's own streams, and keeps nothing. */
  readonly isLogged: boolean;
  /** Seconds; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Seconds between TERM and KILL. */
  readonly killGrace: number;
  /** `NAME=value` in the environment of everything that the command starts. */
  readonly token: string;
  /** How to signal processes that the agent itself may not signal. */
  readonly killerArgv?: EndTreeOptions["killerArgv"] | undefined;
  readonly stop: StopRequest;
  onStart?(process: RunningProcess): Promise<void>;
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
}

type Ports = Pick<System, "processes" | "clock" | "terminal">;

/** Runs a command to its end, following its output, its timeout and the wish to stop. */
export async function execute(
  ports: Ports,
  journal: Journal,
  execution: Execution,
): Promise<ExecutionOutcome> {
  const output = new OutputFollower(ports, journal, execution);
  let running: RunningProcess;
  try {
    running = ports.processes.start({
      ...execution.spec,
      onOutput: (stream, chunk) => output.add(stream, chunk),
    });
  } catch (error) {
    return notStarted(error);
  }
  await execution.onStart?.(running);
  const cause = await firstOf(ports, running, execution);
  const isLeft = cause !== "ended" && await endEarly(ports, journal, running, execution, cause);
  // What cannot be ended is not waited for: it was named in the log.
  const outcome = isLeft ? UNENDED : await running.ended;
  output.flush();
  return outcomeOf(outcome, cause, running.pid, execution);
}

const UNENDED: ProcessOutcome = { kind: "signaled", signal: "SIGKILL", number: 9 };

function notStarted(error: unknown): ExecutionOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  const code = /not found|no such file/i.test(reason) ? 127 : 126;
  return { code, signal: null, reason, isTimedOut: false, isStopped: false, pid: null };
}

type Cause = "ended" | "timeout" | "stop";

/** Waits for the end, the timeout or the wish to stop, whichever comes first. */
async function firstOf(ports: Ports, running: RunningProcess, { timeout, stop }: Execution): Promise<Cause> {
  const over = new AbortController();
  const ended = running.ended.then((): Cause => "ended");
  const causes: Promise<Cause>[] = [ended];
  if (timeout !== undefined) {
    causes.push(ports.clock.sleep(timeout * 1000, over.signal).then(() => "timeout"));
  }
  const onStop = Promise.withResolvers<Cause>();
  const ask = () => onStop.resolve("stop");
  if (stop.asked.aborted) ask();
  stop.asked.addEventListener("abort", ask, { once: true });
  causes.push(onStop.promise);
  try {
    return await Promise.race(causes);
  } finally {
    over.abort();
    stop.asked.removeEventListener("abort", ask);
  }
}

/** Ends the tree, and says whether the command itself is still there after all. */
async function endEarly(
  ports: Ports,
  journal: Journal,
  running: RunningProcess,
  { timeout, killGrace, token, stop, rid, killerArgv }: Execution,
  cause: Cause,
): Promise<boolean> {
  const why = cause === "timeout"
    ? `execution timeout (${timeout} seconds)`
    : `interrupted by ${stop.signal}`;
  journal.error(`${why}. send SIGTERM to the process tree, SIGKILL in ${killGrace} seconds`, rid);
  const { survivors } = await endTree(ports, running, {
    graceMs: killGrace * 1000,
    marks: [token],
    signal: stop.hurried,
    ...(killerArgv ? { killerArgv } : {}),
  });
  for (const survivor of survivors) {
    journal.error(`process ${survivor.pid} could not be ended and goes on`, rid);
  }
  return survivors.some(({ pid }) => pid === running.pid);
}

function outcomeOf(
  outcome: ProcessOutcome,
  cause: Cause,
  pid: number,
  { timeout, stop }: Execution,
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

/** Turns output into log lines, or lets it through. */
class OutputFollower {
  readonly #ports: Ports;
  readonly #journal: Journal;
  readonly #execution: Execution;
  readonly #splitters: Readonly<Record<Stream, LineSplitter>>;

  constructor(ports: Ports, journal: Journal, execution: Execution) {
    this.#ports = ports;
    this.#journal = journal;
    this.#execution = execution;
    this.#splitters = { stdout: new LineSplitter(journal.mask), stderr: new LineSplitter(journal.mask) };
  }

  add(stream: Stream, chunk: Uint8Array): void {
    if (!this.#execution.isLogged) return this.#ports.terminal.write(stream, chunk);
    for (const line of this.#splitters[stream].push(chunk)) this.#log(stream, line);
  }

  flush(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      for (const line of this.#splitters[stream].finish()) this.#log(stream, line);
    }
  }

  #log(stream: Stream, line: string): void {
    const { rid } = this.#execution;
    if (stream === "stdout") this.#journal.info(`| ${line}`, rid);
    else this.#journal.warning(`| ${line}`, rid);
  }
}
