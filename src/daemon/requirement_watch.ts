import type { Agent } from "../actions/agent.ts";
import type { Instance, Resource } from "../actions/load.ts";
import { askedFor } from "./asked.ts";
import type { Entry } from "./entries.ts";

/** Between two looks at what tasks wait for, in seconds: they are to start within a second of the change. */
const PAUSE = 0.5;

/** What an entry waits for. */
interface Waiting {
  readonly resources: readonly Resource[];
  /** Where the memory of the service is, which may be on one of them. */
  readonly memoryFolder: string;
  /** How they looked before it was asked whether the entry may run. */
  readonly look: string;
  /** Until when an entry is sure to wait, in seconds. */
  readonly until: number;
}

interface HoldRequest {
  readonly until: number;
  /** What `look()` gave before the question. */
  readonly look: string;
}

/**
 * Looks twice a second at the resources that due tasks wait for, by the cheapest way that their drivers know, and only as
 * long as any task waits. Mounts and addresses send no event.
 */
export class RequirementWatch {
  readonly #agent: Agent;
  readonly #waiting = new Map<string, Waiting>();
  #nextAt = 0;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /**
   * How all that an entry may wait for looks now. It is taken before the question whether the entry may run: what
   * changes between the two must not be missed.
   */
  look(instance: Instance, rid = ""): string {
    return this.#look(wantedBy(instance, rid), this.#now());
  }

  /** An entry is held for its requirements, or for the memory of its service, and asked again by itself at `until`. */
  hold({ key, rid }: Entry, instance: Instance, { until, look }: HoldRequest): void {
    if (this.#waiting.size === 0) this.#nextAt = this.#now() + PAUSE;
    this.#waiting.set(key, { ...wantedBy(instance, rid), look, until });
  }

  /** When to look, in seconds; undefined while nothing waits. */
  wakeAt(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#nextAt;
  }

  /** The keys of the entries whose resources changed since they were held. */
  changed(): string[] {
    const now = this.#now();
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

  /** In seconds and their parts. */
  #now(): number {
    return this.#agent.system.clock.now() / 1000;
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
      return resource.driver?.fingerprint?.({ files, network }, resource) ?? String(Math.floor(now));
    } catch {
      return String(Math.floor(now));
    }
  }
}

function wantedBy(instance: Instance, rid = ""): Pick<Waiting, "resources" | "memoryFolder"> {
  return { resources: resourcesFor(instance, rid), memoryFolder: instance.memoryFolder };
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
