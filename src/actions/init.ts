/**
 * The duties of the first process of a container: what is left behind comes to it, and ends with it.
 *
 * @module
 */
import type { ProcessRow, System } from "../ports.ts";

/** Ended processes come in bursts; they are collected together after this pause, in milliseconds. */
const BURST_MS = 50;
/** How long what runs beside the tasks may take to obey TERM, in milliseconds; the kernel kills it afterwards. */
const LEFTOVERS_MS = 3_000;
const LOOK_MS = 50;

/** Whether the agent is the first process of its container: when it ends, everything there ends. */
export function isInit({ processes }: Pick<System, "processes">): boolean {
  return processes.self.pid === 1;
}

/** As the first process of a container, collects ended processes as they come, until disposed; else does nothing. */
export function reapAsInit(
  system: Pick<System, "processes" | "signals" | "clock">,
  onReaped: (count: number) => void = () => {},
): Disposable {
  if (!isInit(system)) return { [Symbol.dispose]: () => {} };
  const ended = new AbortController();
  let isWaiting = false;
  const reap = async () => {
    if (isWaiting) return;
    isWaiting = true;
    await system.clock.sleep(BURST_MS, ended.signal);
    isWaiting = false;
    const count = system.processes.reapOrphans();
    if (count > 0) onReaped(count);
  };
  const heard = system.signals.on(["SIGCHLD"], () => void reap());
  // What was there before has sent its signal already.
  void reap();
  return {
    [Symbol.dispose]() {
      heard[Symbol.dispose]();
      ended.abort();
    },
  };
}

/**
 * Sends TERM to everything that descends from the agent, and waits until it is gone, for 3 s at most or until
 * `hurried` is aborted. Gives what is still there.
 */
export async function endLeftovers(
  { processes, clock }: Pick<System, "processes" | "clock">,
  hurried: AbortSignal,
): Promise<readonly ProcessRow[]> {
  const deadline = clock.monotonic() + LEFTOVERS_MS;
  const asked = new Set<string>();
  for (;;) {
    const rows = descendantsOf(processes.self.pid, processes.table()).filter(({ state }) => state !== "Z");
    for (const row of rows) {
      const key = `${row.pid} ${row.startTime}`;
      if (asked.has(key)) continue;
      asked.add(key);
      processes.signal(row, "SIGTERM");
      // A stopped process would sleep through its TERM.
      processes.signal(row, "SIGCONT");
    }
    if (rows.length === 0 || hurried.aborted || clock.monotonic() >= deadline) return rows;
    await clock.sleep(LOOK_MS, hurried);
  }
}

/** Children, their children and so on. What was put into the container from outside has its parent there: it is none. */
function descendantsOf(pid: number, rows: readonly ProcessRow[]): ProcessRow[] {
  const found = new Set([pid]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid);
  }
  found.delete(pid);
  return rows.filter((row) => found.has(row.pid));
}
