/**
 * What the agent that follows a run makes of it when somebody ends the run from outside (`agent SELECTOR kill`).
 *
 * @module
 */
import { SIGNAL_NUMBERS } from "../../../core/process/signals.ts";
import type { NotedRun } from "../../../state/kill_notes.ts";
import { killerOf, type KillNote, readKillNote, removeKillNote } from "../../../state/kill_notes.ts";
import type { ExecutionOutcome } from "../run_end.ts";
import type { TaskRun } from "../task_run.ts";

type KilledRun = Pick<TaskRun, "agent" | "resource" | "sessionId">;
type StoppableRun = KilledRun & Pick<TaskRun, "request">;

const LOOK_MS = 50;

/** Says in words who ended a run. */
export function killReason({ by, is_end, signal }: KillNote): string {
  return is_end ? `killed by ${by}` : `ended by ${signal}, sent by ${by}`;
}

/**
 * The outcome of a command, with the name of who ended it from outside: a failure even when the command obeyed with an
 * exit code of 0, as after a timeout.
 */
export function withKiller(run: KilledRun, outcome: ExecutionOutcome): ExecutionOutcome {
  const note = readKillNote(run.agent.system.files, notedOf(run));
  if (note === undefined || outcome.isTimedOut || outcome.isStopped) return outcome;
  if (!note.is_end && outcome.signal !== note.signal) return outcome;
  const code = outcome.code || 128 + (SIGNAL_NUMBERS[note.signal] ?? 0);
  return { ...outcome, code, reason: killReason(note), isStopped: true, isLost: false };
}

/**
 * Waits until whoever is ending the run from outside is done with it, so that what follows the command is not taken
 * for a part of it, and its slot is not free before; says who it was. A wish to stop ends the wait.
 */
export async function killSettled(run: StoppableRun): Promise<string | undefined> {
  const { clock, files, processes } = run.agent.system;
  const { asked } = run.request.stop;
  for (;;) {
    const note = readKillNote(files, notedOf(run));
    if (!note?.is_end) return undefined;
    if (note.is_done || asked.aborted || !processes.isAlive(killerOf(note))) return killReason(note);
    await clock.sleep(LOOK_MS, asked);
  }
}

/** Removes the note: the run is over, and what it says is on record. */
export function forgetKiller(run: KilledRun): void {
  removeKillNote(run.agent.system.files, notedOf(run));
}

function notedOf({ resource: { ridFolder }, sessionId }: KilledRun): NotedRun {
  return { ridFolder, sessionId };
}
