import type { Instance, Resource } from "../actions/load.ts";
import { requiredResources } from "../actions/run/gates/requirements.ts";
import { resourcesAsked } from "../actions/sync/guard.ts";

/** The resources whose status decides whether a task or a synchronisation may run now. Throws `ConfigValueError`. */
export function askedFor(instance: Instance, rid: string): readonly Resource[] {
  const resource = instance.resources.find((candidate) => candidate.rid === rid);
  return resource?.group === "sync" ? resourcesAsked(instance, resource) : requiredResources(instance, rid);
}
