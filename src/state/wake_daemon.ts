import { join } from "@std/path";
import type { Files, Host, Processes } from "../ports.ts";
import { findDaemon } from "./daemon_record.ts";
import type { Folders } from "./folders.ts";

/** The file that says that what is attached changed, which decides about what is followed. */
export const ATTACHED = "attached";

type Ports = {
  readonly files: Pick<Files, "readUnlinked" | "replace">;
  readonly processes: Pick<Processes, "isAlive">;
  readonly host: Pick<Host, "bootId" | "uuid">;
};

/**
 * Tells the daemon, if one runs, that a state of the service changed which its schedules may wait for: it watches the
 * runtime folders, and not the much larger state folders. What was done is done when that fails: the daemon then sees
 * it a little later.
 */
export async function wakeDaemon(
  ports: Ports,
  folders: Folders,
  runtimeFolder: string,
  file: "changed" | typeof ATTACHED = "changed",
): Promise<void> {
  try {
    if (findDaemon(ports, folders) === undefined) return;
    await ports.files.replace(join(runtimeFolder, file), `${ports.host.uuid()}\n`);
  } catch {
    // A full disk, for instance.
  }
}
