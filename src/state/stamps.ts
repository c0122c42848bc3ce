import { join } from "@std/path";
import { messageOf } from "../core/error_text.ts";
import { parseInstant } from "../core/schedule/instant.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import type { Clock, Files } from "../ports.ts";
import type { Warn } from "./state_file.ts";
import { asidePath, readState, replaceState } from "./state_file.ts";

const EPOCH_REGEXP = /^\d+(?:\.\d+)?$/;
const OLD_DATE_REGEXP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?$/;
/** A smaller number, of the year 2001 or before, is what is left of a torn one. */
const LEAST_EPOCH = 1_000_000_000;

/**
 * Names the stamp of an action as the 2.1 agent does: `last_task#0` for a run, `last_syncall_sync#1` for a synchronisation,
 * `last_status` for the service's own status, `last_comp_check` for compliance, `last_asset_push` for what the node tells
 * of itself.
 */
export function stampName(action: string, rid?: string): string {
  if (action === "compliance_auto") return "last_comp_check";
  if (action === "push_asset") return "last_asset_push";
  if (action === "sync_all" && rid !== undefined) return `last_syncall_${rid}`;
  return `last_${rid ?? action}`;
}

interface Ports {
  readonly files: Pick<Files, "readUnlinked" | "facts" | "list">;
  readonly clock: Pick<Clock, "timeZone">;
}

/**
 * Reads stamps of one service: the instant of the last scheduled attempt, in seconds since the epoch.
 *
 * Three spellings are met on disk: the 2.1 agent's number and its older date (of the clocks of this host), and the 3
 * agent's empty file, whose modification time counts. The same time is taken for what cannot be read, and for a stamp
 * that was set aside: a torn stamp must not make a task run again.
 */
export class StampReader {
  readonly #folder: string;
  readonly #ports: Ports;
  #names: ReadonlySet<string> | undefined;

  constructor(ports: Ports, stateFolder: string) {
    this.#ports = ports;
    this.#folder = join(stateFolder, "scheduler");
  }

  /** Throws when the folder cannot be listed. */
  read(name: string, warn?: Warn): number | undefined {
    this.#names ??= new Set(this.#ports.files.list(this.#folder).map((entry) => entry.name));
    const file = join(this.#folder, name);
    if (!this.#names.has(name)) {
      return this.#names.has(asidePath(name)) ? this.#time(asidePath(file)) : undefined;
    }
    const found = readState(this.#ports.files, file, (text) => this.#parse(text));
    if (found.kind === "value") return found.value === "by time" ? this.#time(file) : found.value;
    if (found.kind === "unusable") warn?.(`${found.reason}; the time of the file counts`);
    return this.#time(file);
  }

  #parse(text: string): number | "by time" | undefined {
    return text.trim() === "" ? "by time" : parseStamp(text, this.#ports.clock);
  }

  #time(file: string): number | undefined {
    const facts = this.#ports.files.facts(file);
    return facts && facts.modifiedAt / 1000;
  }
}

/** Reads the text of a stamp: seconds since the epoch, or nothing when it is neither a number nor a date. */
export function parseStamp(text: string, clock: Pick<Clock, "timeZone">): number | undefined {
  const trimmed = text.trim();
  if (EPOCH_REGEXP.test(trimmed)) {
    const seconds = Number(trimmed);
    return seconds < LEAST_EPOCH ? undefined : seconds;
  }
  const [, date, time] = OLD_DATE_REGEXP.exec(trimmed) ?? [];
  if (date === undefined) return undefined;
  try {
    return parseInstant(`${date}T${time}`, zoneOf(clock.timeZone())).seconds;
  } catch {
    // A 30th of February: no date after all.
    return undefined;
  }
}

/** What a stamp is written with. */
export interface StampPorts {
  readonly files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace" | "touch">;
  readonly clock: Pick<Clock, "timeZone">;
}

/** The instant of a stamp, in seconds since the epoch, and where to tell of the one that it replaces. */
export interface StampWrite {
  readonly seconds: number;
  readonly warn?: Warn;
}

/** Writes the stamp of an action, as `writeStampFile`. */
export async function writeStamp(
  ports: StampPorts,
  stateFolder: string,
  name: string,
  stamp: StampWrite,
): Promise<void> {
  await writeStampFile(ports, join(stateFolder, "scheduler", name), stamp);
}

/**
 * Writes a stamp, durably, with the same instant as modification time (for readers of version 3). One that is corrupt is
 * set aside before, with a warning.
 */
export async function writeStampFile(
  { files, clock }: StampPorts,
  file: string,
  { seconds, warn }: StampWrite,
): Promise<void> {
  const parse = (text: string) => text.trim() === "" ? 0 : parseStamp(text, clock);
  await replaceState(files, file, `${formatEpoch(seconds)}\n`, { mode: 0o600, isDurable: true, parse, warn });
  try {
    files.touch(file, seconds * 1000);
  } catch (error) {
    // The attempt is on record; only a reader of version 3 takes the instant of the writing for that of the attempt.
    warn?.(`Cannot set the time of "${file}": ${messageOf(error)}`);
  }
}

/** Spells seconds as Python does a float, so that the 2.1 agent reads its own form. */
function formatEpoch(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}
