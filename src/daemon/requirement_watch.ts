import type { Agent } from "../actions/agent.ts";
import type { Instance, Resource } from "../actions/load.ts";
import { askedFor } from "./asked.ts";
import type { Entry } from "./entries.ts";

/** Between two looks at what tasks wait for, in seconds. */
const PAUSE = 1;

/** The resources that the entries of one service wait for. */
interface Waiting {
  readonly resources: readonly Resource[];
  /** Where the memory of the service is, which may be on one of them. */
  readonly memoryFolder: string;
  /** How they looked when the last of these entries was held. */
  readonly look: string;
  /** Until when an entry is sure to wait, in seconds. */
  readonly until: number;
}

/**
 * Looks every second at the resources that due tasks wait for, by the cheapest way that their drivers know, and only as
 * long as any task waits. Mounts and addresses send no event.
 */
export class RequirementWatch {
  readonly #agent: Agent;
  readonly #waiting = new Map<string, Waiting>();
  #nextAt = 0;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** An entry is held for its requirements, or for the memory of its service, and asked again by itself at `until`. */
  hold({ key, rid = "" }: Entry, instance: Instance, { now, until }: { now: number; until: number }): void {
    const wanted = { resources: resourcesFor(instance, rid), memoryFolder: instance.memoryFolder };
    if (this.#waiting.size === 0) this.#nextAt = now + PAUSE;
    this.#waiting.set(key, { ...wanted, look: this.#look(wanted, now), until });
  }

  /** When to look, in seconds; undefined while nothing waits. */
  wakeAt(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#nextAt;
  }

  /** The keys of the entries whose resources changed since they were held. */
  changed(now: number): string[] {
    if (this.#waiting.size === 0 || now < this.#nextAt) return [];
    this.#nextAt = now + PAUSE;
    const changed: string[] = [];
    const looks = new Map<string, string>();
    for (const [key, waiting] of this.#waiting) {
      const { look, until } = waiting;
      const isChanged = this.#look(waiting, now, looks) !== look;
      if (isChanged) changed.push(key);
      // Whoever still waits is held anew.
      if (isChanged || now > until) this.#waiting.delete(key);
    }
    return changed;
  }

  /** A resource that cannot be looked at cheaply counts as changed every second. */
  #look(
    { resources, memoryFolder }: Pick<Waiting, "resources" | "memoryFolder">,
    now: number,
    known = new Map<string, string>(),
  ): string {
    const once = (name: string, look: () => string) => {
      const found = known.get(name) ?? look();
      known.set(name, found);
      return found;
    };
    const looks = resources.map((each) => once(`${each.path} ${each.rid}`, () => this.#lookAt(each, now)));
    const memory = once(memoryFolder, () => this.#agent.system.files.facts(memoryFolder)?.kind ?? "");
    return [...looks, memory].join("\0");
  }

  #lookAt(resource: Resource, now: number): string {
    const { files, network } = this.#agent.system;
    try {
      return resource.driver?.fingerprint?.({ files, network }, resource) ?? String(now);
    } catch {
      return String(now);
    }
  }
}

/** Requirements that cannot be read are told by the run itself. */
function resourcesFor(instance: Instance, rid: string): readonly Resource[] {
  try {
    return askedFor(instance, rid);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return [];
    throw error;
  }
}
