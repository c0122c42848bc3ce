import { NotFoundError, RefusedError } from "../../../core/errors.ts";
import type { ResourceFilterTexts } from "../../../core/naming/resource_filter.ts";
import { parseResourceFilter, selectResources } from "../../../core/naming/resource_filter.ts";
import type { Instance, Resource } from "../../load.ts";

/** Which resources of an instance an action works on. */
export interface Choice {
  readonly chosen: readonly Resource[];
  /** Those that the filters name but that are disabled. */
  readonly disabled: readonly Resource[];
  /** Those of the others that are left out for now, and why. */
  readonly paused: readonly { readonly resource: Resource; readonly reason: string }[];
}

export interface ChoiceRequest {
  readonly filter: ResourceFilterTexts;
  /** Such as `run`, for messages. */
  readonly action: string;
  /** Whether the action is something that this resource can do. */
  can(resource: Resource): boolean;
  /** Why a resource is to be left out for now, such as `paused until 2026-03-02 12:00:00`. */
  paused?(resource: Resource): string | undefined;
}

/**
 * Applies the filters and leaves out what is disabled (spec 1.3, 4.1).
 *
 * Throws `NotFoundError` when a filter names nothing, or nothing that can do the action, and `RefusedError` when all
 * that it names is disabled.
 */
export function chooseResources(instance: Instance, request: ChoiceRequest): Choice {
  const { filter, action } = request;
  const matched = namedResources(instance, request);
  const isDisabled = (resource: Resource) => instance.isDisabled || resource.isDisabled;
  const disabled = matched.filter(isDisabled);
  const enabled = matched.filter((resource) => !isDisabled(resource));
  const paused = enabled.flatMap((resource) => {
    const reason = request.paused?.(resource);
    return reason === undefined ? [] : [{ resource, reason }];
  });
  const chosen = enabled.filter((each) => !paused.some(({ resource }) => resource === each));
  const choice = { chosen, disabled, paused };
  if (isFiltered(filter) && chosen.length === 0) {
    throw new RefusedError(`Cannot ${action} ${instance.name}: ${leftOutTexts(choice).join(", ")}`);
  }
  return choice;
}

/** Names what is left out, and why: `task#0,task#1 disabled`, and `task#2 paused until …`. */
export function leftOutTexts({ disabled, paused }: Pick<Choice, "disabled" | "paused">): string[] {
  return [
    ...(disabled.length > 0 ? [`${ridsOf(disabled)} disabled`] : []),
    ...paused.map(({ resource, reason }) => `${resource.rid} ${reason}`),
  ];
}

/**
 * The resources that the filters name and that can do the action, disabled ones included; all of these without a filter.
 *
 * Throws `NotFoundError` when a filter names nothing, or nothing that can do it.
 */
export function namedResources(
  instance: Instance,
  { filter, action, can }: Pick<ChoiceRequest, "filter" | "action" | "can">,
): readonly Resource[] {
  if (!isFiltered(filter)) return instance.resources.filter(can);
  return matchFilter(instance, filter, action, can);
}

/** Whether any filter is given. */
export function isFiltered(filter: ResourceFilterTexts): boolean {
  return Object.values(filter).some((text) => text !== undefined && text !== "");
}

/**
 * Does the same to each service; among several, those in which the filters name nothing, or nothing that is enabled, are
 * left out.
 *
 * Throws the error of the first one when that is so for all.
 */
export function whereNamed<Service, Result>(
  services: readonly Service[],
  work: (service: Service) => Result,
): Result[] {
  const results: Result[] = [];
  let missing: NotFoundError | RefusedError | undefined;
  for (const service of services) {
    try {
      results.push(work(service));
    } catch (error) {
      if (!(error instanceof NotFoundError || error instanceof RefusedError)) throw error;
      missing ??= error;
    }
  }
  if (missing && results.length === 0) throw missing;
  return results;
}

function matchFilter(
  instance: Instance,
  filter: ResourceFilterTexts,
  action: string,
  can: (resource: Resource) => boolean,
): readonly Resource[] {
  const named = instance.resources.map((resource) => ({
    ...resource,
    driver: resource.driverName,
    resource,
  }));
  const { matched, missing } = selectResources(parseResourceFilter(filter), named);
  const able = matched.map(({ resource }) => resource).filter(can);
  if (missing.length === 0 && able.length > 0) {
    refuseUnable(filter, action, matched.map(({ resource }) => resource), can);
    return able;
  }
  const existing = instance.resources.filter(can).map(({ rid }) => rid).join(", ");
  const wanted = missing.length > 0 ? missing.join(", ") : describe(filter);
  const found = matched.length > 0 && missing.length === 0
    ? `names nothing that can ${action}`
    : "names no resource";
  throw new NotFoundError(
    `Cannot ${action} ${instance.name}: ${wanted} ${found}, ${
      existing === "" ? `and there is nothing to ${action}` : `expected one of ${existing}`
    }`,
  );
}

/** A resource that is named in full must be able to do it; groups, tags and globs only pick those that can. */
function refuseUnable(
  filter: ResourceFilterTexts,
  action: string,
  matched: readonly Resource[],
  can: (resource: Resource) => boolean,
): void {
  const named = new Set((filter.rid ?? "").split(",").map((term) => term.trim()));
  const unable = matched.find((resource) => named.has(resource.rid) && !can(resource));
  if (unable) {
    throw new NotFoundError(`Cannot ${action} ${unable.rid}: ${unable.driverName} has no such action`);
  }
}

function describe(filter: ResourceFilterTexts): string {
  return Object.entries(filter).filter(([, text]) => text).map(([flag, text]) => `--${flag} ${text}`).join(
    " ",
  );
}

/** Names resources for a message: `task#0, task#1`. */
export function ridsOf(resources: readonly { readonly rid: string }[]): string {
  return resources.map(({ rid }) => rid).join(",");
}
