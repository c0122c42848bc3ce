import type { Agent } from "../actions/agent.ts";
import type { Instance } from "../actions/load.ts";
import type { HeldGroups } from "../state/lock_groups.ts";
import { takeGroups } from "../state/lock_groups.ts";
import { runFolderOf } from "../state/run_folder.ts";
import type { Entry } from "./entries.ts";
import type { Due } from "./timetable.ts";

/** The daemon goes on rather than wait for an agent that stands still in the middle of taking groups, in milliseconds. */
const LOCK_WAIT_MS = 1_000;
/** How soon a group is asked for again that a run of another agent has: nothing tells of its end, in seconds. */
const FOREIGN_RETRY = 1;
/** The same for a run of this daemon, whose end is told. */
const OWN_RETRY = 30;

/** A run may start: its groups, where it has any, were taken under this session. */
export interface Turn {
  readonly kind: "turn";
  readonly groups: HeldGroups | undefined;
  readonly sessionId: string;
}

/** A run waits for another one to end. */
export interface GroupWait {
  readonly kind: "wait";
  readonly reason: string;
  /** When it is looked at again at the latest, in seconds since the epoch. */
  readonly until: number;
}

/**
 * Lets the tasks of lock groups take turns, in the order in which they are looked at: the planned one.
 *
 * Who waits keeps all of its groups from those after it, so that a task with several groups cannot be starved by tasks
 * with one of them. All who wait are therefore looked at again together with whoever comes.
 */
export class GroupQueue {
  readonly #agent: Pick<Agent, "system" | "folders">;
  readonly #waiting = new Set<string>();
  /** The groups that are waited for in this round, and by which entry. */
  readonly #reserved = new Map<string, string>();

  constructor(agent: Pick<Agent, "system" | "folders">) {
    this.#agent = agent;
  }

  /** Whether those who wait must be looked at with these. */
  concerns(due: readonly Due[]): boolean {
    return this.#waiting.size > 0 && due.some(({ entry }) => entry.lockGroups.length > 0);
  }

  /** Gives the keys of all who wait, and starts a round in which they are looked at in order. */
  takeWaiting(): readonly string[] {
    const keys = [...this.#waiting];
    this.#waiting.clear();
    return keys;
  }

  /** Begins a round. */
  begin(): void {
    this.#reserved.clear();
  }

  /** Whether an entry that was looked at before in this round waits for one of its groups; it then waits, too. */
  standBehind({ key, lockGroups }: Entry, now: number): GroupWait | undefined {
    const group = lockGroups.find((name) => this.#reserved.has(name));
    if (group === undefined) return undefined;
    this.#waiting.add(key);
    const reason = `it takes turns in lock group ${group}, after ${this.#reserved.get(group)}`;
    return { kind: "wait", reason, until: now + OWN_RETRY };
  }

  /** Takes the groups of a task that nothing else keeps from running; else it waits, before all that come later. */
  async take(item: Due, instance: Instance, rid: string, now: number): Promise<Turn | GroupWait> {
    const { system, folders } = this.#agent;
    const sessionId = system.host.uuid();
    const names = item.entry.action === "run" ? namesOf(instance, rid) : [];
    const resource = instance.resources.find((each) => each.rid === rid);
    if (names.length === 0 || resource === undefined) return { kind: "turn", groups: undefined, sessionId };
    const record = {
      session_id: sessionId,
      path: instance.name,
      rid,
      at: new Date(system.clock.now()).toISOString(),
      planned_at: new Date(item.plannedAt * 1000).toISOString(),
      origin: "scheduler" as const,
      user: "",
      // While its supervisor or its command lives, the run has the group, whatever becomes of this daemon.
      folder: runFolderOf(resource.ridFolder, sessionId),
    };
    const outcome = await takeGroups(system, folders, { names, record, lockWaitMs: LOCK_WAIT_MS });
    if (outcome.kind === "taken") return { kind: "turn", groups: outcome.held, sessionId };
    this.#waiting.add(item.entry.key);
    for (const name of names) this.#reserved.set(name, item.entry.key);
    const isOwn = outcome.holder?.pid === system.processes.self.pid;
    const until = now + (isOwn ? OWN_RETRY : FOREIGN_RETRY);
    return { kind: "wait", reason: outcome.reason, until };
  }
}

/** A value that cannot be read is told by the run itself, which refuses it. */
function namesOf({ configuration }: Instance, rid: string): readonly string[] {
  try {
    return configuration.names(rid, "lock_group");
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
