/**
 * Runs in the background: how the agent in front hands them over, and how the one behind takes them up.
 *
 * @module
 */
import { RefusedError } from "../../core/errors.ts";
import type { SessionRecord, SessionTask } from "../../state/sessions.ts";
import { isSessionId, pruneSessions, readSession, writeSession } from "../../state/sessions.ts";
import type { Agent } from "../agent.ts";
import type { RunReport } from "./run.ts";

/**
 * Where the agent in the background finds what it is to know and no command line may show: the values of `--env` may be
 * secrets, and the arguments of a process can be read by everybody.
 */
export const DETACHED_VARIABLE = "AGENT_DETACHED";

/** What is handed over. */
export interface Detached {
  readonly sessionId: string;
  readonly tasks: readonly SessionTask[];
  /** `--env`. */
  readonly environment: Readonly<Record<string, string>>;
}

const LOOK_MS = 20;
/** How long the agent in the background may take to come up, in milliseconds. */
const START_MS = 15_000;

/** Starts an agent that outlives this one, and gives its pid once it has the session on record. */
export async function startDetached(
  { system, folders }: Pick<Agent, "system" | "folders">,
  argv: readonly [string, ...string[]],
  detached: Detached,
): Promise<number> {
  const { processes, clock, files } = system;
  const variables = { [DETACHED_VARIABLE]: JSON.stringify(detached) };
  const started = processes.background(argv, "/dev/null", variables);
  const deadline = clock.monotonic() + START_MS;
  for (;;) {
    const isOver = !processes.isAlive(started) || clock.monotonic() >= deadline;
    // In this order: it may have done all of its work between two looks.
    const record = readSession(files, folders, detached.sessionId);
    if (record) return record.pid;
    if (isOver) break;
    await clock.sleep(LOOK_MS);
  }
  processes.signal(started, "SIGTERM");
  throw new RefusedError("Cannot detach the run: the agent in the background did not come up");
}

/** Reads what was handed over; undefined for an ordinary agent, and for a text that is none of ours. */
export function readDetached(environment: Readonly<Record<string, string>>): Detached | undefined {
  const text = environment[DETACHED_VARIABLE];
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Detached;
    const isWhole = isSessionId(value.sessionId) && Array.isArray(value.tasks) &&
      typeof value.environment === "object";
    return isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a session on record around its work; `codeOf` is the exit code for what the work throws. */
export async function asSession(
  { system, folders }: Pick<Agent, "system" | "folders">,
  { sessionId, tasks }: Detached,
  work: () => Promise<RunReport>,
  codeOf: (error: unknown) => number,
): Promise<RunReport> {
  const { files, processes: { self }, host, clock } = system;
  const now = () => new Date(clock.now()).toISOString();
  const begun: SessionRecord = {
    session_id: sessionId,
    pid: self.pid,
    start_time: self.startTime,
    boot_id: host.bootId,
    started_at: now(),
    tasks,
    ended_at: null,
    exit_code: null,
    reason: null,
    results: [],
  };
  await writeSession(files, folders, begun);
  pruneSessions(system, folders);
  try {
    const report = await work();
    const end = { ended_at: now(), exit_code: report.exitCode, results: report.results };
    await writeSession(files, folders, { ...begun, ...end });
    return report;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await writeSession(files, folders, { ...begun, ended_at: now(), exit_code: codeOf(error), reason });
    throw error;
  }
}
