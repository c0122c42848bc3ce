import { join } from "@std/path";
import { findDaemon } from "../../state/daemon_record.ts";
import type { Folders } from "../../state/folders.ts";
import type { Agent } from "../agent.ts";

/** Why the courier is woken: there is something to send, or what kept it from sending may be over. */
export type WakeReason = "spooled" | "retry";

/** The folder that the courier watches. */
export function wakeFolder(folders: Pick<Folders, "run">): string {
  return join(folders.run, "node", "collector");
}

/** What the courier is woken by. */
export function wakeFile(folders: Pick<Folders, "run">): string {
  return join(wakeFolder(folders), "wake");
}

/** Tells the daemon, if one runs; when that fails, it looks by itself a little later. */
export async function wakeCourier({ system, folders }: Agent, reason: WakeReason): Promise<void> {
  try {
    if (findDaemon(system, folders) === undefined) return;
    await system.files.replace(wakeFile(folders), `${reason} ${system.host.uuid()}\n`);
  } catch {
    // A full disk, for instance.
  }
}
