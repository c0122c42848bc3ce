import { resolveIdentity } from "../../core/process/identity.ts";
import type { SignalName } from "../../core/process/signal_names.ts";
import { sudoKill } from "../../core/process/wrapper.ts";
import type { ProcessRow } from "../../ports.ts";
import type { KillNote } from "../../state/kill_notes.ts";
import { readKillNote, removeOldNotes, writeKillNote } from "../../state/kill_notes.ts";
import type { Agent } from "../agent.ts";
import { journalFor } from "../journal_for.ts";
import { endTree, type EndTreeOptions } from "../run/supervision/end_tree.ts";
import type { StopRequest } from "../run/stop_request.ts";
import { findWrappers } from "../run/preparation/wrappers.ts";
import { type KillWork as Work, openSessions, putOnRecord } from "./put_on_record.ts";
import { signalTree } from "./signal_tree.ts";
import type { TaskPlace } from "./task_places.ts";
import type { RunUnderWay } from "./under_way.ts";
import { commandOf, processesOf, runsUnderWay, seedsOf } from "./under_way.ts";

export interface KillRequest {
  /** TERM and KILL end the whole tree; any other one is only sent. */
  readonly signal: SignalName;
  /** Seconds between TERM and KILL; that of each task by default. */
  readonly grace: number | undefined;
  /** Asked when the operator will not wait for the grace. */
  readonly stop: StopRequest;
}

/** What became of one run: a documented contract, to which fields are only added. */
export interface KillRow {
  readonly path: string;
  readonly rid: string;
  readonly session_id: string;
  readonly signal: string;
  /** `ended`: nobody is left; `survived`: some are; `sent`: the signal was sent to all; `refused`: not to all. */
  readonly outcome: "ended" | "survived" | "sent" | "refused";
  /** How many processes the run had at first. */
  readonly process_count: number;
  /** Those that are left, or that could not be signalled. */
  readonly survivors: readonly number[];
}

const DEFAULT_GRACE = 10;
const LOOK_MS = 25;
/** How long a command may take to be on record after it was started, in milliseconds. */
const START_MS = 1_000;

/** Ends runs side by side, or sends them a signal. */
export function killRuns(
  agent: Agent,
  runs: readonly RunUnderWay[],
  request: KillRequest,
): Promise<KillRow[]> {
  return Promise.all(runs.map((run) => killRun(agent, run, request)));
}

/** Whether a signal is meant to end a run, so that KILL follows and the end is waited for. */
export function isEnding(signal: SignalName): boolean {
  return signal === "SIGTERM" || signal === "SIGKILL";
}

async function killRun(agent: Agent, run: RunUnderWay, request: KillRequest): Promise<KillRow> {
  const { record, place } = run;
  const journal = journalFor(agent, {
    path: place.path,
    sessionId: record.session_id,
    isScheduled: record.origin === "scheduler",
  });
  const work = { agent, run, journal };
  return isEnding(request.signal) ? await endRun(work, request) : await signalRun(work, request);
}

/** Ends the whole tree of a run, and waits until it is on record. */
async function endRun(work: Work, request: KillRequest): Promise<KillRow> {
  const { agent: { system }, run, journal } = work;
  const { place } = run;
  const count = processesOf(system, system.processes.table(), run).length;
  const grace = request.grace ?? graceOf(place);
  const isAtOnce = request.signal === "SIGKILL";
  const how = isAtOnce
    ? "send SIGKILL to the process tree"
    : `send SIGTERM to the process tree, SIGKILL in ${grace} seconds`;
  journal.info(`kill ${place.path}: ${how}`, place.rid);
  await leaveNote(work, request, false);
  const survivors = await endTrees(work, { graceMs: grace * 1000, isAtOnce, signal: request.stop.asked });
  await leaveNote(work, request, true);
  for (const { pid, name } of survivors) {
    journal.error(`process ${pid} (${name}) could not be ended and goes on`, place.rid);
  }
  if (survivors.length === 0) {
    journal.info(`killed by ${nameOf(work.agent)}: nothing is left of ${processesText(count)}`, place.rid);
    await putOnRecord(work, request.stop);
  }
  removeOldNotes(system.files, place.ridFolder, openSessions(system, place.ridFolder));
  return rowOf(work, request, { count, survivors: survivors.map(({ pid }) => pid) });
}

/** Ends what the run has started; a command that was on its way in this moment is met again, and ended too. */
async function endTrees(
  work: Work,
  options: Pick<EndTreeOptions, "graceMs" | "isAtOnce" | "signal">,
): Promise<readonly ProcessRow[]> {
  const { system } = work.agent;
  const killerArgv = sudoFor(work);
  for (let run: RunUnderWay | undefined = work.run; run; run = await goneOn(work)) {
    const { root, ...seeds } = seedsOf(system, run);
    const { survivors } = await endTree(system, root, {
      ...options,
      ...seeds,
      ...(killerArgv ? { killerArgv } : {}),
    });
    if (survivors.length > 0) return survivors;
  }
  return [];
}

/** The run, when a command of it lives after all; one whose command is not on record yet is given a moment. */
async function goneOn({ agent: { system }, run: { place, record } }: Work): Promise<RunUnderWay | undefined> {
  const { clock, processes } = system;
  const deadline = clock.monotonic() + START_MS;
  for (;;) {
    const run = runsUnderWay(system, [place]).find((each) => each.record.session_id === record.session_id);
    if (run === undefined) return undefined;
    const command = commandOf(run.record);
    if (command) return processes.isAlive(command) ? run : undefined;
    if (clock.monotonic() >= deadline) return undefined;
    await clock.sleep(LOOK_MS);
  }
}

/** Sends a signal once to every process of a run but the programs that only wait for the command. */
async function signalRun(work: Work, request: KillRequest): Promise<KillRow> {
  const { agent: { system }, run, journal } = work;
  const { signal } = request;
  await leaveNote(work, request, false);
  const argvFor = sudoFor(work);
  const members = processesOf(system, system.processes.table(), run);
  const command = commandOf(run.record);
  const { sent, refused } = signalTree(system.processes, members, { command, signal, argvFor });
  const { rid } = run.place;
  for (const pid of refused) journal.error(`process ${pid} could not be sent ${signal}`, rid);
  if (sent === 0) journal.error(`no process to send ${signal} to`, rid);
  else journal.info(`${signal} sent to ${processesText(sent)} by ${nameOf(work.agent)}`, rid);
  const row = rowOf(work, request, { count: members.length, survivors: refused });
  return sent === 0 ? { ...row, outcome: "refused" } : row;
}

function rowOf(
  { run: { place, record } }: Work,
  { signal }: KillRequest,
  { count, survivors }: { readonly count: number; readonly survivors: readonly number[] },
): KillRow {
  const [good, bad] = isEnding(signal) ? ["ended", "survived"] as const : ["sent", "refused"] as const;
  return {
    path: place.path,
    rid: place.rid,
    session_id: record.session_id,
    signal,
    outcome: survivors.length === 0 ? good : bad,
    process_count: count,
    survivors,
  };
}

/** The record of the run must say who ended it; a full disk must not keep it from being ended. */
async function leaveNote(work: Work, { signal }: KillRequest, is_done: boolean): Promise<void> {
  const { agent: { system }, run: { place: { ridFolder, rid }, record }, journal } = work;
  const noted = { ridFolder, sessionId: record.session_id };
  const note: KillNote = {
    by: nameOf(work.agent),
    signal,
    is_end: isEnding(signal),
    pid: system.processes.self.pid,
    start_time: system.processes.self.startTime,
    is_done,
  };
  const isEndedAlready = !note.is_end && readKillNote(system.files, noted)?.is_end;
  if (isEndedAlready) return;
  try {
    await writeKillNote(system.files, noted, note);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    journal.warning(`the record of the run will not say who ended it: ${why}`, rid);
  }
}

function processesText(count: number): string {
  return count === 1 ? "1 process" : `${count} processes`;
}

function nameOf({ system }: Agent): string {
  return `agent kill (uid ${system.users.self.uid})`;
}

/** The keyword of the task; one that cannot be read must not keep the run alive. */
function graceOf({ configured, rid }: TaskPlace): number {
  try {
    return configured?.resource.configuration.duration(rid, "kill_grace") ?? DEFAULT_GRACE;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return DEFAULT_GRACE;
  }
}

/** Through sudo, for an agent that is not root and whose task is somebody else. */
function sudoFor({ agent: { system }, run: { record } }: Work) {
  if (system.users.self.uid === 0) return undefined;
  const found = resolveIdentity({ user: record.user }, system.users);
  const { sudo } = findWrappers(system);
  if (found.kind === "refused" || found.identity.uid === system.users.self.uid || !sudo) return undefined;
  return (signal: SignalName, pids: readonly number[]) => sudoKill(sudo, found.identity, signal, pids);
}
