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
  /** How long it may take to take it back, in milliseconds, where somebody waits for this process; else tries are counted. */
  readonly limitMs?: number;
}

/**
 * Asks the collector to be quiet about the service, does the work, and takes that back, whatever came of it. Trouble with
 * the collector is a warning, and costs `collector_timeout` at most: the work, and who waits for the end of the process.
 */
export async function withSnooze<Result>(
  run: TaskRun,
  { seconds, slot }: { readonly seconds: number | undefined; readonly slot: Pick<Slot, "isLeft"> },
  work: () => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return await work();
  const snoozed = { ...run, note: { rid: run.resource.rid, session_id: run.sessionId } };
  const { agent: { node, system: { clock } }, request } = run;
  const askedAt = clock.monotonic();
  await announce(snoozed, seconds, request.stop.asked);
  const leftMs = (node.collector?.timeoutMs ?? 0) - (clock.monotonic() - askedAt);
  try {
    return await work();
  } finally {
    // A daemon lives on, and tries for longer.
    if (!slot.isLeft) endSnooze(request.leaving ? snoozed : { ...snoozed, limitMs: leftMs });
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
  if (problem === undefined) return journal.info(`snooze: the collector is quiet for ${seconds} s`, note.rid);
  journal.warning(`snooze: the collector was not told: ${problem.reason}`, note.rid);
  if (problem.isOpen) return;
  // A collector that says no has nothing to take back.
  try {
    removeSnooze(agent.system.files, instance.stateFolder, note);
  } catch (error) {
    journal.debug(`snooze: its note stays until it is taken back: ${messageOf(error)}`, note.rid);
  }
}

/**
 * Takes it back, beside everything else, and without throwing, when the run had asked for it. Where another run of the service still wants
 * quiet, that one takes it back. What cannot be taken back now is tried again by the daemon.
 */
export function endSnooze(run: SnoozedRun): void {
  const { agent, journal, note } = run;
  const tell = (error: unknown) =>
    journal.warning(`snooze: it cannot be taken back: ${messageOf(error)}`, note.rid);
  try {
    const own = notesOf(run).find((other) => isSame(other, note));
    if (own === undefined) return;
    const isStarted = agent.hooks.start("ping", () => takeBack(run, own).catch(tell));
    if (!isStarted) journal.warning(`snooze: not taken back, it ends by itself at ${own.until}`, note.rid);
  } catch (error) {
    tell(error);
  }
}

async function takeBack(run: SnoozedRun, own: SnoozeNote): Promise<void> {
  const { agent, instance, journal } = run;
  const { files } = agent.system;
  const forget = () => removeSnooze(files, instance.stateFolder, own);
  if (notesOf(run).some((other) => !isSame(other, own))) return void forget();
  const problem = await tryToTakeBack(run);
  if (problem === undefined) {
    forget();
    return journal.debug("snooze: the collector is not quiet any more", own.rid);
  }
  const hope = `a daemon tries again, and it ends by itself at ${own.until}`;
  journal.warning(`snooze: not taken back, ${hope}: ${problem}`, own.rid);
}

/** Gives why it did not work. */
async function tryToTakeBack(
  { agent, instance, limitMs = Infinity }: SnoozedRun,
): Promise<string | undefined> {
  const { clock } = agent.system;
  const { asked } = agent.hooks.stop;
  const endsAt = clock.monotonic() + limitMs;
  let problem = "no answer came before";
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const leftMs = endsAt - clock.monotonic();
    if (leftMs <= 0) break;
    const unheard = await askQuiet(agent, instance.name, { signal: asked, limitMs: leftMs });
    if (unheard === undefined) return undefined;
    problem = unheard.reason;
    const pauseMs = PAUSE_MS * 3 ** (tries - 1);
    if (tries === MAX_TRIES || pauseMs >= endsAt - clock.monotonic()) break;
    await clock.sleep(pauseMs, asked);
  }
  return problem;
}

/**
 * Takes back what runs that are over could not, and forgets what has ended by itself. Whether something is left to look
 * at again later: what could not be taken back now, or a run that is not over.
 */
export function mendSnoozes(
  run: Omit<SnoozedRun, "note">,
  isUnderWay: (note: SnoozeNote) => boolean,
): boolean {
  const { agent, instance } = run;
  if (!hasCollector(agent)) return false;
  const { files, clock } = agent.system;
  let isOpen = false;
  for (const note of listSnoozes(files, instance.stateFolder)) {
    const isOver = Date.parse(note.until) <= clock.now() && !isUnderWay(note);
    if (isOver) removeSnooze(files, instance.stateFolder, note);
    else if (!isUnderWay(note)) endSnooze({ ...run, journal: quieter(run.journal), note });
    isOpen ||= !isOver;
  }
  return isOpen;
}

/** Who could not take it back has told so; the daemon tries every minute, and need not tell it each time. */
function quieter(journal: SnoozedRun["journal"]): SnoozedRun["journal"] {
  const debug = (message: string, rid?: string) => journal.debug(message, rid);
  return { debug, info: debug, warning: debug };
}

function notesOf({ agent, instance }: SnoozedRun): readonly SnoozeNote[] {
  return listSnoozes(agent.system.files, instance.stateFolder);
}

function isSame(a: Pick<SnoozeNote, "rid" | "session_id">, b: typeof a): boolean {
  return a.rid === b.rid && a.session_id === b.session_id;
}
