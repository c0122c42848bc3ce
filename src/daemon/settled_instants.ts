import type { Agent } from "../actions/agent.ts";
import { missedSince } from "../actions/schedule/catch_up.ts";
import type { Journal } from "../actions/journal.ts";
import type { Instance } from "../actions/load.ts";
import { memoryProblem } from "../actions/run/gates/memory.ts";
import { readSettled, writeSettled } from "../state/settled.ts";
import { stampName, StampReader } from "../state/stamps.ts";
import type { Entry } from "./entries.ts";
import type { Due } from "./timetable.ts";

/**
 * Remembers, for tasks that catch up, up to when their planned instants were decided upon: beside their stamps, so that
 * the next daemon, here or where the service's memory goes, knows what was missed meanwhile and what was only not run.
 */
export class SettledInstants {
  readonly #agent: Agent;
  readonly #journal: Journal;

  constructor(agent: Agent, journal: Journal) {
    this.#agent = agent;
    this.#journal = journal;
  }

  /** From now on these entries are followed; one that is new, or has another schedule, has nothing to catch up. */
  async follow(instance: Instance, entries: readonly Entry[], now: number): Promise<void> {
    for (const entry of entries) {
      if (entry.isCaughtUp && entry.missedSince === undefined) await this.#write(instance, entry, now);
    }
  }

  /** Whether a missed instant was decided upon meanwhile, elsewhere, as the memory now says. */
  has({ entry, plannedAt }: Due, instance: Instance, now: number): boolean {
    const { rid, memoryFolder, settledFor: fingerprint } = entry;
    if (rid === undefined || memoryProblem(this.#agent, instance) !== undefined) return false;
    const last = new StampReader(this.#agent.system, memoryFolder).read(stampName("run", rid));
    const since = missedSince(this.#agent, instance, { rid, fingerprint, last, now });
    return since === undefined || since >= plannedAt;
  }

  /** An instant is decided upon: it runs, or it is given up. */
  async settle({ entry, plannedAt, isPlanned, isReboot }: Due, instance: Instance): Promise<void> {
    if (entry.isCaughtUp && isPlanned && !isReboot) await this.#write(instance, entry, plannedAt);
  }

  async #write(instance: Instance, entry: Entry, until: number): Promise<void> {
    const { memoryFolder, rid, settledFor: schedule } = entry;
    if (rid === undefined || memoryProblem(this.#agent, instance) !== undefined) return;
    const { files } = this.#agent.system;
    const known = readSettled(files, memoryFolder, rid);
    if (known?.schedule === schedule && known.until === until) return;
    try {
      const warn = (text: string) => this.#journal.warning(`${entry.key}: ${text}`);
      await writeSettled(files, { memoryFolder, rid, settled: { until, schedule }, warn });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#journal.error(`${entry.key}: what is settled cannot be remembered: ${reason}`);
    }
  }
}
