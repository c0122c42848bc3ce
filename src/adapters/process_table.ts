/**
 * What `/proc` tells of processes.
 *
 * @module
 */
import type { ProcessId, ProcessRow } from "../ports.ts";

/** The unit of processor times in `/proc`, in ticks a second: the same on every Linux of today. */
const TICKS = 100;

/**
 * Reads one line of `/proc/PID/stat`; undefined when it is not one.
 *
 * The command name stands in parentheses and may hold blanks and parentheses: fields are counted after the last one.
 */
export function parseStat(text: string): ProcessRow | undefined {
  const end = text.lastIndexOf(")");
  const pid = Number.parseInt(text);
  const [state, parent, group, session, ...rest] = text.slice(end + 2).split(" ");
  const startTime = Number(rest[15]);
  if (end < 0 || state === undefined || !Number.isInteger(pid) || !Number.isInteger(startTime)) {
    return undefined;
  }
  return {
    pid,
    startTime,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state,
    name: text.slice(text.indexOf("(") + 1, end),
    cpuSeconds: (Number(rest[7]) + Number(rest[8])) / TICKS,
    childCpuSeconds: (Number(rest[9]) + Number(rest[10])) / TICKS,
  };
}

/** The row of one process; undefined when it is gone. */
export function readRow(pid: number | "self"): ProcessRow | undefined {
  try {
    return parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return undefined;
  }
}

/** Every process of the host, at this instant. */
export function readTable(): readonly ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const row = /^[0-9]+$/.test(name) ? readRow(Number(name)) : undefined;
    if (row) rows.push(row);
  }
  return rows;
}

/** Pids of the children of a process, ended ones that nobody has collected included. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const threads = [...Deno.readDirSync(`/proc/${pid}/task`)];
    const texts = threads.map(({ name }) => Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`));
    return texts.join(" ").split(" ").filter((text) => text !== "").map(Number);
  } catch {
    // A kernel may be built without these files, and a thread may end meanwhile.
    return readTable().filter(({ parent }) => parent === pid).map((row) => row.pid);
  }
}

/** Whether this very process still runs; one that only waits to be collected (a zombie) does not. */
export function isAlive(id: ProcessId): boolean {
  const row = readRow(id.pid);
  return row?.startTime === id.startTime && !"ZX".includes(row.state);
}

/** Whether one whole entry of the process's initial environment is `text`; false where it cannot be read. */
export function hasInEnvironment(id: ProcessId, text: string): boolean {
  try {
    const environment = Deno.readTextFileSync(`/proc/${id.pid}/environ`);
    return `\0${environment}`.includes(`\0${text}\0`) && readRow(id.pid)?.startTime === id.startTime;
  } catch {
    return false;
  }
}
