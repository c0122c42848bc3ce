import { NotFoundError } from "../../core/errors.ts";
import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import { parseResourceFilter, selectResources } from "../../core/naming/resource_filter.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";
import type { EntryOptions, ScheduleEntry } from "./entries.ts";
import { scheduleEntries } from "./entries.ts";

/**
 * Makes the test for rows of a schedule that the filters name: without one all of them, else those of tasks and
 * synchronisations. Throws `NotFoundError` when the filters name neither.
 */
export function scheduleFilter(
  instance: Instance,
  filter: ResourceFilterTexts,
): (row: { readonly rid?: string | null | undefined }) => boolean {
  if (Object.values(filter).every((text) => !text)) return () => true;
  const rids = new Set<string | null | undefined>(namedResources(instance, filter).map(({ rid }) => rid));
  return ({ rid }) => rids.has(rid);
}

/**
 * The entries that the filters name, for those who ask when and why: disabled synchronisations too, and the service's own
 * actions last, because most questions are about its resources. Throws as `scheduleFilter` does.
 */
export function entriesAsked(
  agent: Agent,
  instance: Instance,
  filter: ResourceFilterTexts,
  options: EntryOptions = {},
): readonly ScheduleEntry[] {
  const isNamed = scheduleFilter(instance, filter);
  const entries = scheduleEntries(agent, instance, { ...options, hasDisabled: true }).filter(isNamed);
  return entries.toSorted((a, b) => Number(a.rid === undefined) - Number(b.rid === undefined));
}

function namedResources({ name, resources }: Instance, filter: ResourceFilterTexts): readonly Resource[] {
  const named = resources.map((resource) => ({ ...resource, driver: resource.driverName, resource }));
  const { matched, missing } = selectResources(parseResourceFilter(filter), named);
  const scheduled = matched.map(({ resource }) => resource).filter(hasSchedule);
  if (missing.length === 0 && scheduled.length > 0) return scheduled;
  const existing = resources.filter(hasSchedule).map(({ rid }) => rid).join(", ") || "nothing";
  const found = missing.join(", ") || "the filter";
  throw new NotFoundError(
    `Cannot show the schedule of ${name}: ${found} names no task and no synchronisation, expected one of ${existing}`,
  );
}

/** A synchronisation that this version cannot do has no schedule that could be read. */
function hasSchedule({ group, driver }: Resource): boolean {
  return group === "task" || (group === "sync" && driver !== undefined);
}
