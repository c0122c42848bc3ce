import { join } from "@std/path";
import { NotFoundError } from "../../core/errors.ts";
import { compareNatural } from "../../core/naming/natural_order.ts";
import type { FilteredResource, ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import { parseResourceFilter, selectResources } from "../../core/naming/resource_filter.ts";
import { tryParseRid } from "../../core/naming/rid.ts";
import { statePath } from "../../state/folders.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import { whereNamed } from "../run/gates/choose.ts";
import type { Selection, Unusable } from "../select.ts";

/** Where the runs of one task are kept, whether its section is still configured or not. */
export interface TaskPlace extends FilteredResource {
  /** The service, as people write it. */
  readonly path: string;
  /** Where the records of runs under way are. */
  readonly ridFolder: string;
  /** Where the last runs are. */
  readonly memoryFolder: string;
  /** Where the memory of the whole service is. */
  readonly instance: Pick<Instance, "name" | "memoryFolder" | "stateFolder">;
  /** Absent when the section is gone, or the configuration cannot be used. */
  readonly configured: { readonly instance: Instance; readonly resource: Resource } | undefined;
}

/** What the filters choose, and for which words of a message. */
export interface PlaceRequest {
  readonly filter: ResourceFilterTexts;
  /** Such as `kill`, or `show runs of`. */
  readonly action: string;
}

/**
 * Finds the tasks of services, by path and rid, disabled ones included: also those that are no longer configured, and
 * those of a configuration that cannot be used, because what runs or ran is not undone by an edit.
 *
 * Throws `NotFoundError` when a filter names no task in any of the services.
 */
export function taskPlaces(
  agent: Agent,
  { instances, unusable }: Pick<Selection, "instances" | "unusable">,
  { filter, action }: PlaceRequest,
): TaskPlace[] {
  const services = [
    ...instances.map((instance) => ({ name: instance.name, places: placesOf(agent, instance) })),
    ...unusable.map((each) => ({ name: each.name, places: placesOfUnusable(agent, each) })),
  ].sort((a, b) => compareNatural(a.name, b.name));
  return whereNamed(services, ({ name, places }) => chosenOf(places, filter, `${action} ${name}`)).flat();
}

function chosenOf(places: readonly TaskPlace[], filter: ResourceFilterTexts, what: string): TaskPlace[] {
  const { matched, missing } = selectResources(parseResourceFilter(filter), places);
  const isFiltered = Object.values(filter).some((text) => text !== undefined);
  if (!isFiltered || (missing.length === 0 && matched.length > 0)) return [...matched];
  const existing = places.map(({ rid }) => rid).join(", ");
  throw new NotFoundError(
    `Cannot ${what}: ${missing.join(", ") || "the filter"} names no task, ${
      existing === "" ? "and there is none" : `expected one of ${existing}`
    }`,
  );
}

function placesOf(agent: Agent, instance: Instance): TaskPlace[] {
  const tasks = instance.resources.filter(({ group }) => group === "task");
  const known = new Set(tasks.map(({ rid }) => rid));
  const left = instance.hadState || instance.memoryFolder !== instance.stateFolder
    ? foldersOf(agent, instance).filter((rid) => !known.has(rid))
    : [];
  return [
    ...tasks.map((task) => placeOf(instance, task)),
    ...left.map((rid) => unconfigured(rid, instance)),
  ];
}

function placeOf(instance: Instance, task: Resource): TaskPlace {
  const { rid, ridFolder, memoryFolder, tags, subset, driverName } = task;
  return {
    path: instance.name,
    rid,
    ridFolder,
    memoryFolder,
    instance,
    configured: { instance, resource: task },
    tags,
    subset,
    driver: driverName,
  };
}

/** Without a configuration nobody can tell where a `state_dir` is: the private state folder is what there is. */
function placesOfUnusable(agent: Agent, { path, name }: Unusable): TaskPlace[] {
  const stateFolder = statePath(agent.folders, path);
  const instance = { name, stateFolder, memoryFolder: stateFolder };
  return foldersOf(agent, instance).map((rid) => unconfigured(rid, instance));
}

function unconfigured(rid: string, instance: TaskPlace["instance"]): TaskPlace {
  return {
    path: instance.name,
    rid,
    ridFolder: join(instance.stateFolder, rid),
    memoryFolder: join(instance.memoryFolder, rid),
    instance,
    configured: undefined,
    driver: "",
    tags: new Set(),
    subset: "",
  };
}

/** The tasks that have a folder in the state or in the memory of a service. */
function foldersOf({ system: { files } }: Agent, instance: TaskPlace["instance"]): string[] {
  const names = [...new Set([instance.stateFolder, instance.memoryFolder])].flatMap((folder) =>
    files.list(folder).filter(({ kind }) => kind === "folder").map(({ name }) => name)
  );
  return [...new Set(names)].filter((name) => tryParseRid(name)?.group === "task");
}
