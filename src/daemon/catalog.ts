import { join } from "@std/path";
import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import type { Loaded } from "../actions/load.ts";
import { loadInstance } from "../actions/load.ts";
import { messageOf } from "../core/error_text.ts";
import { formatObjectPath } from "../core/naming/object_path.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { ConfigReader, listObjects } from "../state/objects.ts";
import { configPath, nodeWakeFolder } from "../state/folders.ts";

/** One service that changed since the last look; `loaded` is undefined when it is gone. */
export interface Change {
  readonly name: string;
  readonly loaded: Loaded | undefined;
}

interface Known {
  readonly path: ObjectPath;
  /** What the file looked like; another look means: read it again. */
  readonly look: string;
}

/** Unlike any look at a file. */
const UNKNOWN = "";

/** The services that have a configuration, and which of them changed since the last look. */
export class Catalog {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #onChange: (change: Change) => void;
  #known = new Map<string, Known>();

  /** `onChange` is told of each change as it is found. */
  constructor(agent: Agent, journal: Journal, onChange: (change: Change) => void = () => {}) {
    this.#agent = agent;
    this.#journal = journal;
    this.#onChange = onChange;
  }

  /** How many services are known. */
  get size(): number {
    return this.#known.size;
  }

  /** The services, as their paths. */
  get names(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Looks at every configuration; reads those whose file changed, or all when `isForced`. */
  refresh(isForced = false): Change[] {
    const agent = this.#freshAgent();
    const changes: Change[] = [];
    const seen = new Map<string, Known>();
    for (const path of this.#list()) {
      const name = formatObjectPath(path);
      try {
        const look = this.#look(path);
        if (isForced || this.#known.get(name)?.look !== look) {
          changes.push({ name, loaded: loadInstance(agent, path) });
        }
        seen.set(name, { path, look });
      } catch (error) {
        // The others go on; this one stays as it is known, and is looked at again.
        this.#journal.error(`${name}: ${messageOf(error)}`);
        seen.set(name, { path, look: UNKNOWN });
      }
    }
    for (const name of this.#known.keys()) if (!seen.has(name)) changes.push({ name, loaded: undefined });
    this.#known = seen;
    for (const change of changes) this.#onChange(change);
    return changes;
  }

  /** What was read of a service was of no use, or what else decides about it changed: it is read again at the next look. */
  retry(name: string): void {
    const known = this.#known.get(name);
    if (known) this.#known.set(name, { ...known, look: UNKNOWN });
  }

  /** Reads one service as it is now, for the last look before a launch. */
  load(name: string): Loaded | undefined {
    const known = this.#known.get(name);
    return known && loadInstance(this.#freshAgent(), known.path);
  }

  /** The facts about folders are kept by a reader: a look starts with a new one. */
  #freshAgent(): Agent {
    return { ...this.#agent, configs: new ConfigReader(this.#agent.system, this.#agent.folders) };
  }

  #list(): ObjectPath[] {
    try {
      return listObjects(this.#agent.system.files, this.#agent.folders).filter(({ kind }) => kind === "svc");
    } catch (error) {
      this.#journal.error(`the configurations cannot be listed: ${messageOf(error)}`);
      return [...this.#known.values()].map(({ path }) => path);
    }
  }

  #look(path: ObjectPath): string {
    const facts = this.#agent.system.files.facts(configPath(this.#agent.folders, path));
    if (!facts) return "gone";
    const { kind, modifiedAt, size, mode, uid, links } = facts;
    return [kind, modifiedAt, size, mode, uid, links].join(" ");
  }
}

/** The folders whose changes the daemon wants to hear of: configurations, and the states that tasks may require. */
export function watchedFolders(agent: Agent): string[] {
  const { etc, run } = agent.folders;
  return [etc, join(run, "svc"), join(run, "namespaces"), nodeWakeFolder(agent.folders)];
}
