import { join } from "@std/path";
import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import { messageOf } from "../core/error_text.ts";
import type { BootState } from "../state/boot_record.ts";
import { readBootState, writeBootState } from "../state/boot_record.ts";
import type { Entry } from "./entries.ts";
import type { Due } from "./timetable.ts";

/**
 * The tasks scheduled with `@reboot`: once per boot, at the daemon's first start of that boot.
 *
 * What was run is remembered by boot id, on this node: it is the node that booted, wherever the service's memory is. A
 * task that comes later, with a new configuration or when it is enabled, waits for the next boot; one that still waited
 * for its requirements when the daemon was stopped goes on waiting at the next start.
 */
export class RebootRuns {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #waiting = new Map<string, Entry>();
  /** Those of them that are not looked at before an instant, in seconds. */
  readonly #heldUntil = new Map<string, number>();

  constructor(agent: Agent, journal: Journal) {
    this.#agent = agent;
    this.#journal = journal;
  }

  /**
   * Takes up those entries that are to run for this boot: at the daemon's first start, and what that left over. What
   * cannot be remembered now only matters to the next start of the daemon.
   */
  async begin(entries: readonly Entry[]): Promise<void> {
    const { system, folders } = this.#agent;
    const startFile = join(folders.var, "daemon_boot");
    const isFirst = this.#read(startFile) === undefined;
    for (const entry of entries) {
      if (!entry.schedule.hasReboot) continue;
      const known = this.#read(bootFile(entry));
      if (isFirst ? known === "done" : known !== "waiting") continue;
      this.#waiting.set(entry.key, entry);
      await this.#trying(() => writeBootState(system, bootFile(entry), "waiting", this.#warn));
    }
    if (isFirst) await this.#trying(() => writeBootState(system, startFile, "done", this.#warn));
  }

  wakeAt(): number | undefined {
    if (this.#waiting.size === 0) return undefined;
    return Math.min(...[...this.#waiting.keys()].map((key) => this.#heldUntil.get(key) ?? 0));
  }

  due(now: number): Due[] {
    const ready = [...this.#waiting.values()].filter(({ key }) => now >= (this.#heldUntil.get(key) ?? 0));
    return ready.map((entry) => ({
      entry,
      plannedAt: now,
      isPlanned: true,
      isReboot: true,
    }));
  }

  hold({ key }: Entry, until: number): void {
    this.#heldUntil.set(key, until);
  }

  /** Forgets the hold of one entry. */
  releaseEntry(key: string): void {
    this.#heldUntil.delete(key);
  }

  /** Forgets all holds. */
  release(): void {
    this.#heldUntil.clear();
  }

  drop(entry: Entry): void {
    this.#waiting.delete(entry.key);
  }

  /** Remembers, durably, before the command starts; throws when that fails, and nothing must be started then. */
  async started(entry: Entry): Promise<void> {
    await writeBootState(this.#agent.system, bootFile(entry), "done", this.#warn);
    this.#waiting.delete(entry.key);
  }

  #read(file: string): BootState | undefined {
    return readBootState(this.#agent.system, file, this.#warn);
  }

  readonly #warn = (text: string): void => this.#journal.warning(text);

  async #trying(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#journal.error(messageOf(error));
    }
  }
}

function bootFile({ stateFolder, rid, action }: Entry): string {
  return join(stateFolder, "scheduler", `boot_${rid ?? action}`);
}
