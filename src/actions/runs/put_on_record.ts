import type { System } from "../../ports.ts";
import { readLastRun } from "../../state/last_run.ts";
import { claimLeftRuns, removeStale, surveySlots } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import { readTask } from "../../drivers/task/settings.ts";
import { settleContainer } from "../run/preparation/around_container.ts";
import { reapRun } from "../run/supervision/adopt.ts";
import { settleLost } from "../run/supervision/lost_runs.ts";
import type { StopRequest } from "../run/stop_request.ts";
import type { RunUnderWay } from "./under_way.ts";

/** One run that somebody ends, and where that is told. */
export interface KillWork {
  readonly agent: Agent;
  readonly run: RunUnderWay;
  readonly journal: Journal;
}

const LOOK_MS = 25;
/** Nobody saw how the run ended. */
const LOST = {
  ...{ code: 1, signal: null, reason: "it is lost", isTimedOut: false, isStopped: false, pid: null },
  isLost: true,
};
/** How long the agent that follows a run, or its supervisor, may take to write its end down, in milliseconds. */
const RECORD_MS = 5_000;

/** Waits until a run that was ended is on record: its agent does that; for a run without one, it is done here. */
export async function putOnRecord(work: KillWork, stop: StopRequest): Promise<void> {
  const { agent: { system }, run: { place, record: { session_id } } } = work;
  const { clock, files } = system;
  const deadline = clock.monotonic() + RECORD_MS;
  while (clock.monotonic() < deadline) {
    const { living, left, stale } = surveySlots(system, place.ridFolder);
    if (stale.some(({ record }) => record?.session_id === session_id)) return await settle(work, stop);
    const isLeft = left.some(({ record, isGoingOn }) => record.session_id === session_id && !isGoingOn);
    if (isLeft) return await reap(work, stop);
    const isLiving = living.some((record) => record.session_id === session_id);
    if (!isLiving || readLastRun(files, place.memoryFolder)?.session_id === session_id) return;
    await clock.sleep(LOOK_MS);
  }
}

async function settle(work: KillWork, stop: StopRequest): Promise<void> {
  const { agent, run: { place }, journal } = work;
  for (const lost of await removeStale(agent.system, place.ridFolder)) {
    await settleLost({ agent, instance: place.instance, resource: place, journal }, lost);
  }
  await endContainer(work, stop);
}

/** The processes of a container are not those of the run, and no agent is left to end them. */
async function endContainer(
  { agent, run: { place, record }, journal }: KillWork,
  stop: StopRequest,
): Promise<void> {
  if (!place.configured) return;
  const { instance, resource } = place.configured;
  try {
    const settings = readTask(instance.configuration, resource.rid);
    const request = { environment: {}, origin: record.origin, stop };
    const caller = { agent, instance, resource, journal, sessionId: record.session_id, request };
    await settleContainer(caller, settings, LOST);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/** A task that is not configured any more waits for an agent that finds it configured again. */
async function reap({ agent, run: { place } }: KillWork, stop: StopRequest): Promise<void> {
  if (!place.configured) return;
  for (const ended of await claimLeftRuns(agent.system, place.ridFolder, "ended")) {
    await reapRun({ agent, ...place.configured, request: { stop } }, ended);
  }
}

/** The sessions of a task's runs that are under way, or not on record yet: notes on them are still needed. */
export function openSessions(system: System, ridFolder: string): ReadonlySet<string> {
  const { living, left, stale } = surveySlots(system, ridFolder);
  const records = [...living, ...left.map(({ record }) => record), ...stale.map(({ record }) => record)];
  return new Set(records.flatMap((record) => record?.session_id ?? []));
}
