/**
 * The `sync` actions: data of services, sent to their other nodes.
 *
 * @module
 */
import { batchesOf } from "../../core/run/order.ts";
import type { SyncResult } from "../../core/sync/result.ts";
import { syncExitCode } from "../../core/sync/result.ts";
import { wakeDaemon } from "../../state/wake_daemon.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import { journalFor } from "../journal_for.ts";
import type { Instance, Resource } from "../load.ts";
import { pauseText } from "../paused.ts";
import { chooseResources, leftOutTexts, whereNamed } from "../run/gates/choose.ts";
import { refuseStranger } from "../run/run.ts";
import { refreshStatus } from "../status/status.ts";
import type { SyncRequest } from "./request.ts";
import { syncResource } from "./sync_resource.ts";

/** What became of an action on one or several services. */
export interface SyncReport {
  readonly results: readonly SyncResult[];
  readonly exitCode: number;
}

/** The network between two nodes is one: side by side, transfers would only take longer each. */
const IN_SERIES = { isParallel: () => false, isAlone: () => false };

interface ServicePlan {
  readonly instance: Instance;
  readonly journal: Journal;
  readonly resources: readonly Resource[];
}

/**
 * Synchronises the chosen resources of the services, one after the other: by path, then by subset and rid.
 *
 * Throws `NotFoundError` and `RefusedError` before anything is sent; everything later is in the report. The kept status
 * is refreshed in the end.
 */
export async function syncAction(
  agent: Agent,
  instances: readonly Instance[],
  request: SyncRequest,
): Promise<SyncReport> {
  const sessionId = agent.system.host.uuid();
  const plans = whereNamed(instances, (instance) => planService(agent, instance, request, sessionId));
  const results: SyncResult[] = [];
  for (const plan of plans) {
    if (request.stop.asked.aborted) break;
    results.push(...await syncService(agent, plan, request, sessionId));
  }
  return { results, exitCode: request.stop.asked.aborted ? request.stop.exitCode : syncExitCode(results) };
}

function planService(agent: Agent, instance: Instance, request: SyncRequest, sessionId: string): ServicePlan {
  refuseStranger(agent, instance);
  const journal = journalFor(agent, { path: instance.name, sessionId, isScheduled: request.isScheduled });
  const choice = chooseResources(instance, {
    filter: request.filter,
    action: "sync",
    can: isSync,
    paused: (resource) => pauseText(agent, resource),
  });
  for (const text of leftOutTexts(choice)) journal.info(text);
  if (choice.chosen.length === 0) journal.info("nothing to sync");
  const resources = batchesOf(choice.chosen, IN_SERIES).flatMap(({ tasks }) => tasks);
  return { instance, journal, resources };
}

/** Whether it is a synchronisation that this version can do; one whose section is wrong is told when it is tried. */
export function isSync({ group, driver, problem }: Resource): boolean {
  return group === "sync" && (driver !== undefined || problem !== undefined);
}

async function syncService(
  agent: Agent,
  { instance, journal, resources }: ServicePlan,
  request: SyncRequest,
  sessionId: string,
): Promise<SyncResult[]> {
  const results: SyncResult[] = [];
  for (const resource of resources) {
    if (request.stop.asked.aborted) break;
    const own = await syncResource({ agent, instance, resource, request, journal, sessionId });
    results.push(...own);
    if (resource.optional === false && own.some(({ is_failed }) => is_failed)) break;
  }
  if (!request.isDryRun && results.some(({ outcome }) => outcome !== "skipped" && outcome !== "refused")) {
    await refreshStatus(agent, instance);
    // The scheduler may have waited for the end of this one.
    if (request.origin === "user") await wakeDaemon(agent.system, agent.folders, instance.runtimeFolder);
  }
  return results;
}
