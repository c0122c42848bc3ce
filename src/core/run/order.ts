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

/** What decides about running side by side. */
export interface Parallelism<Task> {
  isParallel(subset: string): boolean;
  /** Whether nothing may run beside this task, such as one that has the terminal. */
  isAlone(task: Task): boolean;
}

/**
 * Puts tasks in run order: by subset name, then by rid in natural order (spec 4.1). Tasks of a parallel subset that must
 * be alone come after its others, one by one.
 */
export function batchesOf<Task extends Orderable>(
  tasks: readonly Task[],
  { isParallel, isAlone }: Parallelism<Task>,
): Batch<Task>[] {
  const subsets = Map.groupBy(tasks, (task) => task.subset);
  return [...subsets.keys()].sort().flatMap((subset) => {
    const own = subsets.get(subset)!.sort((a, b) => compareRids(a.rid, b.rid));
    if (!isParallel(subset)) return [{ subset, isParallel: false, tasks: own }];
    return [
      { subset, isParallel: true, tasks: own.filter((task) => !isAlone(task)) },
      { subset, isParallel: false, tasks: own.filter(isAlone) },
    ].filter((batch) => batch.tasks.length > 0);
  });
}
