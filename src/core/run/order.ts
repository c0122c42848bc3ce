import { compareRids } from "../naming/rid.ts";

/** Tasks of one subset, which run one after the other or side by side. */
export interface Batch<Task> {
  readonly subset: string;
  readonly isParallel: boolean;
  readonly tasks: readonly Task[];
}

interface Orderable {
  readonly rid: string;
  readonly subset: string;
}

/** Puts tasks in run order: by subset name, then by rid in natural order (spec 4.1). */
export function batchesOf<Task extends Orderable>(
  tasks: readonly Task[],
  isParallel: (subset: string) => boolean,
): Batch<Task>[] {
  const subsets = Map.groupBy(tasks, (task) => task.subset);
  return [...subsets.keys()].sort().map((subset) => ({
    subset,
    isParallel: isParallel(subset),
    tasks: subsets.get(subset)!.sort((a, b) => compareRids(a.rid, b.rid)),
  }));
}
