import type { Resource } from "../load.ts";

/** Whether a resource is looked at by the action `resource_monitor`: it says so, or it is to be started again. */
export function isWatched({ isMonitored, configuration, rid, isDisabled, driver }: Resource): boolean {
  if (isDisabled || driver?.start === undefined) return false;
  return isMonitored || restartsOf({ configuration, rid }) > 0;
}

/** How often a resource is started again; 0 where that cannot be read. */
export function restartsOf({ configuration, rid }: Pick<Resource, "configuration" | "rid">): number {
  try {
    return configuration.integer(rid, "restart") ?? 0;
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}
