import { join } from "@std/path";
import type { MessageKind } from "../../core/collector/message.ts";
import type { Files } from "../../ports.ts";
import type { Folders } from "../folders.ts";
import { collectorFolder } from "./spool_files.ts";
import type { Warn } from "../state_file.ts";
import { parseObject, readStateOr, replaceState } from "../state_file.ts";

/** A message that the collector will never take. */
export interface Rejection {
  readonly key: string;
  /** RFC 3339. */
  readonly at: string;
  /** Null when it was too large to be sent at all. */
  readonly code: number | null;
  readonly reason: string;
}

/** What is remembered of the exchanges about one kind; written by whoever has the lock of that kind. */
export interface KindState {
  /** Of the last answer; null before the first one. */
  readonly code: number | null;
  /** When the last try was made, RFC 3339. */
  readonly at: string | null;
  /** Why the last try failed; null when it did not. */
  readonly error: string | null;
  /** How many tries have failed since the last success. */
  readonly failures: number;
  readonly delivered: number;
  readonly rejected: number;
  readonly last_rejected: Rejection | null;
}

export const NO_STATE: KindState = {
  code: null,
  at: null,
  error: null,
  failures: 0,
  delivered: 0,
  rejected: 0,
  last_rejected: null,
};

/** What is remembered per kind, and of the signs of life. */
export type StateName = MessageKind | "ping";

export function kindStateFile(folders: Pick<Folders, "var">, kind: StateName): string {
  return join(collectorFolder(folders), `${kind}.json`);
}

/** The lock that makes a push of a kind the only one. */
export function kindLockFile(folders: Pick<Folders, "var">, kind: StateName): string {
  return join(collectorFolder(folders), `${kind}.lock`);
}

export function readKindState(
  files: Pick<Files, "readUnlinked">,
  folders: Pick<Folders, "var">,
  kind: StateName,
): KindState {
  return readStateOr(files, kindStateFile(folders, kind), parseState) ?? NO_STATE;
}

export async function writeKindState(
  files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">,
  folders: Pick<Folders, "var">,
  kind: StateName,
  { state, warn }: { readonly state: KindState; readonly warn: Warn },
): Promise<void> {
  const options = { parse: parseState, warn };
  await replaceState(files, kindStateFile(folders, kind), `${JSON.stringify(state)}\n`, options);
}

function parseState(text: string): KindState | undefined {
  const value = parseObject(text);
  const isWhole = value !== undefined &&
    ["failures", "delivered", "rejected"].every((field) => Number.isSafeInteger(value[field]));
  return isWhole ? { ...NO_STATE, ...value } as KindState : undefined;
}
