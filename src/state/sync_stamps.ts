/**
 * When data was last sent to each target: `last_sync_n2` in the folder of the resource, as OpenSVC keeps it.
 *
 * @module
 */
import { join } from "@std/path";
import type { Clock, Files } from "../ports.ts";
import { readState } from "./state_file.ts";
import type { StampPorts, StampWrite } from "./stamps.ts";
import { parseStamp, writeStampFile } from "./stamps.ts";

/**
 * Reads when a target was last reached, in seconds since the epoch; undefined when it never was, and when nobody can tell.
 * Of an empty file, as the 3 agent leaves it, the modification time counts.
 */
export function readSyncStamp(
  { files, clock }: {
    readonly files: Pick<Files, "readUnlinked">;
    readonly clock: Pick<Clock, "timeZone">;
  },
  ridFolder: string,
  target: string,
): number | undefined {
  const found = readState(
    files,
    syncStampFile(ridFolder, target),
    (text, modifiedAt) => text.trim() === "" ? modifiedAt / 1000 : parseStamp(text, clock),
  );
  return found.kind === "value" ? found.value : undefined;
}

/** Notes, durably, that a target has the data of this instant. */
export async function writeSyncStamp(
  ports: StampPorts,
  ridFolder: string,
  target: string,
  stamp: StampWrite,
): Promise<void> {
  await writeStampFile(ports, syncStampFile(ridFolder, target), stamp);
}

function syncStampFile(ridFolder: string, target: string): string {
  return join(ridFolder, `last_sync_${target.toLowerCase()}`);
}
