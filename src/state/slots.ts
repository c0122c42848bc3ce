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

/** A record of a run that is over, of whose end nobody took note. */
export interface StaleSlot {
  readonly file: string;
  readonly record: SlotRecord | undefined;
  /** The pid that the file is named for. */
  readonly pid: number;
}

/** The run records of a task. */
export interface SlotSurvey {
  /** Runs that are under way. */
  readonly living: readonly SlotRecord[];
  /** Those of them whose agent is gone: the command goes on without supervision, and still takes its slot. */
  readonly orphans: readonly SlotRecord[];
  readonly stale: readonly StaleSlot[];
}

export interface Slot extends AsyncDisposable {
  /** Adds the command's process to the record. */
  noteCommand(id: ProcessId): Promise<void>;
}

export type SlotOutcome =
  | {
    readonly kind: "taken";
    readonly slot: Slot;
    readonly stale: readonly StaleSlot[];
    /** Commands that go on without their agent and were not counted. */
    readonly orphans: readonly SlotRecord[];
  }
  | { readonly kind: "full"; readonly running: number; readonly stale: readonly StaleSlot[] };

export interface SlotRequest {
  readonly ridFolder: string;
  readonly limit: number;
  /** Whether a command that goes on without its agent takes a slot: it does for the scheduler, which cannot see more. */
  readonly countsOrphans: boolean;
  readonly record: Omit<SlotRecord, "pid" | "start_time" | "boot_id">;
}

type Ports = {
  readonly files: Pick<Files, "list" | "read" | "replace" | "remove" | "lock" | "makeFolder">;
  readonly processes: Pick<Processes, "self" | "isAlive">;
  readonly host: Pick<Host, "bootId">;
};

type Probe = { readonly processes: Pick<Processes, "isAlive"> };

/** Long enough for hundreds of starts at once, each of which holds the lock for a millisecond. */
const LOCK_WAIT_MS = 30_000;

/**
 * Takes one of `limit` slots of a task, or tells that all are taken by runs that are under way.
 *
 * Counting and taking happen under one kernel lock, so that the limit is exact under any race. Records of
 * which agent and command are gone (another boot, no such pid, another start time) are removed and returned.
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
    const { living, orphans, stale } = surveySlots(ports, request.ridFolder);
    for (const { file } of stale) files.remove(file);
    const passed = request.countsOrphans ? [] : orphans;
    const running = living.length - passed.length;
    if (running >= request.limit) return { kind: "full", running, stale };
    return { kind: "taken", slot: await writeSlot(ports, request), stale, orphans: passed };
  } finally {
    lock.release();
  }
}

/** Removes the records of runs that are over and of whose end nobody took note, and gives them. */
export async function removeStale(ports: Ports, ridFolder: string): Promise<readonly StaleSlot[]> {
  const lock = await ports.files.lock(join(ridFolder, "run.lock"), LOCK_WAIT_MS);
  try {
    const { stale } = surveySlots(ports, ridFolder);
    return stale.filter(({ file }) => ports.files.remove(file));
  } finally {
    lock?.release();
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

/** Sorts the run records of a task into those of living processes and stale ones, changing nothing. */
export function surveySlots(
  ports: { readonly files: Pick<Files, "list" | "read"> } & Pick<Ports, "host"> & Probe,
  ridFolder: string,
): SlotSurvey {
  const living: SlotRecord[] = [];
  const orphans: SlotRecord[] = [];
  const stale: StaleSlot[] = [];
  const folder = join(ridFolder, "run");
  for (const { name, kind } of ports.files.list(folder)) {
    const pid = Number.parseInt(name, 10);
    if (kind !== "file" || !Number.isInteger(pid) || name.endsWith(".tmp")) continue;
    const file = join(folder, name);
    const record = parseSlot(ports.files.read(file) ?? "");
    const [isAgentAlive, isCommandAlive] = record ? aliveOf(ports, record) : [];
    if (record && (isAgentAlive || isCommandAlive)) living.push(record);
    else stale.push({ file, record, pid });
    if (record && isCommandAlive && !isAgentAlive) orphans.push(record);
  }
  return { living, orphans, stale };
}

/** Whether the agent and the command of a run are there; both are gone after a boot. */
function aliveOf({ processes, host }: Pick<Ports, "host"> & Probe, record: SlotRecord): [boolean, boolean] {
  const isAlive = (pid: number | undefined, startTime: number | undefined) =>
    record.boot_id === host.bootId && pid !== undefined && startTime !== undefined &&
    processes.isAlive({ pid, startTime });
  return [
    isAlive(record.pid, record.start_time),
    isAlive(record.command_pid, record.command_start_time),
  ];
}

function parseSlot(text: string): SlotRecord | undefined {
  const value = parseRecord(text.slice(text.indexOf("\n") + 1)) as Partial<SlotRecord> | undefined;
  const isWhole = typeof value?.pid === "number" && typeof value.start_time === "number" &&
    typeof value.boot_id === "string" && typeof value.session_id === "string";
  return isWhole ? value as SlotRecord : undefined;
}
