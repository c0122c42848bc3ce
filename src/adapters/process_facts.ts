/**
 * A closer look at one process than the table takes.
 *
 * @module
 */
import type { ProcessFacts, ProcessId } from "../ports.ts";
import { readRow } from "./process_table.ts";

/** Reads what `/proc` tells of the process; undefined when it is gone, or another one has its pid. */
export function processFacts(id: ProcessId): ProcessFacts | undefined {
  const status = readOf(id, "status");
  const uid = parseUid(status);
  const facts = {
    residentBytes: parseKilobytes(status, "VmRSS") ?? 0,
    proportionalBytes: parseKilobytes(readOf(id, "smaps_rollup"), "Pss"),
    argv: parseArguments(readOf(id, "cmdline")),
  };
  return uid !== undefined && readRow(id.pid)?.startTime === id.startTime ? { uid, ...facts } : undefined;
}

/** The second of the four numbers of `Uid:` in `/proc/PID/status`, the effective one. */
export function parseUid(status: string): number | undefined {
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

/** A line such as `VmRSS:     1234 kB`, in bytes; undefined when there is none. */
export function parseKilobytes(text: string, name: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${name}:`));
  const size = /^\w+:\s*(\d+) kB$/.exec(line ?? "")?.[1];
  return size === undefined ? undefined : Number(size) * 1024;
}

/** Words end with a NUL; some programs write one text over all of them. */
function parseArguments(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\0+$/, "").split("\0");
}

/** Of somebody else's process, some files cannot be read. */
function readOf({ pid }: ProcessId, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}
