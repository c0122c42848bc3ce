import { dirname, join } from "@std/path";
import type { RunStatus } from "../core/process/run_status.ts";
import type { Files, Host, Processes, ProcessId } from "../ports.ts";
import { removeDrafts } from "./drafts.ts";
import type { ForeignPorts, ForeignRun } from "./foreign_run.ts";
import { foreignRun, parseSession } from "./foreign_run.ts";
import type { Origin } from "./last_run.ts";
import { readRunStatus } from "./run_folder.ts";
import { moveAside, parseObject, readState } from "./state_file.ts";

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
  /** `NAME=value` in the environment of everything that the run starts. */
  readonly mark?: string;
  /** What the collector knows the run by, when that is not the session. */
  readonly action_id?: string;
  /** The command's process, once it is started. */
  readonly command_pid?: number;
  readonly command_start_time?: number;
  /** The control group of the command. */
  readonly group?: string;
  /** The private folder of a run that has a supervisor. */
  readonly folder?: string;
  /** That supervisor: not written, but known from the folder. */
  readonly supervisor_pid?: number;
}

/** A supervised run whose agent is gone: another agent can take it over, whether it goes on or has ended. */
export interface LeftRun {
  readonly file: string;
  readonly record: SlotRecord;
  readonly folder: string;
  readonly status: RunStatus;
  readonly isGoingOn: boolean;
}

/** A run that this agent has taken over: nobody else will. */
export interface ClaimedRun extends LeftRun {
  readonly slot: Slot;
}

/** A record of a run that is over, of whose end nobody took note. */
export interface StaleSlot {
  readonly file: string;
  readonly record: SlotRecord | undefined;
  /** The pid that the file is named for. */
  readonly pid: number;
  /** Why the file cannot be used; it is set aside instead of being removed. */
  readonly corrupt?: string;
}

/** The run records of a task. */
export interface SlotSurvey {
  /** Runs that are under way. */
  readonly living: readonly SlotRecord[];
  /** Those of them whose agent is gone: the command goes on without supervision, and still takes its slot. */
  readonly orphans: readonly SlotRecord[];
  readonly stale: readonly StaleSlot[];
  /** Supervised runs without an agent; those that go on are among the living. */
  readonly left: readonly LeftRun[];
}

export interface Slot extends AsyncDisposable {
  /** Adds the command's process to the record. */
  noteCommand(id: ProcessId, group?: string): Promise<void>;
  /** Leaves the record where it is when the slot is disposed of: the run goes on without this agent. */
  leave(): void;
  readonly isLeft: boolean;
}

export type SlotOutcome =
  | {
    readonly kind: "taken";
    readonly slot: Slot;
    readonly stale: readonly StaleSlot[];
    /** Commands that go on without their agent and were not counted. */
    readonly orphans: readonly SlotRecord[];
    readonly ended: readonly ClaimedRun[];
  }
  | {
    readonly kind: "full";
    readonly running: number;
    readonly stale: readonly StaleSlot[];
    /** Runs that had ended without an agent, and that are now this agent's to put on record. */
    readonly ended: readonly ClaimedRun[];
  };

export interface SlotRequest {
  readonly ridFolder: string;
  readonly limit: number;
  /** Whether a command that goes on without its agent takes a slot: it does for the scheduler, which cannot see more. */
  readonly countsOrphans: boolean;
  readonly record: Omit<SlotRecord, "pid" | "start_time" | "boot_id">;
}

type Survey = ForeignPorts & {
  readonly files: Pick<Files, "list" | "readUnlinked" | "facts">;
  readonly processes: Pick<Processes, "isAlive">;
  readonly host: Pick<Host, "bootId">;
};

type Ports = Survey & {
  readonly files: Pick<Files, "replace" | "rename" | "remove" | "lock" | "makeFolder">;
};

type Probe = { readonly processes: Pick<Processes, "isAlive"> };

/** Records that could not be removed although their run is over: they take no slot while this process lives. */
const released = new WeakMap<object, Set<string>>();

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
    for (const file of released.get(files) ?? []) release(files, file);
    removeDrafts(ports, join(request.ridFolder, "run"));
    const { living, orphans, stale, left } = surveySlots(ports, request.ridFolder);
    for (const each of stale) clean(files, request.ridFolder, each);
    const isEnded = ({ isGoingOn }: LeftRun) => !isGoingOn;
    const passed = request.countsOrphans ? [] : orphans;
    const running = living.length - passed.length;
    const isFull = running >= request.limit;
    const slot = isFull ? undefined : await writeSlot(ports, join(request.ridFolder, "run"), request.record);
    // Last, because it cannot fail: whoever claims a run has to conclude it.
    const ended = await claimAll(ports, left.filter(isEnded));
    return slot
      ? { kind: "taken", slot, stale, orphans: passed, ended }
      : { kind: "full", running, stale, ended };
  } finally {
    lock.release();
  }
}

/** Removes the records of runs that are over and of whose end nobody took note, and gives them. */
export async function removeStale(ports: Ports, ridFolder: string): Promise<readonly StaleSlot[]> {
  const lock = await ports.files.lock(join(ridFolder, "run.lock"), LOCK_WAIT_MS);
  try {
    const { stale } = surveySlots(ports, ridFolder);
    return stale.filter((each) => clean(ports.files, ridFolder, each));
  } finally {
    lock?.release();
  }
}

/** Where a run record is kept that cannot be used: away from the others, which old agents count. */
export function asideRun(ridFolder: string): string {
  return join(ridFolder, "run.corrupt");
}

function clean(
  files: Pick<Files, "rename" | "remove">,
  ridFolder: string,
  { file, corrupt }: StaleSlot,
): boolean {
  return corrupt === undefined ? files.remove(file) : moveAside(files, file, asideRun(ridFolder));
}

/**
 * Takes over the supervised runs of a task whose agent is gone, all or only those that have ended; of several agents,
 * each run has one that gets it.
 */
export async function claimLeftRuns(
  ports: Ports,
  ridFolder: string,
  which: "all" | "ended" = "all",
): Promise<readonly ClaimedRun[]> {
  const lock = await ports.files.lock(join(ridFolder, "run.lock"), LOCK_WAIT_MS);
  try {
    const { left } = surveySlots(ports, ridFolder);
    return await claimAll(ports, left.filter(({ isGoingOn }) => which === "all" || !isGoingOn));
  } finally {
    lock?.release();
  }
}

/** To be called under the lock. A run that cannot be claimed stays as it is, for the next one who looks. */
async function claimAll(ports: Ports, left: readonly LeftRun[]): Promise<ClaimedRun[]> {
  const claimed: ClaimedRun[] = [];
  for (const run of left) {
    // The old record goes last: with two of them the run is still one, because its folder is.
    const slot = await writeSlot(ports, dirname(run.file), run.record).catch(() => undefined);
    if (slot === undefined) continue;
    release(ports.files, run.file);
    claimed.push({ ...run, slot });
  }
  return claimed;
}

async function writeSlot(ports: Ports, folder: string, record: SlotRequest["record"]): Promise<Slot> {
  const { pid, startTime } = ports.processes.self;
  // The 2.1 agent names the file for the pid alone; one daemon may run the same task more than once.
  const plain = join(folder, String(pid));
  const isFree = ports.files.facts(plain) === undefined;
  const file = isFree ? plain : join(folder, `${pid}.${record.session_id}`);
  const full: SlotRecord = { ...record, pid, start_time: startTime, boot_id: ports.host.bootId };
  const write = (content: SlotRecord) =>
    ports.files.replace(file, `${content.session_id}\n${JSON.stringify(content)}\n`);
  await write(full).catch((error) => {
    // Written or not: nobody else may take it for the record of a run.
    release(ports.files, file);
    throw error;
  });
  released.get(ports.files)?.delete(file);
  let isLeft = false;
  return {
    noteCommand: (id, group) =>
      write({
        ...full,
        command_pid: id.pid,
        command_start_time: id.startTime,
        ...(group === undefined ? {} : { group }),
      }),
    leave() {
      isLeft = true;
    },
    get isLeft() {
      return isLeft;
    },
    [Symbol.asyncDispose]() {
      if (!isLeft) release(ports.files, file);
      return Promise.resolve();
    },
  };
}

/** What became of the run counts more than its record: one that stays is removed when the next run takes its slot. */
function release(files: Pick<Files, "remove">, file: string): void {
  const known = released.get(files) ?? new Set();
  try {
    files.remove(file);
    known.delete(file);
  } catch {
    released.set(files, known.add(file));
  }
}

/** A pid, and the session when one agent has several runs of the task; drafts and notes have other names. */
const SLOT_NAME_REGEXP = /^\d+(?:\.[\da-f]{8}[\da-f-]*)?$/;

type Lists = { readonly [Kind in keyof SlotSurvey]: SlotSurvey[Kind][number][] };

/** Sorts the run records of a task into those of living processes and others, changing nothing. */
export function surveySlots(ports: Survey, ridFolder: string): SlotSurvey {
  const lists: Lists = { living: [], orphans: [], stale: [], left: [] };
  const folder = join(ridFolder, "run");
  const over = released.get(ports.files);
  for (const { name } of ports.files.list(folder)) {
    const file = join(folder, name);
    if (SLOT_NAME_REGEXP.test(name) && !over?.has(file)) {
      lookAt(ports, { file, pid: Number.parseInt(name, 10) }, lists);
    }
  }
  // An agent that died while it took a run over leaves two records of it.
  const owned = new Set(lists.living.map((record) => record.folder));
  const left = [...new Map(lists.left.map((run) => [run.folder, run])).values()]
    .filter((run) => !owned.has(run.folder));
  const goingOn = left.filter(({ isGoingOn }) => isGoingOn).map(({ record }) => record);
  return { ...lists, living: [...lists.living, ...goingOn], left };
}

type Named = Pick<StaleSlot, "file" | "pid">;

/** A record of another agent, and one that cannot be read, says by its name and its time whether its run goes on. */
function lookAt(ports: Survey, named: Named, lists: Lists): void {
  const { file, pid } = named;
  const found = readState(ports.files, file, (text) => parseSlot(text) ?? parseSession(text));
  if (found.kind === "value" && typeof found.value !== "string") {
    return sortSlot(ports, { ...named, record: found.value }, lists);
  }
  const run = foreignRun(ports, file, pid);
  const session = found.kind === "value" ? String(found.value) : "";
  if (run) lists.living.push(foreignRecord(ports, run, { pid, session_id: session }));
  else if (found.kind === "value") lists.stale.push({ ...named, record: undefined });
  else if (found.kind === "unusable" && found.isCorrupt) {
    lists.stale.push({ ...named, record: undefined, corrupt: found.reason });
  }
}

function foreignRecord(
  { host }: Pick<Survey, "host">,
  { startTime, writtenAt }: ForeignRun,
  known: Pick<SlotRecord, "pid" | "session_id">,
): SlotRecord {
  const at = new Date(writtenAt).toISOString();
  return {
    ...known,
    start_time: startTime,
    boot_id: host.bootId,
    at,
    planned_at: null,
    origin: "scheduler",
    user: "",
  };
}

function sortSlot(
  ports: { readonly files: Pick<Files, "readUnlinked"> } & Pick<Survey, "host"> & Probe,
  slot: Named & { readonly record: SlotRecord },
  lists: Lists,
): void {
  const { file, record } = slot;
  const status = record.folder === undefined ? undefined : readRunStatus(ports.files, record.folder);
  const full = status === undefined ? record : withStatus(record, status);
  const is = aliveOf(ports, full, status);
  if (is.agentAlive) lists.living.push(full);
  else if (status !== undefined && full.folder !== undefined) {
    const isGoingOn = status.end === undefined && (is.commandAlive || is.supervisorAlive);
    lists.left.push({ file, record: full, folder: full.folder, status, isGoingOn });
  } else if (is.commandAlive) {
    lists.living.push(full);
    lists.orphans.push(full);
  } else lists.stale.push({ ...slot, record: full });
}

function withStatus(record: SlotRecord, { command, supervisor }: RunStatus): SlotRecord {
  return {
    ...record,
    ...(command && { command_pid: command.pid, command_start_time: command.startTime }),
    ...(supervisor && { supervisor_pid: supervisor.pid }),
  };
}

/** Which processes of a run are there; all are gone after a boot. */
function aliveOf({ processes, host }: Pick<Survey, "host"> & Probe, record: SlotRecord, status?: RunStatus) {
  const isAlive = (pid: number | undefined, startTime: number | undefined) =>
    record.boot_id === host.bootId && pid !== undefined && startTime !== undefined &&
    processes.isAlive({ pid, startTime });
  return {
    agentAlive: isAlive(record.pid, record.start_time),
    commandAlive: isAlive(record.command_pid, record.command_start_time),
    supervisorAlive: isAlive(status?.supervisor?.pid, status?.supervisor?.startTime),
  };
}

function parseSlot(text: string): SlotRecord | undefined {
  const value = parseObject(text.slice(text.indexOf("\n") + 1));
  const isWhole = Number.isInteger(value?.["pid"]) && Number.isInteger(value?.["start_time"]) &&
    ["boot_id", "session_id"].every((name) => typeof value?.[name] === "string");
  return isWhole ? value as unknown as SlotRecord : undefined;
}
