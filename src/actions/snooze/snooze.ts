import { messageOf } from "../../core/error_text.ts";
import type { SnoozeNote } from "../../state/snoozes.ts";
import { listSnoozes, removeSnooze, writeSnooze } from "../../state/snoozes.ts";
import type { Slot } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import { hasCollector } from "../collector/configured.ts";
import type { Journal } from "../journal.ts";
import type { Instance } from "../load.ts";
import type { TaskRun } from "../run/task_run.ts";
import { askQuiet } from "./ask.ts";

const MAX_TRIES = 3;
/** Before the second try, in milliseconds; three times as long before the third one. */
const PAUSE_MS = 1_000;

/** A run around which the collector keeps quiet, however it came here. */
export interface SnoozedRun {
  readonly agent: Agent;
  readonly instance: Pick<Instance, "name" | "stateFolder">;
  readonly journal: Pick<Journal, "debug" | "info" | "warning">;
  readonly note: Pick<SnoozeNote, "rid" | "session_id">;
}

/**
 * Asks the collector to be quiet about the service, does the work, and takes that back, whatever came of it. Trouble with
 * the collector is a warning, and the work waits for `collector_timeout` at most.
 */
export async function withSnooze<Result>(
  run: TaskRun,
  { seconds, slot }: { readonly seconds: number | undefined; readonly slot: Pick<Slot, "isLeft"> },
  work: () => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return await work();
  const snoozed = { ...run, note: { rid: run.resource.rid, session_id: run.sessionId } };
  await announce(snoozed, seconds, run.request.stop.asked);
  try {
    return await work();
  } finally {
    if (!slot.isLeft) endSnooze(snoozed);
  }
}

async function announce(run: SnoozedRun, seconds: number, signal: AbortSignal): Promise<void> {
  const { agent, instance, journal, note } = run;
  if (!hasCollector(agent)) return journal.info("snooze: there is no collector to tell", note.rid);
  const until = new Date(agent.system.clock.now() + seconds * 1000).toISOString();
  try {
    await writeSnooze(agent.system.files, instance.stateFolder, { ...note, until });
  } catch (error) {
    // Nobody could take it back after a crash: better loud than quiet for too long.
    return journal.warning(`snooze: not asked for: ${messageOf(error)}`, note.rid);
  }
  const problem = await askQuiet(agent, instance.name, { seconds, signal });
  if (problem === undefined) journal.info(`snooze: the collector is quiet for ${seconds} s`, note.rid);
  else journal.warning(`snooze: the collector was not told: ${problem}`, note.rid);
}

/**
 * Takes it back, beside everything else, when the run had asked for it. Where another run of the service still wants
 * quiet, that one takes it back. What cannot be taken back now is tried again by the next daemon.
 */
export function endSnooze(run: SnoozedRun): void {
  const { agent, journal, note } = run;
  const own = notesOf(run).find((other) => isSame(other, note));
  if (own === undefined) return;
  const isStarted = agent.hooks.start("ping", async () => {
    try {
      await takeBack(run, own);
    } catch (error) {
      journal.warning(`snooze: it cannot be taken back: ${messageOf(error)}`, note.rid);
    }
  });
  if (!isStarted) journal.warning(`snooze: not taken back, it ends by itself at ${own.until}`, note.rid);
}

async function takeBack(run: SnoozedRun, own: SnoozeNote): Promise<void> {
  const { agent, instance, journal } = run;
  const { clock, files } = agent.system;
  const forget = () => removeSnooze(files, instance.stateFolder, own);
  if (notesOf(run).some((other) => !isSame(other, own))) return void forget();
  let problem: string | undefined;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    problem = await askQuiet(agent, instance.name, { signal: agent.hooks.stop.asked });
    if (problem === undefined) {
      forget();
      return journal.debug("snooze: the collector is not quiet any more", own.rid);
    }
    if (tries < MAX_TRIES) await clock.sleep(PAUSE_MS * 3 ** (tries - 1), agent.hooks.stop.asked);
  }
  journal.warning(`snooze: not taken back, it ends by itself at ${own.until}: ${problem}`, own.rid);
}

/** Takes back what runs that are over could not; forgets what has ended by itself. */
export function mendSnoozes(
  run: Omit<SnoozedRun, "note">,
  isUnderWay: (note: SnoozeNote) => boolean,
): void {
  const { agent, instance } = run;
  if (!hasCollector(agent)) return;
  const { files, clock } = agent.system;
  for (const note of listSnoozes(files, instance.stateFolder)) {
    if (isUnderWay(note)) continue;
    if (Date.parse(note.until) > clock.now()) endSnooze({ ...run, note });
    else removeSnooze(files, instance.stateFolder, note);
  }
}

function notesOf({ agent, instance }: SnoozedRun): readonly SnoozeNote[] {
  return listSnoozes(agent.system.files, instance.stateFolder);
}

function isSame(a: Pick<SnoozeNote, "rid" | "session_id">, b: typeof a): boolean {
  return a.rid === b.rid && a.session_id === b.session_id;
}
