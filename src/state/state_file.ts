/**
 * Reading what earlier runs, other agents or accidents left on disk, and making room for what replaces it.
 *
 * @module
 */
import { messageOf } from "../core/error_text.ts";
import { UnusableFileError } from "../core/errors.ts";
import type { Files, WriteOptions } from "../ports.ts";

/** The largest state file that is read, in bytes; 200 runs of history are about a fiftieth of it. */
export const MAX_STATE_BYTES = 4 * 1024 * 1024;

const ASIDE = ".corrupt";

/** Takes one sentence about a state file that cannot be used. */
export type Warn = (text: string) => void;

/** What a state file says, or why it says nothing. */
export type State<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "missing" }
  | {
    readonly kind: "unusable";
    readonly reason: string;
    /** False when it may be well, and only cannot be read now. */
    readonly isCorrupt: boolean;
  };

/**
 * Gives what the text says, or undefined when it is not what belongs there. The time of the file is in milliseconds
 * since the epoch.
 */
export type Parse<Value> = (text: string, modifiedAt: number) => Value | undefined;

/** Reads a state file: never more than `MAX_STATE_BYTES`, never through a link, and without ever throwing. */
export function readState<Value>(
  files: Pick<Files, "readUnlinked">,
  path: string,
  parse: Parse<Value>,
): State<Value> {
  try {
    const opened = files.readUnlinked(path, MAX_STATE_BYTES);
    if (opened === undefined) return { kind: "missing" };
    const value = parse(opened.text, opened.facts.modifiedAt);
    if (value !== undefined) return { kind: "value", value };
    return {
      kind: "unusable",
      reason: `Cannot use "${path}": it does not hold what belongs there`,
      isCorrupt: true,
    };
  } catch (error) {
    return {
      kind: "unusable",
      reason: messageOf(error),
      isCorrupt: isAboutTheFile(error),
    };
  }
}

/** Too large, no UTF-8, no file at all; anything else may pass, such as too many open files. */
function isAboutTheFile(error: unknown): boolean {
  return error instanceof RangeError || error instanceof SyntaxError || error instanceof UnusableFileError;
}

/** The value of a state file; undefined, after a warning, when it cannot be used. */
export function readStateOr<Value>(
  files: Pick<Files, "readUnlinked">,
  path: string,
  parse: Parse<Value>,
  warn?: Warn,
): Value | undefined {
  const found = readState(files, path, parse);
  if (found.kind === "unusable") warn?.(found.reason);
  return found.kind === "value" ? found.value : undefined;
}

/** Where a corrupt file is kept for people to look at; an older one is given up for it. */
export function asidePath(path: string): string {
  return `${path}${ASIDE}`;
}

/** Whether a name is that of a file that was set aside. */
export function isAside(name: string): boolean {
  return name.endsWith(ASIDE);
}

type Moving = Pick<Files, "readUnlinked" | "rename" | "remove">;

/**
 * Moves a file that is not what belongs there out of the way of its writer, with a warning. What cannot be moved stays:
 * the write itself then tells why.
 */
export function setAsideCorrupt(files: Moving, path: string, parse: Parse<unknown>, warn?: Warn): void {
  const found = readState(files, path, parse);
  if (found.kind !== "unusable" || !found.isCorrupt) return;
  if (moveAside(files, path)) warn?.(`${found.reason}; it is set aside as ${asidePath(path)}`);
}

/** Moves a file aside, in the place of an older one; false when that cannot be done. */
export function moveAside(
  files: Pick<Files, "rename" | "remove">,
  path: string,
  to = asidePath(path),
): boolean {
  try {
    files.remove(to);
    files.rename(path, to);
    return true;
  } catch {
    return false;
  }
}

/** What replaces a state file, and what the old one has to be like so that it is only replaced. */
export interface StateWrite extends WriteOptions {
  readonly parse: Parse<unknown>;
  readonly warn?: Warn | undefined;
}

/** Replaces a state file whole; one that is corrupt is set aside before. */
export async function replaceState(
  files: Moving & Pick<Files, "replace">,
  path: string,
  text: string,
  { parse, warn, ...options }: StateWrite,
): Promise<void> {
  setAsideCorrupt(files, path, parse, warn);
  await files.replace(path, text, options);
}

/** Reads one JSON object; undefined for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
