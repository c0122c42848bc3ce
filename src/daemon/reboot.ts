import { join } from "@std/path";
import type { Agent } from "../actions/agent.ts";
import type { Entry } from "./entries.ts";
import type { Due } from "./timetable.ts";

/**
 * The tasks scheduled with `@reboot`: once per boot, at the daemon's first start of that boot.
 *
 * What was run is remembered by boot id, on this node: it is the node that booted, wherever the service's memory is.
 */
export class RebootRuns {
  readonly #agent: Agent;
  readonly #waiting = new Map<string, Entry>();
  #heldUntil = 0;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Takes up those entries that did not run since the host booted. */
  plan(entries: readonly Entry[]): Promise<void> {
    const { files, host } = this.#agent.system;
    for (const entry of entries) {
      if (!entry.schedule.hasReboot) continue;
      if (files.read(bootFile(entry))?.trim() !== host.bootId) this.#waiting.set(entry.key, entry);
    }
    return Promise.resolve();
  }

  wakeAt(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#heldUntil;
  }

  due(now: number): Due[] {
    if (now < this.#heldUntil) return [];
    return [...this.#waiting.values()].map((entry) => ({
      entry,
      plannedAt: now,
      isPlanned: true,
      isReboot: true,
    }));
  }

  hold(until: number): void {
    this.#heldUntil = until;
  }

  release(): void {
    this.#heldUntil = 0;
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

function bootFile({ stateFolder, rid }: Entry): string {
  return join(stateFolder, "scheduler", `boot_${rid}`);
}
