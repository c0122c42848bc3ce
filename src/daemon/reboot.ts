import { join } from "@std/path";
import type { Agent } from "../actions/agent.ts";
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
  readonly #waiting = new Map<string, Entry>();
  /** Those of them that are not looked at before an instant, in seconds. */
  readonly #heldUntil = new Map<string, number>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Takes up those entries that are to run for this boot: at the daemon's first start, and what that left over. */
  async begin(entries: readonly Entry[]): Promise<void> {
    const { system: { files, host: { bootId } }, folders } = this.#agent;
    const startFile = join(folders.var, "daemon_boot");
    const isFirst = files.read(startFile)?.trim() !== bootId;
    for (const entry of entries) {
      if (!entry.schedule.hasReboot) continue;
      const known = files.read(bootFile(entry))?.trim();
      if (isFirst ? known === bootId : known !== waitingFor(bootId)) continue;
      this.#waiting.set(entry.key, entry);
      await files.replace(bootFile(entry), `${waitingFor(bootId)}\n`);
    }
    if (isFirst) await files.replace(startFile, `${bootId}\n`, { isDurable: true });
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

  /** Forgets all holds. */
  release(): void {
    this.#heldUntil.clear();
  }

  drop(entry: Entry): void {
    this.#waiting.delete(entry.key);
  }

  /** Remembers, durably, before the command starts. */
  async started(entry: Entry): Promise<void> {
    this.#waiting.delete(entry.key);
    const { files, host } = this.#agent.system;
    await files.replace(bootFile(entry), `${host.bootId}\n`, { isDurable: true });
  }
}

function waitingFor(bootId: string): string {
  return `${bootId} waiting`;
}

function bootFile({ stateFolder, rid }: Entry): string {
  return join(stateFolder, "scheduler", `boot_${rid}`);
}
