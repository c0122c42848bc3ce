import type { Agent } from "../actions/agent.ts";
import { NODE_PATH } from "../actions/node/entries.ts";
import type { NodeAction, OwnAction } from "../actions/schedule/entries.ts";
import type { Catalog } from "./catalog.ts";
import type { Guard } from "./guard.ts";
import { ASSET } from "./own/asset.ts";
import { COMPLIANCE, NODE_COMPLIANCE } from "./own/compliance.ts";
import type { OwnContext, OwnHandler } from "./own/handler.ts";
import { MONITOR } from "./own/monitor.ts";
import { pushHandler } from "./own/push.ts";
import { STATUS } from "./own/status.ts";
import type { Due } from "./timetable.ts";

/** Who does what: another action is a line here, its work a file of `own/`, and a row of `actions/own_rows.ts`. */
const HANDLERS: Readonly<Record<OwnAction, OwnHandler>> = {
  status: STATUS,
  resource_monitor: MONITOR,
  push_resinfo: pushHandler("push_resinfo"),
  push_config: pushHandler("push_config"),
  push_status: pushHandler("push_status"),
  compliance_auto: COMPLIANCE,
};

/** The same for what the node does. */
const NODE_HANDLERS: Readonly<Record<NodeAction, OwnHandler>> = {
  push_asset: ASSET,
  compliance_auto: NODE_COMPLIANCE,
};

function handlerOf({ entry: { path } }: Due, action: OwnAction | NodeAction): OwnHandler {
  const handlers: Partial<Record<string, OwnHandler>> = path === NODE_PATH ? NODE_HANDLERS : HANDLERS;
  return handlers[action]!;
}

/** The actions that every service, and the node, does by itself, in this process. */
export class OwnActions {
  readonly #guard: Guard;
  readonly #context: Omit<OwnContext, "stopping">;
  /** The last work of each lane that is not over. */
  readonly #lanes = new Map<string, Promise<void>>();
  /** Entries whose work waits for that of others. */
  readonly #waiting = new Set<string>();

  constructor(
    agent: Agent,
    catalog: Catalog,
    guard: Guard,
    events: Pick<OwnContext, "onChange" | "onStatus">,
  ) {
    this.#guard = guard;
    const load = (path: string) => {
      const loaded = catalog.load(path);
      return loaded?.kind === "loaded" ? loaded.instance : undefined;
    };
    this.#context = { agent, load, ...events };
  }

  /** Whether an action that is due may not be done as things are. */
  isClosed(item: Due, action: OwnAction | NodeAction): boolean {
    try {
      return handlerOf(item, action).isClosed?.(this.#context, item) ?? false;
    } catch {
      // Doing it meets the same, and tells it.
      return false;
    }
  }

  /** Begins an action that is due, or queues it; one that waits in its lane already does not wait twice. */
  queue(item: Due, action: OwnAction | NodeAction, stopping: AbortSignal): void {
    const handler = handlerOf(item, action);
    const lane = handler.lane(item);
    const busy = this.#lanes.get(lane);
    if (busy && (handler.isSkippedWhenBusy || this.#waiting.has(item.entry.key))) return;
    const work = this.#work(busy, handler, item, stopping);
    this.#lanes.set(lane, work);
    work.then(() => {
      if (this.#lanes.get(lane) === work) this.#lanes.delete(lane);
    });
  }

  /** Resolves when none is under way any more. */
  async settled(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  async #work(
    before: Promise<void> | undefined,
    handler: OwnHandler,
    item: Due,
    stopping: AbortSignal,
  ): Promise<void> {
    const { key } = item.entry;
    this.#waiting.add(key);
    await before;
    this.#waiting.delete(key);
    if (stopping.aborted) return;
    await this.#guard.try(key, () => handler.run({ ...this.#context, stopping }, item));
  }
}
