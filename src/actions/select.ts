import { NotFoundError } from "../core/errors.ts";
import { nearest } from "../core/text/nearest.ts";
import { formatObjectPath } from "../core/naming/object_path.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { isSingleObject, parseObjectSelector, selectObjects } from "../core/naming/selector.ts";
import { FolderIndex } from "../state/folder_index.ts";
import { listObjects } from "../state/objects.ts";
import type { Agent } from "./agent.ts";
import type { Instance, Loaded, LoadOptions } from "./load.ts";
import { loadInstance } from "./load.ts";

/** A service that was named and cannot be used. */
export type Unusable = Exclude<Loaded, { kind: "loaded" | "missing" }>;

/** What a selector names: usable instances by path, and the others with the reason. */
export interface Selection {
  readonly instances: readonly Instance[];
  readonly unusable: readonly Unusable[];
  /** Whether the selector is one plain name. */
  readonly isSingle: boolean;
}

/** Expands a selector; throws `SyntaxError` when it cannot be read, and `NotFoundError` when it names nothing. */
export function selectPaths(agent: Agent, text: string): readonly ObjectPath[] {
  return expand(agent, text, {}).paths;
}

/** Expands a selector and loads what it names; throws as `selectPaths` does. */
export function selectInstances(agent: Agent, text: string, options: LoadOptions = {}): Selection {
  const { paths, load, isSingle } = expand(agent, text, options);
  const instances: Instance[] = [];
  const unusable: Unusable[] = [];
  for (const path of paths) {
    const loaded = load(path);
    if (loaded.kind === "loaded") instances.push(loaded.instance);
    else if (loaded.kind !== "missing") unusable.push(loaded);
  }
  return { instances, unusable, isSingle };
}

function expand(agent: Agent, text: string, options: LoadOptions) {
  const selector = parseObjectSelector(text);
  const existing = listObjects(agent.system.files, agent.folders);
  const loaded = new Map<ObjectPath, Loaded>();
  const folders = new FolderIndex(agent.system.files);
  // A condition and the action after it look at the same service: it is read once.
  const load = (path: ObjectPath): Loaded => {
    const known = loaded.get(path) ?? loadInstance(agent, path, { ...options, folders });
    loaded.set(path, known);
    return known;
  };
  const { paths, unmatched } = selectObjects(selector, existing, (path) => {
    const found = load(path);
    return found.kind === "loaded" ? found.instance.configuration : undefined;
  });
  if (unmatched.length > 0) throw notFound(unmatched, existing);
  return { paths, load, isSingle: isSingleObject(selector) };
}

function notFound(unmatched: readonly string[], existing: readonly ObjectPath[]): NotFoundError {
  const names = existing.filter(({ kind }) => kind === "svc").map(formatObjectPath);
  const near = unmatched.map((term) => nearest(term, names)).find((name) => name !== undefined);
  const hint = near === undefined ? "expected one that 'agent ls' shows" : `did you mean "${near}"?`;
  return new NotFoundError(`Cannot find "${unmatched.join(", ")}": no such object, ${hint}`);
}
