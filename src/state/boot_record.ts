import type { Clock, Files, Host } from "../ports.ts";
import type { Warn } from "./state_file.ts";
import { readState, replaceState } from "./state_file.ts";

/** Whether something is due for the boot that a record names, or done. */
export type BootState = "waiting" | "done";

/** What a boot record says: the boot that it was written in, and what became of it. */
interface BootRecord {
  readonly bootId: string;
  readonly state: BootState;
}

const RECORD_REGEXP = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})( waiting)?\n$/;
/** The clock may have been corrected since the host booted, in milliseconds. */
const TOLERANCE_MS = 2_000;

interface Ports {
  readonly files: Pick<Files, "readUnlinked" | "facts">;
  readonly clock: Pick<Clock, "now" | "uptime">;
  readonly host: Pick<Host, "bootId">;
}

/**
 * What is remembered for this boot; undefined for nothing. A record that cannot be used counts as done when it was
 * written since the host booted: what runs once for a boot must not run again.
 */
export function readBootState(ports: Ports, file: string, warn?: Warn): BootState | undefined {
  const found = readState(ports.files, file, parseBoot);
  if (found.kind === "missing") return undefined;
  if (found.kind === "value") return found.value.bootId === ports.host.bootId ? found.value.state : undefined;
  warn?.(`${found.reason}; the time of the file counts`);
  return isOfThisBoot(ports, file) ? "done" : undefined;
}

function isOfThisBoot({ files, clock }: Ports, file: string): boolean {
  const writtenAt = files.facts(file)?.modifiedAt;
  const uptime = clock.uptime();
  return writtenAt === undefined || uptime === undefined ||
    writtenAt >= clock.now() - uptime - TOLERANCE_MS;
}

function parseBoot(text: string): BootRecord | undefined {
  const [, bootId, waiting] = RECORD_REGEXP.exec(text) ?? [];
  return bootId === undefined ? undefined : { bootId, state: waiting === undefined ? "done" : "waiting" };
}

/** Remembers, durably; a record that is corrupt is set aside, with a warning. */
export function writeBootState(
  { files, host }: {
    readonly files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">;
    readonly host: Pick<Host, "bootId">;
  },
  file: string,
  state: BootState,
  warn?: Warn,
): Promise<void> {
  const text = `${host.bootId}${state === "waiting" ? " waiting" : ""}\n`;
  return replaceState(files, file, text, { isDurable: true, parse: parseBoot, warn });
}
