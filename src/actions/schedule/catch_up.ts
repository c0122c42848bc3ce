import { isInForce, readPause } from "../../state/pauses.ts";
import { readSettled } from "../../state/settled.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { memoryProblem } from "../run/gates/memory.ts";

/** The task whose missed instants are asked for. */
export interface CatchUpQuestion {
  readonly rid: string;
  /** Its schedule and zone, as remembered with what is settled. */
  readonly fingerprint: string;
  /** The stamp of its last run. */
  readonly last: number | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A record further than this in the future, in seconds, was written by a wrong clock. */
const FUTURE_TOLERANCE = 60;

/**
 * After which instant, in seconds, a planned one counts as missed; undefined when nothing can have been missed.
 *
 * That is the last one decided upon, and never before the configuration was changed, or before the end of a pause: what
 * passes meanwhile is let go. While the memory of the service
 * is out of reach (`state_dir`), only the latter is known: what is held until it is back must be asked again then.
 */
export function missedSince(agent: Agent, instance: Instance, question: CatchUpQuestion): number | undefined {
  const { rid, fingerprint, last, now } = question;
  const pause = readPause(agent.system.files, `${instance.stateFolder}/${rid}`);
  if (pause && isInForce(pause, now)) return undefined;
  // The instant at which a pause ends is not in it.
  const pausedAt = (pause?.until ?? -Infinity) - 1;
  const changedAt = Math.max(Math.min(instance.modifiedAt / 1000, now), pausedAt);
  if (memoryProblem(agent, instance) !== undefined) return Math.floor(changedAt);
  const settled = readSettled(agent.system.files, instance.memoryFolder, rid);
  if (settled?.schedule !== fingerprint || settled.until > now + FUTURE_TOLERANCE) return undefined;
  return Math.floor(Math.max(settled.until, last ?? -Infinity, changedAt));
}
