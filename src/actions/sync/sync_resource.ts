/**
 * Synchronising one resource: whether it may be, and then one target after the other.
 *
 * @module
 */
import type { SyncResult } from "../../core/sync/result.ts";
import { abilitiesOf } from "../../core/sync/rsync_argv.ts";
import type { SyncTarget } from "../../core/sync/targets.ts";
import { formatBytes, formatElapsed } from "../../core/text/quantity.ts";
import { DEFAULT_PATH } from "../../core/process/environment.ts";
import { readRsync, targetsFor } from "../../drivers/sync/settings.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import { writeSyncStamp } from "../../state/sync_stamps.ts";
import { forgetEndedPause } from "../paused.ts";
import { memoryProblem } from "../run/gates/memory.ts";
import { refusalFor, requirementObstacle } from "./guard.ts";
import { missingProgram, sectionProblem } from "./obstacles.ts";
import type { SyncRun } from "./request.ts";
import type { Delivery, Shipment } from "./send.ts";
import { sendTo } from "./send.ts";
import { acquireSyncSlot } from "./slot.ts";
import { expandSources } from "./sources.ts";

/** Sends the data of one resource to its targets; what is wrong with one does not keep the others from getting it. */
export async function syncResource(run: SyncRun): Promise<SyncResult[]> {
  const { resource: { rid }, journal } = run;
  const closed = await closedReason(run);
  if (closed !== undefined) return [leftOut(run, closed)];
  const targets = wantedTargets(run);
  if (targets.length === 0) return [nothingTo(run, "no nodes to sync")];
  const slot = await acquireSyncSlot(run);
  if ("reason" in slot) return [busy(run, slot.reason)];
  try {
    await stamp(run, "");
    if (run.request.isScheduled) await forgetEndedPause(run.agent, run.resource);
    const settings = readRsync(run.resource.configuration, rid);
    const sources = expandSources(run.agent.system.files, settings.sources);
    if (sources.length === 0) return [nothingTo(run, "no files to sync")];
    const results = await sendToAll(run, { settings, sources, abilities: abilitiesHere(run), slot }, targets);
    const isWhole = results.length === targets.length && results.every(({ is_failed }) => !is_failed);
    if (isWhole) await stamp(run, ".success");
    return results;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    journal.error(error.message, rid);
    return [{ ...resultOf(run), outcome: "failed", reason: error.message, is_failed: true }];
  } finally {
    await slot[Symbol.asyncDispose]();
  }
}

type Left = Pick<SyncResult, "outcome" | "reason">;

/** Why nothing of it is sent now, and whether that is a failure. */
async function closedReason(run: SyncRun): Promise<Left | undefined> {
  const { agent, instance, resource, request } = run;
  const problem = resource.problem ?? memoryProblem(agent, instance) ?? sectionProblem(resource);
  if (problem !== undefined) return { outcome: "refused", reason: problem };
  const targets = wantedTargets(run);
  if (targets.length === 0) return undefined;
  const refusal = await refusalFor(agent, instance, targets, request.isForced);
  if (refusal) {
    const isSilent = request.isScheduled && refusal.kind === "inactive";
    return { outcome: isSilent ? "skipped" : "refused", reason: refusal.reason };
  }
  const obstacle = request.isForced ? undefined : await requirementObstacle(agent, instance, resource);
  if (obstacle) {
    const isSilent = request.isScheduled && !obstacle.isMistake;
    return { outcome: isSilent ? "skipped" : "refused", reason: obstacle.reason };
  }
  const missing = missingProgram(agent, targets);
  return missing === undefined ? undefined : { outcome: "refused", reason: missing };
}

function wantedTargets({ request, resource: { configuration, rid } }: SyncRun): SyncTarget[] {
  return targetsFor(configuration, rid).filter(({ group }) => request.groups.includes(group));
}

function abilitiesHere({ agent }: SyncRun) {
  const { host, processes } = agent.system;
  const rsync = host.findProgram("rsync", agent.node.path ?? DEFAULT_PATH) ?? "rsync";
  return abilitiesOf(processes.output([rsync, "--version"]).stdout);
}

async function sendToAll(
  run: SyncRun,
  shipment: Shipment,
  targets: readonly SyncTarget[],
): Promise<SyncResult[]> {
  const results: SyncResult[] = [];
  for (const target of targets) {
    if (run.request.stop.asked.aborted) break;
    results.push(await deliver(run, shipment, target));
  }
  return results;
}

async function deliver(run: SyncRun, shipment: Shipment, target: SyncTarget): Promise<SyncResult> {
  const { agent, resource, request, journal } = run;
  const { settings: { destination }, sources } = shipment;
  const { clock } = agent.system;
  const startedAt = clock.now();
  const { node } = target;
  journal.info(
    `${request.isDryRun ? "would send" : "sends"} ${sources.join(" ")} to ${node}:${destination}`,
    resource.rid,
  );
  const delivery = await sendTo(run, shipment, target);
  const { reason, code, stats } = delivery;
  const took = (clock.now() - startedAt) / 1000;
  if (reason === undefined) {
    if (!request.isDryRun) {
      await writeSyncStamp(agent.system, resource.memoryFolder, node, {
        seconds: Math.floor(startedAt / 1000),
        warn: warnOf(run),
      });
    }
    journal.info(`${node} is done in ${formatElapsed(took)}${amountOf(delivery)}`, resource.rid);
  } else {
    journal.error(
      `node ${node} synchronization failed (${sources.join(" ")} => ${destination}): ${reason}`,
      resource.rid,
    );
  }
  return {
    ...resultOf(run),
    target: node,
    group: target.group,
    outcome: reason === undefined ? "synced" : "failed",
    reason: reason ?? null,
    code,
    is_failed: reason !== undefined,
    bytes_sent: stats.sent ?? null,
    bytes_received: stats.received ?? null,
    files: stats.files ?? null,
    started_at: new Date(startedAt).toISOString(),
    ended_at: new Date(clock.now()).toISOString(),
  };
}

function amountOf({ stats: { sent, files, deleted } }: Delivery): string {
  if (sent === undefined) return "";
  const counts = [
    ...(files === undefined ? [] : [`${files} files`]),
    ...(deleted === undefined || deleted === 0 ? [] : [`${deleted} deleted`]),
  ];
  return `: ${[`${formatBytes(sent)} sent`, ...counts].join(", ")}`;
}

/** Notes the attempt, or that it did well, when the scheduler asked. */
async function stamp(run: SyncRun, suffix: string): Promise<void> {
  const { agent, instance, resource: { rid }, request } = run;
  if (!request.isScheduled || request.isDryRun) return;
  const seconds = request.plannedAt ?? Math.floor(agent.system.clock.now() / 1000);
  const name = `${stampName("sync_all", rid)}${suffix}`;
  await writeStamp(agent.system, instance.memoryFolder, name, { seconds, warn: warnOf(run) });
}

function warnOf({ journal, resource: { rid } }: SyncRun): (text: string) => void {
  return (text) => journal.warning(text, rid);
}

/** Tells why a resource is left out: as an error when somebody waits for it. */
function leftOut(run: SyncRun, { outcome, reason }: Left): SyncResult {
  const { journal, resource: { rid } } = run;
  const isFailed = outcome === "refused";
  if (isFailed) journal.error(`'sync' action stopped on execution error: ${reason}`, rid);
  else journal.debug(`skip: ${reason}`, rid);
  return { ...resultOf(run), outcome, reason, is_failed: isFailed };
}

/** When the scheduler asks, the transfer that goes on does what is wanted. */
function busy(run: SyncRun, reason: string): SyncResult {
  return run.request.isScheduled ? nothingTo(run, reason) : leftOut(run, { outcome: "refused", reason });
}

function nothingTo(run: SyncRun, reason: string): SyncResult {
  run.journal.info(reason, run.resource.rid);
  return { ...resultOf(run), outcome: "skipped", reason };
}

function resultOf({ instance, resource, sessionId }: SyncRun): SyncResult {
  return {
    path: instance.name,
    rid: resource.rid,
    target: null,
    group: null,
    outcome: "skipped",
    reason: null,
    code: null,
    is_failed: false,
    optional: resource.optional ?? null,
    bytes_sent: null,
    bytes_received: null,
    files: null,
    started_at: null,
    ended_at: null,
    session_id: sessionId,
  };
}
