import type { System } from "../../../ports.ts";

/** Makes a control group for a run; undefined where there are none, or none can be made now: a run goes on without. */
export function newGroup({ processes, host }: Pick<System, "processes" | "host">): string | undefined {
  try {
    return processes.makeGroup(host.uuid());
  } catch {
    return undefined;
  }
}

/** Removes the group of a run that is over; one that stays is empty, and is no failure of the run. */
export function dropGroup({ processes }: Pick<System, "processes">, group: string | null | undefined): void {
  if (!group) return;
  try {
    processes.removeGroup(group);
  } catch {
    // Empty groups are swept.
  }
}
