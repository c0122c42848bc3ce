import { parseObjectPath } from "../../core/naming/object_path.ts";
import type { ProcessRow } from "../../ports.ts";
import { logPath } from "../../state/folders.ts";
import type { Origin } from "../../state/last_run.ts";
import type { Agent } from "../agent.ts";
import { outputTail } from "./output_tail.ts";
import type { RunUnderWay, Supervision } from "./under_way.ts";
import { processesOf } from "./under_way.ts";

/** A process of a run under way. */
export interface RunProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  /** One letter, such as `R`, `S` or `Z`. */
  readonly state: string;
  /** The name of the program, at most 15 bytes of it. */
  readonly name: string;
  /** Its own processor time, in seconds. */
  readonly cpu_seconds: number;
  readonly rss_bytes: number;
  /** The command line; null unless it was asked for, because it may hold secrets. */
  readonly args: readonly string[] | null;
}

/** A row of `ps`: a documented contract, to which fields are only added. */
export interface RunRow {
  readonly path: string;
  readonly rid: string;
  readonly session_id: string;
  readonly origin: Origin;
  readonly planned_at: string | null;
  /** When the attempt was made, RFC 3339. */
  readonly started_at: string;
  /** Seconds since then. */
  readonly elapsed: number;
  readonly user: string;
  readonly agent_pid: number;
  /** Null while a trigger runs before it. */
  readonly command_pid: number | null;
  /** Who follows it: its agent; nobody, but a supervisor keeps it for the next one; or nobody at all. */
  readonly supervisor: Supervision;
  readonly process_count: number;
  /** Of its processes, and of their children that ended. */
  readonly cpu_seconds: number;
  /** Of one processor, since the start. */
  readonly cpu_percent: number;
  /** The sum over its processes; pages that they share count for each. */
  readonly rss_bytes: number;
  /** The same with shared pages divided; null where that cannot be read. */
  readonly pss_bytes: number | null;
  /** The last lines of its output. */
  readonly output: readonly string[];
  readonly processes: readonly RunProcess[];
}

export interface RowOptions {
  /** How many lines of output. */
  readonly tail: number;
  /** Whether command lines are shown. */
  readonly hasArguments: boolean;
}

/** Tells of runs under way: whose they are, what they use, and what they said last. */
export function runRows(agent: Agent, runs: readonly RunUnderWay[], options: RowOptions): RunRow[] {
  const rows = runs.length === 0 ? [] : agent.system.processes.table();
  const names = new UserNames(agent);
  return runs.map((run) => rowOf(agent, run, { ...options, rows, names }));
}

interface Look extends RowOptions {
  readonly rows: readonly ProcessRow[];
  readonly names: UserNames;
}

function rowOf(agent: Agent, run: RunUnderWay, look: Look): RunRow {
  const { system, folders } = agent;
  const { record, place: { path, rid }, supervision } = run;
  const members = processesOf(system, look.rows, run);
  const elapsed = Math.max(0, (system.clock.now() - Date.parse(record.at)) / 1000);
  const cpu = sum(members.map(({ cpuSeconds, childCpuSeconds }) => cpuSeconds + childCpuSeconds));
  const { processes, pss } = lookAt(agent, members, look);
  const logFile = logPath(folders, parseObjectPath(path));
  return {
    path,
    rid,
    session_id: record.session_id,
    origin: record.origin,
    planned_at: record.planned_at,
    started_at: record.at,
    elapsed: round(elapsed, 3),
    user: record.user,
    agent_pid: record.pid,
    command_pid: record.command_pid ?? null,
    supervisor: supervision,
    process_count: members.length,
    cpu_seconds: round(cpu, 2),
    cpu_percent: elapsed === 0 ? 0 : round(100 * cpu / elapsed, 1),
    rss_bytes: sum(processes.map(({ rss_bytes }) => rss_bytes)),
    pss_bytes: pss,
    output: outputTail(system.files, { logFile, sessionId: record.session_id, rid }, look.tail),
    processes,
  };
}

/** What ended between two looks is left out. */
function lookAt(agent: Agent, members: readonly ProcessRow[], { names, hasArguments }: Look) {
  const processes: RunProcess[] = [];
  let pss: number | null = 0;
  for (const row of members) {
    const facts = agent.system.processes.facts(row);
    if (!facts) continue;
    const { proportionalBytes } = facts;
    pss = pss === null || proportionalBytes === undefined ? null : pss + proportionalBytes;
    processes.push({
      pid: row.pid,
      parent: row.parent,
      user: names.of(facts.uid),
      state: row.state,
      name: row.name,
      cpu_seconds: round(row.cpuSeconds, 2),
      rss_bytes: facts.residentBytes,
      args: hasArguments ? facts.argv : null,
    });
  }
  return { processes, pss: processes.length === 0 ? null : pss };
}

/** Names of users by number, each asked for once. */
class UserNames {
  readonly #agent: Pick<Agent, "system">;
  readonly #names = new Map<number, string>();

  constructor(agent: Pick<Agent, "system">) {
    this.#agent = agent;
  }

  of(uid: number): string {
    let name = this.#names.get(uid);
    if (name === undefined) {
      name = this.#agent.system.users.findUser(String(uid))?.name ?? String(uid);
      this.#names.set(uid, name);
    }
    return name;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
