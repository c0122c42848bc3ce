import { join } from "@std/path";
import type { Files, Host, Processes, ProcessId } from "../ports.ts";
import type { Origin } from "./last_run.ts";
import { parseRecord } from "./last_run.ts";

/** What a run leaves on disk while it lasts; also the proof of the attempt when the agent is killed. */
export interface SlotRecord {
  readonly session_id: string;
  readonly pid: number;
  readonly start_time: number;
  readonly boot_id: string;
  /** When the attempt was made, RFC 3339. */
  readonly at: string;
  readonly planned_at: string | null;
  readonly origin: Origin;
  readonly user: string;
  /** The command's process, once it is started. */
  readonly command_pid?: number;
  readonly command_start_time?: number;
}

/** A record whose agent is gone: nobody saw how that run ended. */
export interface StaleSlot {
  readonly file: string;
  readonly record: SlotRecord | undefined;
  /** The pid that the file is named for. */
  readonly pid: number;
  /** Whether the command itself still runs, unsupervised. */
  readonly isCommandAlive: boolean;
}

export interface Slot extends AsyncDisposable {
  /** Adds the command's process to the record. */
  noteCommand(id: ProcessId): Promise<void>;
}

export type SlotOutcome =
  | { readonly kind: "taken"; readonly slot: Slot; readonly stale: readonly StaleSlot[] }
  | { readonly kind: "full"; readonly running: number; readonly stale: readonly StaleSlot[] };

export interface SlotRequest {
  readonly ridFolder: string;
  readonly limit: number;
  readonly record: Omit<SlotRecord, "pid" | "start_time" | "boot_id">;
}

type Ports = {
  readonly files: Pick<Files, "list" | "read" | "replace" | "remove" | "lock" | "makeFolder">;
  readonly processes: Pick<Processes, "self" | "isAlive">;
  readonly host: Pick<Host, "bootId">;
};

/** Long enough for hundreds of starts at once, each of which holds the lock for a millisecond. */
const LOCK_WAIT_MS = 30_000;

/**
 * Takes one of `limit` slots of a task, or tells that all are taken by living agents.
 *
 * Counting and taking happen under one kernel lock, so that the limit is exact under any race. Records of agents that
 * are gone (another boot, no such pid, another start time) are removed and returned.
 */
export async function takeSlot(ports: Ports, request: SlotRequest): Promise<SlotOutcome> {
  const { files } = ports;
  const lock = await files.lock(join(request.ridFolder, "run.lock"), LOCK_WAIT_MS);
  if (lock === undefined) {
    throw new Error(
      `Cannot lock ${request.ridFolder}/run.lock: held for ${LOCK_WAIT_MS / 1000} s by another process`,
    );
  }
  try {
    const { living, stale } = surveySlots(ports, request.ridFolder);
    for (const { file } of stale) files.remove(file);
    if (living.length >= request.limit) return { kind: "full", running: living.length, stale };
    return { kind: "taken", slot: await writeSlot(ports, request), stale };
  } finally {
    lock.release();
  }
}

async function writeSlot(ports: Ports, { ridFolder, record }: SlotRequest): Promise<Slot> {
  const { pid, startTime } = ports.processes.self;
  const folder = join(ridFolder, "run");
  // The 2.1 agent names the file for the pid alone; one daemon may run the same task more than once.
  const plain = join(folder, String(pid));
  const file = ports.files.read(plain) === undefined ? plain : join(folder, `${pid}.${record.session_id}`);
  const full: SlotRecord = { ...record, pid, start_time: startTime, boot_id: ports.host.bootId };
  const write = (content: SlotRecord) =>
    ports.files.replace(file, `${content.session_id}\n${JSON.stringify(content)}\n`);
  await write(full);
  return {
    noteCommand: (id) => write({ ...full, command_pid: id.pid, command_start_time: id.startTime }),
    [Symbol.asyncDispose]() {
      ports.files.remove(file);
      return Promise.resolve();
    },
  };
}

/** Sorts the run records of a task into those of living agents and stale ones, changing nothing. */
export function surveySlots(
  ports: {
    files: Pick<Files, "list" | "read">;
    processes: Pick<Processes, "isAlive">;
    host: Pick<Host, "bootId">;
  },
  ridFolder: string,
): { readonly living: readonly SlotRecord[]; readonly stale: readonly StaleSlot[] } {
  const living: SlotRecord[] = [];
  const stale: StaleSlot[] = [];
  const folder = join(ridFolder, "run");
  for (const { name, kind } of ports.files.list(folder)) {
    const pid = Number.parseInt(name, 10);
    if (kind !== "file" || !Number.isInteger(pid) || name.endsWith(".tmp")) continue;
    const file = join(folder, name);
    const record = parseSlot(ports.files.read(file) ?? "");
    const isBootSame = record?.boot_id === ports.host.bootId;
    const isAlive = (id: ProcessId) => isBootSame && ports.processes.isAlive(id);
    if (record && isAlive({ pid: record.pid, startTime: record.start_time })) {
      living.push(record);
      continue;
    }
    const { command_pid, command_start_time } = record ?? {};
    const isCommandAlive = command_pid !== undefined && command_start_time !== undefined &&
      isAlive({ pid: command_pid, startTime: command_start_time });
    stale.push({ file, record, pid, isCommandAlive });
  }
  return { living, stale };
}

function parseSlot(text: string): SlotRecord | undefined {
  const value = parseRecord(text.slice(text.indexOf("\n") + 1)) as Partial<SlotRecord> | undefined;
  const isWhole = typeof value?.pid === "number" && typeof value.start_time === "number" &&
    typeof value.boot_id === "string" && typeof value.session_id === "string";
  return isWhole ? value as SlotRecord : undefined;
}
