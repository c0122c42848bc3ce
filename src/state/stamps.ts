import { join } from "@std/path";
import type { Files } from "../ports.ts";

const EPOCH_REGEXP = /^\d+(?:\.\d+)?$/;
const OLD_DATE_REGEXP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)/;

/** Names the stamp of an action: `last_task#0` for a run, `last_status` for the service's own status. */
export function stampName(action: string, rid?: string): string {
  return `last_${rid ?? action}`;
}

/**
 * Reads stamps of one service: the instant of the last scheduled attempt, in seconds since the epoch.
 *
 * Three spellings are met on disk: the 2.1 agent's number and its older date (taken as UTC), and the 3 agent's empty
 * file, whose modification time counts. The same time is taken for a text that cannot be read: a torn stamp must not
 * make a task run again.
 */
export class StampReader {
  readonly #folder: string;
  readonly #files: Pick<Files, "read" | "facts" | "list">;
  #names: ReadonlySet<string> | undefined;

  constructor(files: Pick<Files, "read" | "facts" | "list">, stateFolder: string) {
    this.#files = files;
    this.#folder = join(stateFolder, "scheduler");
  }

  read(name: string): number | undefined {
    this.#names ??= new Set(this.#files.list(this.#folder).map((entry) => entry.name));
    if (!this.#names.has(name)) return undefined;
    const file = join(this.#folder, name);
    const text = this.#files.read(file);
    if (text === undefined) return undefined;
    const written = parseStamp(text);
    if (written !== undefined) return written;
    const facts = this.#files.facts(file);
    return facts && facts.modifiedAt / 1000;
  }
}

/** Reads the text of a stamp: seconds since the epoch, or nothing when it is neither a number nor a date. */
export function parseStamp(text: string): number | undefined {
  const trimmed = text.trim();
  if (EPOCH_REGEXP.test(trimmed)) return Number(trimmed);
  const date = OLD_DATE_REGEXP.exec(trimmed);
  if (date === null) return undefined;
  const [year, month, day, hour, minute, second] = date.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/** Writes a stamp, durably, with the same instant as modification time (for readers of version 3). */
export async function writeStamp(
  files: Pick<Files, "replace" | "touch">,
  stateFolder: string,
  name: string,
  seconds: number,
): Promise<void> {
  const file = join(stateFolder, "scheduler", name);
  await files.replace(file, `${formatEpoch(seconds)}\n`, { mode: 0o600, isDurable: true });
  files.touch(file, seconds * 1000);
}

/** Spells seconds as Python does a float, so that the 2.1 agent reads its own form. */
function formatEpoch(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}
