/**
 * Where what the collector has to be told is kept, and under which names.
 *
 * @module
 */
import { join } from "@std/path";
import type { CollectorMessage, MessageKind } from "../../core/collector/message.ts";
import { isMessage } from "../../core/collector/message.ts";
import { stableDraw } from "../../core/schedule/draw.ts";
import type { Folders } from "../folders.ts";
import { parseObject } from "../state_file.ts";

/** A message that waits to be sent. */
export interface Spooled {
  readonly file: string;
  /** Another one for each writing: a message that was replaced meanwhile is not the one that was sent. */
  readonly id: string;
  /** When it was written, RFC 3339. */
  readonly at: string;
  readonly message: CollectorMessage;
}

const SUFFIX = ".json";
/** What a file name may be long, and leave room for what is added to it. */
const MAX_NAME = 180;

/** The folder of everything about the collector. */
export function collectorFolder(folders: Pick<Folders, "var">): string {
  return join(folders.var, "node", "collector");
}

export function spoolFolder(folders: Pick<Folders, "var">, kind: MessageKind): string {
  return join(collectorFolder(folders), "spool", kind);
}

/** The file of a key: the same for the same key, and for no other one. */
export function spoolFile(
  folders: Pick<Folders, "var">,
  { kind, key }: Pick<CollectorMessage, "kind" | "key">,
): string {
  return join(spoolFolder(folders, kind), `${nameOf(key)}${SUFFIX}`);
}

/** Whether a name is that of a message, and not of a draft, nor of what was set aside. */
export function isSpooledName(name: string): boolean {
  return name.endsWith(SUFFIX);
}

function nameOf(key: string): string {
  const name = key.replace(
    /[^A-Za-z0-9@+=#._-]|^\./g,
    (one) => encodeURIComponent(one).replace(/^\.$/, "%2E"),
  );
  if (name.length <= MAX_NAME) return name;
  const mark = stableDraw({ node: "", path: key, rid: "", occurrence: "" });
  return `${name.slice(0, MAX_NAME)}~${mark.toString(36).slice(2)}`;
}

export function formatSpooled({ id, at, message }: Omit<Spooled, "file">): string {
  return `${JSON.stringify({ id, at, ...message })}\n`;
}

/** Reads what `formatSpooled` wrote; undefined for anything else. */
export function parseSpooled(text: string): Omit<Spooled, "file"> | undefined {
  const value = parseObject(text);
  if (value === undefined || !isMessage(value)) return undefined;
  const { id, at, ...message } = value;
  if (typeof id !== "string" || typeof at !== "string") return undefined;
  return { id, at, message: message as unknown as CollectorMessage };
}
