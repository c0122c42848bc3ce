import { join } from "@std/path";
import type { Files } from "../ports.ts";
import { parseObject, readStateOr, replaceState } from "./state_file.ts";

/** What is remembered of the calls of one hook of one task. */
interface CallRecord {
  /** When it was last called, in milliseconds since the epoch. */
  readonly at: number;
  /** How often it was held back since then. */
  readonly held_back: number;
  /** What it told then. */
  readonly told?: string;
}

export interface CallRequest {
  /** The folder of the task on this node: every process of the agent that runs the task counts in it. */
  readonly ridFolder: string;
  readonly hook: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The least time between two calls, in milliseconds; 0 for no limit. */
  readonly intervalMs: number;
  /** What the call tells: another thing than the last call told is never held back. */
  readonly told?: string;
  /** True for a call that must follow an earlier one. */
  readonly isFollowUp?: boolean;
}

/** Whether a hook may be called now, and how many calls were held back before. */
export type CallOutcome =
  | { readonly kind: "granted"; readonly heldBack: number }
  | { readonly kind: "held" };

type Ports = Pick<Files, "readUnlinked" | "rename" | "remove" | "replace" | "lock" | "tryLock">;

/** The lock is held for the moment of a small read and write. */
const LOCK_WAIT_MS = 2_000;

/** Counts a call of a hook, or holds it back because the last one was too short a time ago. */
export async function claimCall(files: Ports, request: CallRequest): Promise<CallOutcome> {
  const file = fileOf(request, "json");
  const lock = await files.lock(fileOf(request, "lock"), LOCK_WAIT_MS);
  try {
    const last = readRecord(files, file);
    if (last !== undefined && !isDue(last, request)) {
      await write(files, file, { ...last, held_back: last.held_back + 1 });
      return { kind: "held" };
    }
    const { now, told = last?.told } = request;
    await write(files, file, { at: now, held_back: 0, ...(told === undefined ? {} : { told }) });
    return { kind: "granted", heldBack: last?.held_back ?? 0 };
  } finally {
    lock?.release();
  }
}

/** When a hook was last called, in milliseconds since the epoch. */
export function readLastCall(
  files: Ports,
  request: Pick<CallRequest, "ridFolder" | "hook">,
): number | undefined {
  return readRecord(files, fileOf(request, "json"))?.at;
}

/** Marks a hook as running, until released; undefined while another call of it still runs, in whatever process. */
export function enterHook(
  files: Ports,
  request: Pick<CallRequest, "ridFolder" | "hook">,
): { release(): void } | undefined {
  return files.tryLock(fileOf(request, "running"));
}

/** Counts a call that is held back for another reason than the time. */
export async function noteHeldBack(
  files: Ports,
  request: Pick<CallRequest, "ridFolder" | "hook" | "now">,
): Promise<void> {
  const file = fileOf(request, "json");
  const lock = await files.lock(fileOf(request, "lock"), LOCK_WAIT_MS);
  try {
    const last = readRecord(files, file) ?? { at: request.now, held_back: 0 };
    await write(files, file, { ...last, held_back: last.held_back + 1 });
  } finally {
    lock?.release();
  }
}

/** A clock that was set back must not silence a hook for long. */
function isDue({ at, told }: CallRecord, request: CallRequest): boolean {
  if (request.isFollowUp || request.now < at || request.now - at >= request.intervalMs) return true;
  return request.told !== undefined && request.told !== told;
}

function fileOf({ ridFolder, hook }: Pick<CallRequest, "ridFolder" | "hook">, extension: string): string {
  return join(ridFolder, "hooks", `${hook}.${extension}`);
}

/** What cannot be read is no reason to keep a hook from being called. */
function readRecord(files: Ports, file: string): CallRecord | undefined {
  return readStateOr(files, file, parseCall);
}

function parseCall(text: string): CallRecord | undefined {
  const { at, held_back, told } = parseObject(text) ?? {};
  if (typeof at !== "number" || typeof held_back !== "number") return undefined;
  return { at, held_back, ...(typeof told === "string" ? { told } : {}) };
}

function write(files: Ports, file: string, record: CallRecord): Promise<void> {
  return replaceState(files, file, `${JSON.stringify(record)}\n`, { parse: parseCall });
}
