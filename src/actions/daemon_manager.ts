import { RefusedError } from "../core/errors.ts";
import type { Files } from "../ports.ts";
import type { DaemonRecord } from "../state/daemon_record.ts";

/** The name of the unit and of the start script. */
export const UNIT = "agent.service";

/** Whether systemd has started this daemon, told by its control group. */
export function isUnderSystemd(files: Pick<Files, "read">, { pid }: Pick<DaemonRecord, "pid">): boolean {
  const groups = (files.read(`/proc/${pid}/cgroup`) ?? "").split("\n");
  return groups.some((line) => line.endsWith(`/${UNIT}`) || line.includes(`/${UNIT}/`));
}

/**
 * Throws `RefusedError` for a daemon that the agent cannot start again as it was: systemd, or a container, has started
 * it.
 */
export function refuseManagedRestart(files: Pick<Files, "read">, record: Pick<DaemonRecord, "pid">): void {
  if (record.pid === 1) {
    throw new RefusedError("Cannot restart the daemon: its container ends with it, expected to restart that");
  }
  if (isUnderSystemd(files, record)) {
    throw new RefusedError("Cannot restart the daemon: systemd runs it, expected systemctl restart agent");
  }
}
