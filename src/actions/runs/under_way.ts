/**
 * Runs that are under way, and the processes of each.
 *
 * @module
 */
import { treeOf, type TreeSeeds } from "../../core/process/process_tree.ts";
import type { ProcessId, ProcessRow, System } from "../../ports.ts";
import { readRunHeader, readRunStatus } from "../../state/run_folder.ts";
import type { SlotRecord } from "../../state/slots.ts";
import { surveySlots } from "../../state/slots.ts";
import type { TaskPlace } from "./task_places.ts";

/** Who follows a run: an agent; nobody, but a supervisor keeps it for the next agent; nobody at all. */
export type Supervision = "agent" | "supervised" | "orphan";

/** One run under way. */
export interface RunUnderWay {
  readonly place: TaskPlace;
  readonly record: SlotRecord;
  readonly supervision: Supervision;
}

/** Finds the runs of the tasks that are under way, in the order of the tasks and then of their starts. */
export function runsUnderWay(system: System, places: readonly TaskPlace[]): RunUnderWay[] {
  return places.flatMap((place) => {
    const { living, orphans, left } = surveySlots(system, place.ridFolder);
    const supervisionOf = (record: SlotRecord): Supervision => {
      if (orphans.includes(record)) return "orphan";
      return left.some((run) => run.record === record) ? "supervised" : "agent";
    };
    return living.toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map((record) => ({ place, record, supervision: supervisionOf(record) }));
  });
}

/** By what the processes of a run are found. */
export interface RunSeeds {
  readonly root: ProcessId;
  /** Entries of the environment that only processes of this run have all of. */
  readonly marks: readonly string[];
  /** The control group of the run. */
  readonly group: string | undefined;
  /** The supervisor and its watcher, which are no part of the run. */
  readonly keeper: TreeSeeds["keeper"];
}

/** A root that no process is, for a run of which only the marks tell. */
const NOBODY = -1;

/** Finds where the tree of a run begins: at its supervisor, at its command while that lives, else at its marks. */
export function seedsOf(
  { files, processes }: Pick<System, "files" | "processes">,
  run: RunUnderWay,
): RunSeeds {
  const { place, record } = run;
  const { supervisor } = (record.folder && readRunStatus(files, record.folder)) || {};
  const header = record.folder === undefined ? undefined : readRunHeader(files, record.folder);
  const marks = record.mark === undefined
    ? [
      `OPENSVC_SVCPATH=${place.path}`,
      `OPENSVC_SESSION_ID=${record.session_id}`,
      `OPENSVC_RID=${place.rid}`,
    ]
    : [record.mark];
  const rest = { marks, group: record.group ?? header?.group ?? undefined, keeper: undefined };
  if (supervisor && processes.isAlive(supervisor)) return { ...rest, root: supervisor, keeper: supervisor };
  const command = commandOf(record);
  if (command && processes.isAlive(command)) return { ...rest, root: command };
  // The number of a command that is gone may be a stranger's by now: neither it nor its session says anything.
  return { ...rest, root: { pid: NOBODY, startTime: command?.startTime ?? record.start_time } };
}

/** The first process of the command, once it is on record. */
export function commandOf(record: SlotRecord): ProcessId | undefined {
  const { command_pid: pid, command_start_time: startTime } = record;
  return pid === undefined || startTime === undefined ? undefined : { pid, startTime };
}

/** The processes of a run among those of the host. */
export function processesOf(
  system: Pick<System, "files" | "processes">,
  rows: readonly ProcessRow[],
  run: RunUnderWay,
): readonly ProcessRow[] {
  const { processes } = system;
  const { root, marks, group, keeper } = seedsOf(system, run);
  const own = processes.self;
  const session = rows.find(({ pid }) => pid === own.pid)?.session ?? 0;
  const seeds = {
    root,
    members: new Set<string>(),
    sessions: new Set([root.pid]),
    own: { pid: own.pid, session },
    keeper,
  };
  const unmarked = treeOf(rows, { ...seeds, marked: new Set() });
  const known = new Set(unmarked.map(({ pid }) => pid));
  const inGroup = new Set(group === undefined ? [] : processes.groupMembers(group));
  const isMarked = (row: ProcessRow) =>
    inGroup.has(row.pid) || marks.every((mark) => processes.hasInEnvironment(row, mark));
  const marked = rows.filter((row) =>
    row.startTime >= root.startTime && !known.has(row.pid) && isMarked(row)
  );
  if (marked.length === 0) return unmarked;
  return treeOf(rows, { ...seeds, marked: new Set(marked.map(({ pid }) => pid)) });
}
