/**
 * Ending everything that a run has started.
 *
 * @module
 */
import { keyOf, type TableRow, treeOf, type TreeSeeds } from "../../../core/process/process_tree.ts";
import type { ProcessId, ProcessRow, System } from "../../../ports.ts";

type Ports = Pick<System, "processes" | "clock">;

export interface EndTreeOptions {
  /** How long the processes may take to obey TERM before they are killed. */
  readonly graceMs: number;
  /** Entries of the environment, `NAME=value`, that only processes of this run have all of. */
  readonly marks: readonly string[];
  /** The control group of the run: whoever is in it belongs to the run, wherever it went. */
  readonly group?: string | undefined;
  /** The supervisor, when the root is one. */
  readonly keeper?: TreeSeeds["keeper"];
  /** A command that signals processes as their own user, where the agent itself may not (see `sudoKill`). */
  killerArgv?(signal: "SIGTERM" | "SIGKILL", pids: readonly number[]): readonly [string, ...string[]];
  /** Kills at once: no TERM is sent before. */
  readonly isAtOnce?: boolean;
  /**
   * Whether processes of the run in the agent's own session are spared TERM: they hold the terminal of the others, would
   * take it away from them at once, and end with them.
   */
  readonly sparesHolders?: boolean;
  /** Aborted when the operator will not wait for the grace. */
  readonly signal?: AbortSignal;
}

export interface TreeEnd {
  /** Processes that are still there: those of another user that the agent may not signal, or stuck in the kernel. */
  readonly survivors: readonly ProcessRow[];
}

/** Between two looks at the table: short at first, because most processes obey at once. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;
/** How long killed processes may take to disappear. */
const KILL_WAIT_MS = 3_000;

/**
 * Sends TERM to the whole tree of the run, waits for the grace, then sends KILL until two looks in a row find nobody.
 *
 * Processes are found by control group where there is one, by parent, by session and by the marks in their environment,
 * because wrappers start sessions of their own and children outlive their parents. Each is signalled only while pid and start time agree.
 */
export async function endTree(ports: Ports, root: ProcessId, options: EndTreeOptions): Promise<TreeEnd> {
  const tree = new Tree(ports, root, options);
  const termed = new Set<string>();
  const { self } = ports.processes;
  const held = options.sparesHolders && ports.processes.table().find(({ pid }) => pid === self.pid)?.session;
  const isSpared = ({ session }: ProcessRow) => session === held;
  const isNew = (row: ProcessRow) =>
    !isSpared(row) && !termed.has(keyOf(row)) && termed.add(keyOf(row)) !== undefined;
  const ask = (rows: readonly ProcessRow[]) => {
    const fresh = rows.filter(isNew);
    const isHeld = signalAll(ports, fresh, "SIGTERM", options);
    // A stopped process would sleep through its TERM.
    for (const row of fresh) ports.processes.signal(row, "SIGCONT");
    return isHeld;
  };
  if (!options.isAtOnce) await untilEmpty(ports, tree, options.graceMs, options.signal, ask);
  const kill = (rows: readonly ProcessRow[]) => {
    if (options.group !== undefined) ports.processes.killGroup(options.group);
    return signalAll(ports, rows, "SIGKILL", options);
  };
  return { survivors: await untilEmpty(ports, tree, KILL_WAIT_MS, undefined, kill) };
}

/** Signals each; those that refuse are left to the killer of the target user. False when nothing more can be done. */
function signalAll(
  { processes }: Ports,
  rows: readonly ProcessRow[],
  signal: "SIGTERM" | "SIGKILL",
  { killerArgv }: EndTreeOptions,
): boolean {
  const refused = rows.filter((row) => processes.signal(row, signal) === "refused");
  if (refused.length === 0) return true;
  if (!killerArgv) return refused.length < rows.length;
  processes.output(killerArgv(signal, refused.map(({ pid }) => pid)));
  return true;
}

/** Looks at the tree in rounds until nobody is left twice in a row, the time is up, or all refuse; gives who is left. */
async function untilEmpty(
  { clock }: Ports,
  tree: Tree,
  ms: number,
  signal: AbortSignal | undefined,
  act: (rows: readonly ProcessRow[]) => boolean,
): Promise<readonly ProcessRow[]> {
  const end = clock.monotonic() + ms;
  let emptyLooks = 0;
  let rows: readonly ProcessRow[] = [];
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    let isUseful = true;
    try {
      rows = tree.look();
      isUseful = act(rows);
      emptyLooks = rows.length === 0 ? emptyLooks + 1 : 0;
    } catch {
      // Too many open files, for instance: the next look may do, and nobody must be left because of this one.
      emptyLooks = 0;
    }
    if (emptyLooks === 2 || !isUseful || signal?.aborted) return rows;
    const left = end - clock.monotonic();
    if (left <= 0) return rows;
    await clock.sleep(Math.min(pause, left), signal);
  }
}

/** The processes of one run, with a memory from look to look. */
class Tree {
  readonly #processes: Ports["processes"];
  readonly #root: ProcessId;
  readonly #options: Pick<EndTreeOptions, "marks" | "group" | "keeper">;
  #members = new Set<string>();
  #sessions: Set<number>;

  constructor({ processes }: Ports, root: ProcessId, options: EndTreeOptions) {
    this.#processes = processes;
    this.#root = root;
    this.#options = options;
    // The process port starts each in a session of its own.
    this.#sessions = new Set([root.pid]);
  }

  look(): readonly ProcessRow[] {
    const { self } = this.#processes;
    const rows = this.#processes.table();
    const session = rows.find(({ pid }) => pid === self.pid)?.session ?? 0;
    const sessions = this.#livingSessions(rows);
    const seeds = {
      root: this.#root,
      members: this.#members,
      sessions,
      own: { pid: self.pid, session },
      keeper: this.#options.keeper,
    };
    const unmarked = treeOf(rows, { ...seeds, marked: new Set() });
    const marked = this.#markedAmong(rows, new Set(unmarked.map(({ pid }) => pid)));
    const tree = marked.size === 0 ? unmarked : treeOf(rows, { ...seeds, marked });
    this.#members = new Set(tree.map(keyOf));
    this.#sessions = new Set([...sessions, ...tree.map((row) => row.session)]);
    this.#sessions.delete(session);
    return tree;
  }

  /** A session whose last process is gone is forgotten: its number may be given to a stranger. */
  #livingSessions(rows: readonly TableRow[]): Set<number> {
    const living = new Set(rows.map((row) => row.session));
    return new Set([...this.#sessions].filter((session) => living.has(session)));
  }

  #markedAmong(rows: readonly ProcessRow[], known: ReadonlySet<number>): Set<number> {
    const { marks, group } = this.#options;
    const inGroup = new Set(group === undefined ? [] : this.#processes.groupMembers(group));
    const isMarked = (row: ProcessRow) =>
      inGroup.has(row.pid) ||
      marks.length > 0 && marks.every((mark) => this.#processes.hasInEnvironment(row, mark));
    const isNew = (row: ProcessRow) => row.startTime >= this.#root.startTime && !known.has(row.pid);
    return new Set(rows.filter((row) => isNew(row) && isMarked(row)).map(({ pid }) => pid));
  }
}
