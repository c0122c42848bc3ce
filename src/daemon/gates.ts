import type { Agent } from "../actions/agent.ts";
import type { Instance, Resource } from "../actions/load.ts";
import { inactiveReason } from "../actions/sync/guard.ts";
import { memoryProblem } from "../actions/run/gates/memory.ts";
import { describePause, findPause } from "../actions/paused.ts";
import { isProvisioned } from "../actions/status/provisioned.ts";
import { findUnmet, readRequirements } from "../actions/run/gates/requirements.ts";
import { covers, readPause } from "../state/pauses.ts";
import { readStopping } from "../state/stopping.ts";
import { askedFor } from "./asked.ts";

/** Why an entry is not launched now: for good, or until something changes. */
export type Closed =
  | { readonly kind: "gone"; readonly reason: string }
  | {
    readonly kind: "wait";
    readonly reason: string;
    readonly cause: Cause;
    /** When it opens by itself, in seconds since the epoch. */
    readonly until?: number | undefined;
  };

/** What an entry waits for. */
export type Cause = "frozen" | "paused" | "provision" | "memory" | "requirement" | "slot";

/** Says what keeps the scheduler from using a resource at this moment, from the files as they are now (spec 4.1, 4.3). */
export async function closedGate(
  agent: Agent,
  instance: Instance,
  rid: string,
): Promise<Closed | undefined> {
  const resource = instance.resources.find((candidate) => candidate.rid === rid);
  if (resource === undefined) return { kind: "gone", reason: "it is not configured any more" };
  if (!instance.isMember) return { kind: "gone", reason: "this node is not one of the service's" };
  if (instance.isDisabled || resource.isDisabled) return { kind: "gone", reason: "it is disabled" };
  if (instance.isFrozen) return wait("frozen", "the service is frozen");
  const pause = findPause(agent, resource);
  if (pause) return { ...wait("paused", `it is ${describePause(agent, pause)}`), until: pause.until };
  if (!isProvisioned(agent, instance)) return wait("provision", "the service is not provisioned");
  const memory = memoryProblem(agent, instance);
  if (memory !== undefined) return wait("memory", memory);
  const leaving = leavingReason(agent, instance, rid);
  if (leaving !== undefined) return wait("requirement", leaving);
  if (resource.group === "sync") return await elsewhere(agent, instance, resource);
  return await unmetRequirement(agent, instance, rid);
}

/** A synchronisation waits for the service to be up here, as for a requirement. */
async function elsewhere(agent: Agent, instance: Instance, resource: Resource): Promise<Closed | undefined> {
  const reason = await inactiveReason(agent, instance, resource);
  return reason === undefined ? undefined : wait("requirement", reason);
}

/** What a memory outside of the node may be on. */
const STORAGE_GROUPS: ReadonlySet<string> = new Set(["volume", "disk", "fs", "share"]);

/** What is needed is about to go: a run that began now would keep it busy, so that it could not be stopped. */
function leavingReason({ system }: Agent, instance: Instance, rid: string): string | undefined {
  const stopping = readStopping(system, instance.runtimeFolder);
  if (stopping.size === 0) return undefined;
  const hasOwnMemory = instance.memoryFolder === instance.stateFolder;
  const asked = readAsked(instance, rid);
  const leaving = instance.resources.find((each) =>
    stopping.has(each.rid) && (asked.includes(each) || (!hasOwnMemory && STORAGE_GROUPS.has(each.group)))
  );
  return leaving && `${leaving.rid} is being stopped`;
}

function wait(cause: Cause, reason: string) {
  return { kind: "wait", reason, cause } as const;
}

/** Whether an instant passed while the task was paused, although the pause is over now: it was let go. */
export function passedInPause(
  { system: { files } }: Agent,
  instance: Instance,
  rid: string,
  at: number,
): boolean {
  const pause = readPause(files, `${instance.stateFolder}/${rid}`);
  return pause !== undefined && covers(pause, at);
}

/** Whether the requirements of a task or a synchronisation take more than a look at files: the scheduler must not wait for the answer. */
export function isSlowToTell(instance: Instance, rid: string): boolean {
  return readAsked(instance, rid).some(({ driver }) => driver?.isSlow === true);
}

/** Requirements that cannot be read ask nobody: the run itself tells of them. */
function readAsked(instance: Instance, rid: string): readonly Resource[] {
  try {
    return askedFor(instance, rid);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

async function unmetRequirement(agent: Agent, instance: Instance, rid: string): Promise<Closed | undefined> {
  try {
    const unmet = await findUnmet(agent, instance, readRequirements(instance, rid));
    // The run itself tells of a resource that does not exist.
    if (unmet === undefined || unmet.isMistake) return undefined;
    return wait("requirement", `${unmet.option}: ${unmet.obstacle}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The run itself refuses with the line of the file: once for each planned instant.
    return undefined;
  }
}
