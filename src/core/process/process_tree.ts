/**
 * Which processes belong to a run.
 *
 * @module
 */

/** A line of the process table. */
export interface TableRow {
  readonly pid: number;
  readonly startTime: number;
  readonly parent: number;
  readonly session: number;
  readonly state: string;
}

/** What is known of a run before the table is looked at. */
export interface TreeSeeds {
  readonly root: { readonly pid: number; readonly startTime: number };
  /** Members that were seen earlier, as `pid:startTime`; a parent's death does not lose its children. */
  readonly members: ReadonlySet<string>;
  /** Sessions that members were seen in. */
  readonly sessions: ReadonlySet<number>;
  /** Pids whose environment carries the mark of the run. */
  readonly marked: ReadonlySet<number>;
  /** The agent itself, and its session, which are never part of it. */
  readonly own: { readonly pid: number; readonly session: number };
  /** The supervisor of the run, which is its root, and its watcher: they are no part of it, and what they wait for is. */
  readonly keeper?: { readonly pid: number; readonly watcherPid: number } | undefined;
}

/** The name of a process that no later one can have. */
export function keyOf({ pid, startTime }: Pick<TableRow, "pid" | "startTime">): string {
  return `${pid}:${startTime}`;
}

/**
 * The living processes of the run: its root, what descends from a member, who shares a session with one, and who is
 * marked. Nobody who started before the root is one, nor the agent, nor the first process of the host.
 */
export function treeOf<Row extends TableRow>(rows: readonly Row[], seeds: TreeSeeds): Row[] {
  const candidates = rows.filter((row) => isCandidate(row, seeds));
  const pids = new Set<number>();
  const sessions = new Set(seeds.sessions);
  sessions.delete(seeds.own.session);
  const joins = (row: Row) =>
    pids.has(row.parent) || row.parent === seeds.keeper?.pid || sessions.has(row.session) ||
    seeds.marked.has(row.pid) ||
    seeds.members.has(keyOf(row)) || keyOf(row) === keyOf(seeds.root);
  for (let size = -1; size < pids.size;) {
    size = pids.size;
    for (const row of candidates) {
      if (pids.has(row.pid) || !joins(row)) continue;
      pids.add(row.pid);
      if (row.session > 1 && row.session !== seeds.own.session) sessions.add(row.session);
    }
  }
  return candidates.filter((row) => pids.has(row.pid) && !"ZX".includes(row.state));
}

function isCandidate(row: TableRow, { root, own, keeper }: TreeSeeds): boolean {
  if (row.pid <= 1 || row.pid === own.pid || row.startTime < root.startTime) return false;
  return !keeper || ![keeper.pid, keeper.watcherPid].includes(row.pid) && row.parent !== keeper.watcherPid;
}
