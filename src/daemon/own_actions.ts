import type { Agent } from "../actions/agent.ts";
import type { OwnAction } from "../actions/schedule_entries.ts";
import { monitorResources } from "../actions/monitor.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import { refreshStatus } from "../actions/status.ts";
import type { Catalog } from "./catalog.ts";
import type { Guard } from "./guard.ts";
import type { Due } from "./timetable.ts";

/**
 * The actions that every service does by itself, in this process. Statuses of many services take seconds to write: one
 * after the other, and no task waits for them. A resource may take long to start again: services do not wait for each other.
 */
export class OwnActions {
  readonly #agent: Agent;
  readonly #catalog: Catalog;
  readonly #guard: Guard;
  readonly #onChange: (path: string) => void;
  readonly #monitors = new Map<string, Promise<void>>();
  #statuses = Promise.resolve();

  /** `onChange` is told of a service of which something may be another thing now. */
  constructor(agent: Agent, catalog: Catalog, guard: Guard, onChange: (path: string) => void) {
    this.#agent = agent;
    this.#catalog = catalog;
    this.#guard = guard;
    this.#onChange = onChange;
  }

  /** Begins an action that is due, or queues it. */
  queue(item: Due, action: OwnAction, stopping: AbortSignal): void {
    if (action === "resource_monitor") this.#monitor(item, stopping);
    else this.#statuses = this.#statuses.then(() => stopping.aborted ? undefined : this.#refreshStatus(item));
  }

  /** Resolves when none is under way any more. */
  async settled(): Promise<void> {
    await this.#statuses;
    await Promise.all(this.#monitors.values());
  }

  async #refreshStatus({ entry, plannedAt }: Due): Promise<void> {
    await this.#guard.try(entry.key, async () => {
      const loaded = this.#catalog.load(entry.path);
      if (loaded?.kind === "loaded") await refreshStatus(this.#agent, loaded.instance, plannedAt);
    });
  }

  /** One look of a service at a time: the next one comes soon enough. */
  #monitor(item: Due, stopping: AbortSignal): void {
    const { path, key } = item.entry;
    if (this.#monitors.has(path)) return;
    const work = this.#guard.try(key, () => this.#monitorNow(item, stopping))
      .then(() => void this.#monitors.delete(path));
    this.#monitors.set(path, work);
  }

  async #monitorNow({ entry, plannedAt }: Due, stopping: AbortSignal): Promise<void> {
    const loaded = this.#catalog.load(entry.path);
    if (loaded?.kind !== "loaded") return;
    const stop = new StopRequest();
    const ask = () => stop.ask("SIGTERM");
    stopping.addEventListener("abort", ask, { once: true });
    try {
      const { isChanged } = await monitorResources(this.#agent, loaded.instance, { plannedAt, stop });
      if (isChanged) this.#onChange(entry.path);
    } finally {
      stopping.removeEventListener("abort", ask);
    }
  }
}
