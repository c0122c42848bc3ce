import { NotFoundError } from "../../core/errors.ts";
import {
  parseResourceFilter,
  type ResourceFilterTexts,
  selectResources,
} from "../../core/naming/resource_filter.ts";
import type { Instance } from "../load.ts";

/** True when any filter was given. */
export function isFiltered(filter: ResourceFilterTexts): boolean {
  return Object.values(filter).some((text) => text !== undefined && text !== "");
}

/**
 * The ids of the resources that filters name, whatever their drivers can do, disabled ones included. Throws
 * `NotFoundError` when a filter names nothing.
 */
export function filterRids(
  instance: Instance,
  filter: ResourceFilterTexts,
  action: string,
): readonly string[] {
  const named = instance.resources.map(({ rid, driverName, tags, subset }) => ({
    rid,
    driver: driverName,
    tags,
    subset,
  }));
  const { matched, missing } = selectResources(parseResourceFilter(filter), named);
  if (missing.length === 0 && matched.length > 0) return matched.map(({ rid }) => rid);
  const existing = named.map(({ rid }) => rid).join(", ") || "nothing";
  const wanted = missing.length > 0 ? missing.join(", ") : "the filters together";
  const verb = missing.length > 0 ? "names" : "name";
  throw new NotFoundError(
    `Cannot ${action} ${instance.name}: ${wanted} ${verb} no resource, expected one of ${existing}`,
  );
}
