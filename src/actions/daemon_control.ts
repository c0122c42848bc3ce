import { join } from "@std/path";
import { RefusedError } from "../core/errors.ts";
import type { ProcessId } from "../ports.ts";
import type { DaemonRecord, StopMode } from "../state/daemon_record.ts";
import { findDaemon, stopWishFile } from "../state/daemon_record.ts";
import type { Agent } from "./agent.ts";

const LOOK_MS = 50;
/** How long a daemon may take to come up, in milliseconds. */
const START_MS = 15_000;
/** How long a daemon may take beyond `stop_timeout` and the grace of its tasks to go away, in milliseconds. */
const STOP_EXTRA_MS = 30_000;

/** The daemon of this root, when it runs. */
export function runningDaemon(agent: Agent): DaemonRecord | undefined {
  return findDaemon(agent.system, agent.folders);
}

/** Starts the daemon in the background and waits until it is up; throws `RefusedError` when it does not come up. */
export async function startDaemon(agent: Agent, root: string | undefined): Promise<DaemonRecord> {
  const { processes, host, files, clock } = agent.system;
  const output = join(agent.folders.log, "daemon.out");
  files.makeFolder(agent.folders.log);
  const argv = [...host.self, "daemon", "run", ...(root === undefined ? [] : ["--root", root])] as const;
  const started = processes.background(argv as readonly [string, ...string[]], output);
  const deadline = clock.monotonic() + START_MS;
  while (clock.monotonic() < deadline) {
    const record = runningDaemon(agent);
    if (record?.pid === started.pid) return record;
    if (!processes.isAlive(started)) break;
    await clock.sleep(LOOK_MS);
  }
  // Of several that are started at once, one wins the root.
  const other = runningDaemon(agent);
  if (other !== undefined) {
    throw new RefusedError(`Cannot start the daemon: it runs already, process ${other.pid}`);
  }
  const last = (files.read(output) ?? "").trimEnd().split("\n").at(-1) ?? "";
  throw new RefusedError(
    `Cannot start the daemon: it ended at once${last === "" ? "" : `, saying "${last}"`}`,
  );
}

/** Asks the daemon to stop and waits until it is gone; the mode says what becomes of the commands that it runs. */
export async function stopDaemon(agent: Agent, record: DaemonRecord, mode: StopMode): Promise<void> {
  const { processes, clock, files } = agent.system;
  const id: ProcessId = { pid: record.pid, startTime: record.start_time };
  if (mode !== "leave") await files.replace(stopWishFile(agent.folders), `${mode}\n`);
  signalDaemon(agent, id, "SIGTERM");
  const deadline = clock.monotonic() + agent.node.stopTimeout * 1000 + STOP_EXTRA_MS;
  while (processes.isAlive(id)) {
    if (clock.monotonic() >= deadline) {
      throw new RefusedError(`Cannot stop the daemon: process ${id.pid} is still there`);
    }
    await clock.sleep(LOOK_MS);
  }
}

/** Asks the daemon to read all configurations again. */
export function reloadDaemon(agent: Agent, record: DaemonRecord): void {
  signalDaemon(agent, { pid: record.pid, startTime: record.start_time }, "SIGHUP");
}

function signalDaemon(agent: Agent, id: ProcessId, signal: "SIGTERM" | "SIGHUP"): void {
  if (agent.system.processes.signal(id, signal) === "refused") {
    throw new RefusedError(`Cannot signal the daemon: process ${id.pid} belongs to another user`);
  }
}
