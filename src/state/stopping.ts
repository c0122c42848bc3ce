import { join } from "@std/path";
import type { Files, Host, Processes } from "../ports.ts";
import { parseObject } from "./state_file.ts";

/**
 * What an agent is about to stop of a service: whoever needs it must not begin now, and would only keep it busy. The
 * file counts while that agent lives.
 */
interface Ports {
  readonly files: Pick<Files, "read" | "replace" | "remove">;
  readonly processes: Pick<Processes, "self" | "isAlive">;
  readonly host: Pick<Host, "bootId">;
}

function fileOf(runtimeFolder: string): string {
  return join(runtimeFolder, "stopping.json");
}

/** The rids of what is being stopped at this moment; a file that cannot be read names nothing. */
export function readStopping(
  { files, processes, host }: Ports,
  runtimeFolder: string,
): ReadonlySet<string> {
  const record = parseObject(files.read(fileOf(runtimeFolder)) ?? "") ?? {};
  const { pid, start_time: startTime, boot_id, rids } = record;
  const isMeant = boot_id === host.bootId && typeof pid === "number" && typeof startTime === "number";
  if (!isMeant || !Array.isArray(rids) || !processes.isAlive({ pid, startTime })) return new Set();
  return new Set(rids.map(String));
}

/** Says what this agent is about to stop; never throws: without it, others only may be in the way. */
export async function writeStopping(
  { files, processes: { self }, host }: Ports,
  runtimeFolder: string,
  rids: readonly string[],
): Promise<void> {
  const record = { pid: self.pid, start_time: self.startTime, boot_id: host.bootId, rids };
  try {
    await files.replace(fileOf(runtimeFolder), `${JSON.stringify(record)}\n`);
  } catch {
    // A full disk, for instance.
  }
}

/** It is stopped, or could not be; never throws: what stays counts only as long as this agent lives. */
export function removeStopping({ files }: Pick<Ports, "files">, runtimeFolder: string): void {
  try {
    files.remove(fileOf(runtimeFolder));
  } catch {
    // A file system that became read-only.
  }
}
