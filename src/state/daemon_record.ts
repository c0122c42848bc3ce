import { join } from "@std/path";
import type { Files, Host, Processes } from "../ports.ts";
import type { Folders } from "./folders.ts";
import type { Warn } from "./state_file.ts";
import { parseObject, readStateOr, replaceState } from "./state_file.ts";

/** What the running daemon of a root says of itself, in `<run>/daemon.json`. */
export interface DaemonRecord {
  readonly pid: number;
  readonly start_time: number;
  readonly boot_id: string;
  /** When it started, RFC 3339. */
  readonly started_at: string;
  readonly version: string;
}

type Ports = {
  readonly files: Pick<Files, "readUnlinked">;
  readonly processes: Pick<Processes, "isAlive">;
  readonly host: Pick<Host, "bootId">;
};

/** The lock that makes the daemon the only one of its root. */
export function daemonLockFile(folders: Folders): string {
  return join(folders.run, "daemon.lock");
}

export function daemonRecordFile(folders: Folders): string {
  return join(folders.run, "daemon.json");
}

/** The socket on which the daemon tells about itself. */
export function daemonSocket(folders: Folders): string {
  return join(folders.run, "daemon.sock");
}

/** What becomes of the commands that run when the daemon stops: left to their supervisors, waited for, or ended. */
export type StopMode = "leave" | "wait" | "end";

/** Where a wish other than to leave the commands is put before the daemon is signalled. */
export function stopWishFile(folders: Folders): string {
  return join(folders.run, "daemon.stop");
}

/** The record of the daemon that runs for this root; undefined when none does. */
export function findDaemon(ports: Ports, folders: Folders): DaemonRecord | undefined {
  const record = readStateOr(ports.files, daemonRecordFile(folders), parseDaemonRecord);
  if (record === undefined || record.boot_id !== ports.host.bootId) return undefined;
  const isAlive = ports.processes.isAlive({ pid: record.pid, startTime: record.start_time });
  return isAlive ? record : undefined;
}

function parseDaemonRecord(text: string): DaemonRecord | undefined {
  const record = parseObject(text);
  const isWhole = Number.isInteger(record?.["pid"]) && Number.isInteger(record?.["start_time"]) &&
    typeof record?.["boot_id"] === "string";
  return isWhole ? record as unknown as DaemonRecord : undefined;
}

/** Writes the record of the daemon that runs; one that is corrupt is set aside, with a warning. */
export function writeDaemonRecord(
  files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">,
  folders: Folders,
  record: DaemonRecord,
  warn: Warn,
): Promise<void> {
  const options = { parse: parseDaemonRecord, warn };
  return replaceState(files, daemonRecordFile(folders), `${JSON.stringify(record)}\n`, options);
}
