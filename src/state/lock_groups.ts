/**
 * Lock groups: tasks of this node, of whatever services, that never run at the same time.
 *
 * A group is a folder with one run record, as the slots of a task are: it counts while its agent or its command lives,
 * and is gone with the boot.
 *
 * @module
 */
import { join } from "@std/path";
import type { Clock, Files, Host, Processes, ProcessId } from "../ports.ts";
import type { Folders } from "./folders.ts";
import type { Slot, SlotRecord } from "./slots.ts";
import { claimLeftRuns, surveySlots, takeSlot } from "./slots.ts";

/** The run that has a group. */
export interface GroupHolder extends SlotRecord {
  /** The service of the task. */
  readonly path: string;
  readonly rid: string;
}

/** Groups that were taken together. */
export interface HeldGroups {
  /** Adds the command's process to the records: they then count until it ends, whatever becomes of the agent. */
  noteCommand(id: ProcessId, group?: string): Promise<void>;
  /** Leaves the records where they are: the run goes on without this agent. */
  leave(): void;
  /** Gives all of them back; once is enough, and twice does no harm. */
  release(): Promise<void>;
}

/** Why they cannot be taken: another run has one of them. */
export interface GroupsHeld {
  readonly kind: "held";
  readonly reason: string;
  readonly holder: GroupHolder | undefined;
}

export type GroupsOutcome = { readonly kind: "taken"; readonly held: HeldGroups } | GroupsHeld;

/** Who wants which groups. */
export interface GroupsRequest {
  readonly names: readonly string[];
  readonly record: Omit<GroupHolder, "pid" | "start_time" | "boot_id">;
  /** How long others may take to take theirs, in milliseconds. */
  readonly lockWaitMs: number;
}

type Ports = {
  readonly files: Pick<
    Files,
    "list" | "read" | "replace" | "remove" | "lock" | "makeFolder" | "facts" | "readUnlinked" | "rename"
  >;
  readonly processes: Pick<Processes, "self" | "isAlive" | "table">;
  readonly host: Pick<Host, "bootId">;
  readonly clock: Pick<Clock, "now" | "uptime">;
};

/**
 * Takes all of these groups or none.
 *
 * Whoever takes groups does so under one lock, so that nobody is refused because of one that another takes and gives
 * back at once, and nobody waits for a group while holding another.
 */
export async function takeGroups(
  ports: Ports,
  folders: Folders,
  { names, record, lockWaitMs }: GroupsRequest,
): Promise<GroupsOutcome> {
  const lock = await ports.files.lock(join(groupsFolder(folders), "groups.lock"), lockWaitMs);
  if (lock === undefined) {
    return { kind: "held", reason: "another process takes lock groups, and does not end", holder: undefined };
  }
  const slots: Slot[] = [];
  try {
    const found = findHeld(ports, folders, names);
    if (found) return { kind: "held", reason: describeHeld(found), holder: found.holder };
    for (const name of names) slots.push(await takeOne(ports, groupFolder(folders, name), record));
    return { kind: "taken", held: holdTogether(slots) };
  } catch (error) {
    await releaseAll(slots);
    throw error;
  } finally {
    lock.release();
  }
}

async function takeOne(ports: Ports, ridFolder: string, record: GroupsRequest["record"]): Promise<Slot> {
  const outcome = await takeSlot(ports, { ridFolder, limit: 1, countsOrphans: true, record });
  // Runs that ended without their agent: what became of them is the concern of their task, and not of the group.
  for (const { slot } of outcome.ended) await slot[Symbol.asyncDispose]();
  if (outcome.kind === "taken") return outcome.slot;
  throw new Error(`Cannot take ${ridFolder}: it was free, and is not any more`);
}

function holdTogether(slots: readonly Slot[]): HeldGroups {
  // The next holder in this process may use the same name of a file: what was given back is not touched again.
  let isReleased = false;
  return {
    async noteCommand(id, group) {
      for (const slot of slots) await slot.noteCommand(id, group);
    },
    leave() {
      isReleased = true;
      for (const slot of slots) slot.leave();
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      await releaseAll(slots);
    },
  };
}

async function releaseAll(slots: readonly Slot[]): Promise<void> {
  for (const slot of slots.toReversed()) await slot[Symbol.asyncDispose]();
}

/** Takes over the groups of a run whose agent is gone, for the agent that follows it now; undefined when it has none. */
export async function claimGroups(
  ports: Ports,
  folders: Folders,
  sessionId: string,
): Promise<HeldGroups | undefined> {
  const slots: Slot[] = [];
  for (const { name } of ports.files.list(groupsFolder(folders))) {
    const folder = join(groupsFolder(folders), name);
    const isOf = ({ record }: { readonly record: SlotRecord }) => record.session_id === sessionId;
    try {
      if (!surveySlots(ports, folder).left.some(isOf)) continue;
      for (const { slot } of await claimLeftRuns(ports, folder)) slots.push(slot);
    } catch {
      // One that cannot be taken over is free when its run ends; those that were must not be lost by it.
    }
  }
  return slots.length === 0 ? undefined : holdTogether(slots);
}

/** A group that is held. */
export interface HeldGroup {
  readonly name: string;
  readonly holder: GroupHolder;
}

type Probe = {
  readonly files: Pick<Files, "list" | "facts" | "readUnlinked">;
  readonly processes: Pick<Processes, "isAlive" | "table" | "self">;
  readonly host: Pick<Host, "bootId">;
  readonly clock: Pick<Clock, "now" | "uptime">;
};

/** The first of these groups that is held at this moment. */
export function findHeld(ports: Probe, folders: Folders, names: readonly string[]): HeldGroup | undefined {
  for (const name of names) {
    const [holder] = surveySlots(ports, groupFolder(folders, name)).living;
    if (holder) return { name, holder: holder as GroupHolder };
  }
  return undefined;
}

/** Says who has a group: `lock group db is held by shop task#0 (process 4711)`. */
export function describeHeld({ name, holder }: HeldGroup): string {
  const { path, rid, command_pid, pid } = holder;
  return `lock group ${name} is held by ${path} ${rid} (process ${command_pid ?? pid})`;
}

function groupsFolder(folders: Folders): string {
  return join(folders.run, "lock_groups");
}

/** With a word before the name, so that `..` is a name like any other. */
function groupFolder(folders: Folders, name: string): string {
  return join(groupsFolder(folders), `group.${name}`);
}
