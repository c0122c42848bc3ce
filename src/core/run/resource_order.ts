import { compareRids } from "../naming/rid.ts";
import type { Batch } from "./order.ts";
import { batchesOf } from "./order.ts";

/** The order in which groups are started; others come last. */
const GROUPS = ["ip", "volume", "disk", "fs", "share", "container", "app"];

interface Startable {
  readonly rid: string;
  readonly group: string;
  readonly subset: string;
}

/**
 * Puts resources in the order of a start: by group, then by subset, then by rid. A stop goes through the same batches in
 * reverse order.
 */
export function startOrder<Resource extends Startable>(
  resources: readonly Resource[],
  isParallel: (group: string, subset: string) => boolean,
): Batch<Resource>[] {
  const groups = [...new Set([...GROUPS, ...resources.map(({ group }) => group).sort()])];
  return groups.flatMap((group) => {
    const members = resources.filter((each) => each.group === group);
    return batchesOf(members, { isParallel: (subset) => isParallel(group, subset), isAlone: () => false });
  });
}

/** The same batches, last one first, and within each the last resource first. */
export function stopOrder<Resource extends Startable>(
  batches: readonly Batch<Resource>[],
): Batch<Resource>[] {
  return batches.toReversed().map((batch) => ({
    ...batch,
    tasks: batch.tasks.toSorted((a, b) => compareRids(b.rid, a.rid)),
  }));
}
