import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import { journalFor } from "../actions/journal_for.ts";
import type { Instance, Resource } from "../actions/load.ts";
import { withGroups } from "../actions/run/gates/acquire_groups.ts";
import { reconcileRuns } from "../actions/run/supervision/lost_runs.ts";
import { hasCollector } from "../actions/collector/configured.ts";
import { isTask } from "../actions/run/run.ts";
import { mendSnoozes } from "../actions/snooze/snooze.ts";
import { messageOf } from "../core/error_text.ts";
import { parseObjectPath } from "../core/naming/object_path.ts";
import { statePath } from "../state/folders.ts";
import type { HeldGroups } from "../state/lock_groups.ts";
import { claimGroups } from "../state/lock_groups.ts";
import type { ClaimedRun } from "../state/slots.ts";
import { surveySlots } from "../state/slots.ts";
import { listSnoozes } from "../state/snoozes.ts";
import type { Guard } from "./guard.ts";
import type { Launcher } from "./launcher.ts";

/** What earlier agents left: runs that go on, runs that ended unseen. */
export class LeftRuns {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #launcher: Launcher;
  readonly #guard: Guard;
  /**
   * Services with commands that lost their agent, have no supervisor, and go on; or that could not be looked at; or about
   * which the collector is quiet.
   */
  readonly #open = new Set<string>();

  constructor(agent: Agent, journal: Journal, launcher: Launcher, guard: Guard) {
    this.#agent = agent;
    this.#journal = journal;
    this.#launcher = launcher;
    this.#guard = guard;
  }

  /** Services to look at again later. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  /** A run of the service may be over: whether the collector is still quiet about it is looked at later. */
  noteQuiet(name: string): void {
    const { system: { files }, folders } = this.#agent;
    if (!hasCollector(this.#agent)) return;
    try {
      if (listSnoozes(files, statePath(folders, parseObjectPath(name))).length > 0) this.#open.add(name);
    } catch {
      // What the later look cannot read either is told by that.
      this.#open.add(name);
    }
  }

  /** The service is gone. */
  forget(name: string): void {
    this.#open.delete(name);
  }

  /** Takes over what a supervisor keeps, and puts the rest on record. */
  async takeOver(instance: Instance): Promise<void> {
    this.#open.delete(instance.name);
    for (const resource of instance.resources) {
      if (!isTask(resource)) continue;
      const journal = journalFor(this.#agent, { path: instance.name });
      const isSettled = await this.#guard.try(`${instance.name} ${resource.rid}`, async () => {
        const { hasOrphans, claimed } = await reconcileRuns({
          agent: this.#agent,
          instance,
          resource,
          journal,
        });
        if (hasOrphans) this.#open.add(instance.name);
        for (const run of claimed) await this.#adopt(instance, resource, run);
      });
      if (!isSettled) this.#open.add(instance.name);
    }
    await this.#mendSnoozes(instance);
  }

  /** Runs that are over may have left the collector quiet about the service. */
  async #mendSnoozes(instance: Instance): Promise<void> {
    await this.#guard.try(`${instance.name} snooze`, () => {
      const journal = journalFor(this.#agent, { path: instance.name });
      const isOpen = mendSnoozes({ agent: this.#agent, instance, journal }, ({ rid, session_id }) => {
        const { living, left } = surveySlots(this.#agent.system, `${instance.stateFolder}/${rid}`);
        return [...living, ...left.map(({ record }) => record)].some((run) => run.session_id === session_id);
      });
      if (isOpen) this.#open.add(instance.name);
      return Promise.resolve();
    });
  }

  async #adopt(instance: Instance, resource: Resource, claimed: ClaimedRun): Promise<void> {
    const { rid } = resource;
    const { record } = claimed;
    const plannedAt = Date.parse(record.planned_at ?? record.at) / 1000;
    const key = `${instance.name} run ${rid}`;
    this.#journal.info(`${key}: takes over the run of ${record.at}`);
    const startedAt = Date.parse(record.at);
    const groups = await this.#claimGroups(key, record.session_id);
    const run = groups ? { ...claimed, slot: withGroups(claimed.slot, groups, groups.release) } : claimed;
    this.#launcher.adopt({ key, action: "run", instance, rid, plannedAt, startedAt, groups }, resource, run);
  }

  /** The run itself is claimed already, so that nobody else will follow it: that must not fail with its groups. */
  async #claimGroups(key: string, sessionId: string): Promise<HeldGroups | undefined> {
    try {
      return await claimGroups(this.#agent.system, this.#agent.folders, sessionId);
    } catch (error) {
      this.#journal.warning(`${key}: its lock groups cannot be taken over: ${messageOf(error)}`);
      return undefined;
    }
  }
}
