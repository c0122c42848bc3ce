import { formatInstant } from "../core/schedule/instant.ts";
import { zoneOf } from "../core/schedule/zone.ts";
import type { Pause } from "../state/pauses.ts";
import { isInForce, readPause, removeEndedPause } from "../state/pauses.ts";
import type { Agent } from "./agent.ts";
import type { Resource } from "./load.ts";

/** The pause that keeps a task from running at this moment. */
export function findPause(
  { system: { files, clock } }: Pick<Agent, "system">,
  { ridFolder }: Pick<Resource, "ridFolder">,
): Pause | undefined {
  const pause = readPause(files, ridFolder);
  return pause && isInForce(pause, Math.floor(clock.now() / 1000)) ? pause : undefined;
}

/** The same in words; undefined when nothing does. */
export function pauseText(agent: Pick<Agent, "system" | "node">, resource: Resource): string | undefined {
  const pause = findPause(agent, resource);
  return pause && describePause(agent, pause);
}

/** Says how long a pause lasts, on the clock of the node, and why: `paused until 2026-03-02 12:00:00: backup`. */
export function describePause({ node }: Pick<Agent, "node">, { until, reason }: Pause): string {
  if (until === undefined) return "paused until it is resumed: the record of its pause cannot be read";
  const end = formatInstant(until, zoneOf(node.timeZone)).replace("T", " ");
  return `paused until ${end}${reason === null ? "" : `: ${reason}`}`;
}

/** Forgets a pause that is over, now that the scheduler has run the task again; what cannot be removed does no harm. */
export async function forgetEndedPause(
  { system: { files, clock } }: Pick<Agent, "system">,
  { ridFolder }: Pick<Resource, "ridFolder">,
): Promise<void> {
  try {
    await removeEndedPause(files, ridFolder, Math.floor(clock.now() / 1000));
  } catch {
    // A full or broken disk must not keep the task from running.
  }
}
