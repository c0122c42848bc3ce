import type { Monitored, MonitoredResources } from "../state/monitored.ts";
import { readMonitored, writeMonitored } from "../state/monitored.ts";
import { stampName, writeStamp } from "../state/stamps.ts";
import type { Agent } from "./agent.ts";
import { journalFor } from "./journal_for.ts";
import type { Instance, Resource } from "./load.ts";
import { statusOf } from "./status/resource_status.ts";
import { lockService, tryLockService } from "./resources/action_lock.ts";
import { applyStep } from "./resources/apply.ts";
import type { ActionContext } from "./resources/context.ts";
import { isWatched, restartsOf } from "./resources/watched.ts";
import type { StopRequest } from "./run/stop_request.ts";
import { stampFolderOf } from "./schedule/entries.ts";
import { refreshStatus } from "./status/status.ts";

export interface MonitorRequest {
  /** In seconds since the epoch, when the scheduler asked: the action is stamped with it. */
  readonly plannedAt?: number | undefined;
  readonly stop: StopRequest;
}

const UP: ReadonlySet<string> = new Set(["up", "stdby up"]);

/**
 * The action `resource_monitor`: looks at the monitored resources of a service, and starts those again that were up and
 * went down by themselves, as often as `restart` says. What an operator stopped, or never was up here since the host
 * booted, is left alone.
 */
export async function monitorResources(
  agent: Agent,
  instance: Instance,
  { plannedAt, stop }: MonitorRequest,
): Promise<{ readonly isChanged: boolean }> {
  if (!instance.isMember) return { isChanged: false };
  const journal = journalFor(agent, {
    path: instance.name,
    sessionId: agent.system.host.uuid(),
    isScheduled: true,
  });
  if (plannedAt !== undefined) {
    const folder = stampFolderOf(instance, "resource_monitor");
    const warn = (text: string) => journal.warning(text);
    await writeStamp(agent.system, folder, stampName("resource_monitor"), { seconds: plannedAt, warn });
  }
  const context: ActionContext = { agent, instance, journal, sessionId: agent.system.host.uuid(), stop };
  const watched = instance.isDisabled ? [] : instance.resources.filter(isWatched);
  let isChanged = false;
  for (const resource of watched) isChanged = await monitorOne(context, resource) || isChanged;
  if (isChanged) await refreshStatus(agent, instance);
  return { isChanged };
}

/** Gives whether the resource is in another state than it was known to be. */
async function monitorOne(context: ActionContext, resource: Resource): Promise<boolean> {
  const { agent, instance, stop } = context;
  const { status } = await statusOf(agent, instance, resource);
  // Looked up last: an operator's stop forgets the resource before it makes it go down.
  const known = knownOf(context)[resource.rid];
  if (UP.has(status)) return await noteUp(context, resource, known);
  // Never up here, or not known to be down: a warning is for people.
  if (known === undefined || (status !== "down" && status !== "stdby down")) return false;
  if (instance.isFrozen || known.is_given_up || stop.asked.aborted) return false;
  return await restart(context, resource, known);
}

/**
 * Notes that a resource is up, unless an operator's action goes on: what it is about to stop must not be known again, or
 * it would be started when it is down.
 */
async function noteUp(
  context: ActionContext,
  resource: Resource,
  known: Monitored | undefined,
): Promise<boolean> {
  if (known?.restarts === 0 && !known.is_given_up) return false;
  const lock = await tryLockService(context, 0);
  if (lock === undefined) return false;
  try {
    // An action may have come and gone since that look.
    const { status } = await statusOf(context.agent, context.instance, resource);
    if (UP.has(status)) await note(context, resource, { restarts: 0, is_given_up: false });
    return known === undefined;
  } finally {
    lock.release();
  }
}

async function restart(
  context: ActionContext,
  resource: Resource,
  { restarts }: Monitored,
): Promise<boolean> {
  const { agent, journal, stop } = context;
  const { rid, configuration } = resource;
  const most = resource.tags.has("noaction") ? 0 : restartsOf(resource);
  const delay = configuration.duration(rid, "restart_delay") ?? 0;
  for (let number = restarts + 1; number <= most; number++) {
    journal.warning(`it went down: start ${number} of ${most} in ${delay} s`, rid);
    await agent.system.clock.sleep(delay * 1000, stop.asked);
    if (stop.asked.aborted) return true;
    const outcome = await startAgain(context, resource, number);
    if (outcome === "up") return true;
    // An operator has stopped it meanwhile.
    if (outcome === "forgotten") return true;
  }
  const tried = most === 0 ? "" : ` and was started ${most} times in vain`;
  journal.error(`it went down${tried}: nothing more is done`, rid);
  await note(context, resource, { restarts: most, is_given_up: true });
  return true;
}

/** Starts it unless an operator's action has come first. */
async function startAgain(
  context: ActionContext,
  resource: Resource,
  number: number,
): Promise<"up" | "down" | "forgotten"> {
  const { agent, instance, journal } = context;
  const lock = await lockService(context);
  try {
    if (knownOf(context)[resource.rid] === undefined) return "forgotten";
    await note(context, resource, { restarts: number, is_given_up: false });
    const { problem } = await applyStep(context, resource, "start");
    if (problem !== undefined) {
      journal.error(`'start' action stopped on execution error: ${problem}`, resource.rid);
    }
    const { status } = await statusOf(agent, instance, resource);
    return UP.has(status) ? "up" : "down";
  } finally {
    lock.release();
  }
}

function knownOf({ agent, instance }: ActionContext): MonitoredResources {
  return readMonitored(agent.system, instance.runtimeFolder);
}

async function note(context: ActionContext, { rid }: Resource, monitored: Monitored): Promise<void> {
  const { agent, instance } = context;
  await writeMonitored(agent.system, instance.runtimeFolder, { ...knownOf(context), [rid]: monitored });
}
