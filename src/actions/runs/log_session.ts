import { NotFoundError } from "../../core/errors.ts";
import type { System } from "../../ports.ts";
import { findDaemon } from "../../state/daemon_record.ts";
import { readHistory } from "../../state/last_run.ts";
import type { Agent } from "../agent.ts";
import { type LogFilter, type LogSource, matchesRid, readLogs } from "../logs.ts";
import type { Selection } from "../select.ts";
import { sessionNamed, sessionsOnRecord } from "./sessions.ts";
import type { TaskPlace } from "./task_places.ts";
import { taskPlaces } from "./task_places.ts";
import { runsUnderWay } from "./under_way.ts";

/** The word for the session of the latest run. */
const LAST = "last";
/** How often it is looked whether a session is over, at most, in milliseconds. */
const LOOK_MS = 200;

/** One session of which the log is wanted. */
export interface LogSession {
  readonly id: string;
  /** The tasks of the services that the filter lets through. */
  readonly chosen: readonly TaskPlace[];
  /** All tasks of the services. */
  readonly places: readonly TaskPlace[];
  /** Whether a filter leaves tasks out. */
  readonly isFiltered: boolean;
}

/**
 * Finds the session that is named by its id, by the beginning of it, or as `last`: that of the latest run of the tasks
 * that the filter lets through.
 *
 * Throws `NotFoundError` when there is none, and `RefusedError` when the text is the beginning of several.
 */
export function findLogSession(
  agent: Agent,
  selection: Selection,
  { sources, filter }: { readonly sources: readonly LogSource[]; readonly filter: LogFilter },
): LogSession | undefined {
  const { session, rid } = filter;
  if (session === undefined) return undefined;
  const { system } = agent;
  const places = taskPlaces(agent, selection, { filter: {}, action: "show the log of" });
  const chosen = places.filter((place) => matchesRid(place.rid, rid));
  const rest = { chosen, places, isFiltered: rid !== undefined };
  if (session === LAST) return { id: latestSession(system, chosen), ...rest };
  const living = runsUnderWay(system, places).map(({ record }) => record.session_id);
  const logged = readLogs(system.files, sources, { filter: { session }, count: undefined })
    .flatMap(({ session_id }) => session_id ?? []);
  const known = [...living, ...sessionsOnRecord(system.files, places), ...logged];
  return { id: sessionNamed(session, known), ...rest };
}

/** The session of the run that began last, under way or over. */
function latestSession(system: System, places: readonly TaskPlace[]): string {
  const living = runsUnderWay(system, places).map(({ record }) => record);
  const over = places.flatMap(({ memoryFolder }) => readHistory(system.files, memoryFolder).slice(-1));
  let latest: { at: string; session_id: string } | undefined;
  for (const { at, session_id } of [...living, ...over]) {
    if (at === undefined || session_id === undefined || at < (latest?.at ?? "")) continue;
    latest = { at, session_id };
  }
  if (latest) return latest.session_id;
  throw new NotFoundError("Cannot find the last run: no task that was named has run, expected one that has");
}

/** Tells when the runs of a session are over. */
export class SessionEnd {
  readonly #agent: Agent;
  readonly #session: LogSession;
  #isOver = false;
  #lookedAt = -Infinity;
  /** The agent that does the whole action, by hand, and may have further tasks to run. */
  #actor: { readonly pid: number; readonly startTime: number } | undefined;

  constructor(agent: Agent, session: LogSession) {
    this.#agent = agent;
    this.#session = session;
  }

  isOver(): boolean {
    const now = this.#agent.system.clock.monotonic();
    if (this.#isOver || now - this.#lookedAt < LOOK_MS) return this.#isOver;
    this.#lookedAt = now;
    return this.#isOver = this.#look();
  }

  #look(): boolean {
    const { system } = this.#agent;
    const { id, chosen, places, isFiltered } = this.#session;
    const runs = runsUnderWay(system, places).filter(({ record }) => record.session_id === id);
    for (const { record: { pid, start_time } } of runs) this.#noteActor({ pid, startTime: start_time });
    if (runs.some(({ place }) => chosen.includes(place))) return false;
    if (!this.#actor || !system.processes.isAlive(this.#actor)) return true;
    return isFiltered && sessionsOnRecord(system.files, chosen).includes(id);
  }

  /** The daemon outlives what it runs, and each of its sessions is one run. */
  #noteActor(id: { readonly pid: number; readonly startTime: number }): void {
    const isDaemon = findDaemon(this.#agent.system, this.#agent.folders)?.pid === id.pid;
    if (!isDaemon) this.#actor = id;
  }
}
