import type { Agent } from "../actions/agent.ts";
import type { Instance } from "../actions/load.ts";
import { syncBusyReason } from "../actions/sync/slot.ts";
import { surveySlots } from "../state/slots.ts";
import type { Entry } from "./entries.ts";
import type { Closed } from "./gates.ts";
import { closedGate, isSlowToTell } from "./gates.ts";
import type { RequirementWatch } from "./requirement_watch.ts";
import { SlowLooks } from "./slow_looks.ts";

/** What keeps an entry from running, and how its requirements looked before they were asked. */
export type ClosedGate = Closed & { readonly look: string };

/** Looks at the gates of due entries: at once, or beside the loop where a resource takes time to answer. */
export class GateLooks {
  readonly #agent: Agent;
  readonly #requirements: RequirementWatch;
  readonly #slow: SlowLooks<ClosedGate | undefined>;

  /** `onAnswer` is told of an entry whose slow gates have answered: it is to be looked at again. */
  constructor(agent: Agent, requirements: RequirementWatch, onAnswer: (key: string) => void) {
    this.#agent = agent;
    this.#requirements = requirements;
    this.#slow = new SlowLooks(onAnswer);
  }

  /** What keeps a task or a synchronisation from running now; undefined while a slow resource has not answered yet. */
  async look(
    entry: Entry,
    instance: Instance,
    rid: string,
  ): Promise<{ readonly answer: ClosedGate | undefined } | undefined> {
    const ask = async () => {
      const look = this.#requirements.look(instance, rid);
      const closed = await this.#ask(entry, instance, rid);
      return closed && { ...closed, look };
    };
    return isSlowToTell(instance, rid) ? this.#slow.take(entry.key, ask) : { answer: await ask() };
  }

  /** A gate, or runs by hand that take its slots. */
  async #ask(entry: Entry, instance: Instance, rid: string): Promise<Closed | undefined> {
    const closed = await closedGate(this.#agent, instance, rid);
    const folder = instance.resources.find((resource) => resource.rid === rid)?.ridFolder;
    if (closed || folder === undefined) return closed;
    const { system } = this.#agent;
    const { length } = surveySlots(system, folder).living;
    if (length < entry.maxParallel) return undefined;
    const reason = entry.action === "sync_all"
      ? syncBusyReason(system, folder)
      : `task is already running ${length} times`;
    return { kind: "wait", reason, cause: "slot" };
  }
}
