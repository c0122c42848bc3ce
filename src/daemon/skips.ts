import type { Agent } from "../actions/agent.ts";
import { tellSkip } from "../actions/hooks/tell_skip.ts";
import type { SkipCause } from "../actions/hooks/tell_skip.ts";
import { journalFor } from "../actions/journal_for.ts";
import type { Instance } from "../actions/load.ts";
import type { Catalog } from "./catalog.ts";
import type { Entry } from "./entries.ts";
import type { Cause } from "./gates.ts";
import type { Missed } from "./timetable.ts";

/** What keeps an entry from running: a gate, a run of its own that goes on, or that it is not to run here any more. */
export interface Held {
  readonly by: Cause | "overlap" | "gone";
  readonly reason: string;
}

/** The operator's own wish: what passes meanwhile was not to run. */
const WISHED: ReadonlySet<string> = new Set<Held["by"]>(["frozen", "paused", "gone"]);

/** Nothing but the time itself was in the way. */
const BUSY = { by: "missed", reason: "the daemon was busy, or the host slept" } as const;

/**
 * Tells the `on_skip` hooks of planned runs that do not happen. For a window that closes unused, the reason is what held
 * it last.
 */
export class Skips {
  readonly #agent: Agent;
  readonly #catalog: Catalog;
  readonly #held = new Map<string, Held>();

  constructor(agent: Agent, catalog: Catalog) {
    this.#agent = agent;
    this.#catalog = catalog;
  }

  /** An entry is held back, and stays due. */
  hold({ key }: Entry, held: Held): void {
    this.#held.set(key, held);
  }

  /** An entry runs, or did so elsewhere. */
  start({ key }: Entry): void {
    this.#held.delete(key);
  }

  /** A planned instant came too late to be used, or a window closed before it was used. */
  pass(missed: Missed): void {
    const held = this.#held.get(missed.entry.key) ?? BUSY;
    this.#held.delete(missed.entry.key);
    if (!missed.entry.hasSkipHook) return;
    const loaded = this.#catalog.load(missed.entry.path);
    if (loaded?.kind === "loaded") this.give(missed, loaded.instance, held);
  }

  /** A planned instant is given up. */
  give(
    { entry, plannedAt }: Pick<Missed, "entry" | "plannedAt">,
    instance: Instance,
    { by, reason }: Held | typeof BUSY,
  ): void {
    this.#held.delete(entry.key);
    const resource = instance.resources.find(({ rid }) => rid === entry.rid);
    if (!entry.hasSkipHook || resource === undefined || WISHED.has(by)) return;
    const agent = this.#agent;
    const sessionId = agent.system.host.uuid();
    tellSkip({
      agent,
      instance,
      resource,
      journal: journalFor(agent, { path: entry.path, sessionId, isScheduled: true }),
      sessionId,
      plannedAt,
      cause: causeOf(by),
      reason,
    });
  }
}

function causeOf(by: Held["by"] | typeof BUSY["by"]): SkipCause {
  if (by === "overlap" || by === "slot") return "running";
  return by === "frozen" || by === "paused" || by === "gone" ? "missed" : by;
}
