import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import { isInForce, readPause, removePause, writePause } from "../state/pauses.ts";
import { readSettled, writeSettled } from "../state/settled.ts";
import { wakeDaemon } from "../state/wake_daemon.ts";
import type { Agent } from "./agent.ts";
import type { Journal } from "./journal.ts";
import { journalFor } from "./journal_for.ts";
import type { Instance, Resource } from "./load.ts";
import { describePause } from "./paused.ts";
import { namedResources, whereNamed } from "./run/gates/choose.ts";
import { memoryProblem } from "./run/gates/memory.ts";
import { isTask } from "./run/run.ts";
import { isSync } from "./sync/sync.ts";
import { scheduleEntries } from "./schedule/entries.ts";

/** The tasks and synchronisations of one service that are paused or resumed. */
interface Target {
  readonly instance: Instance;
  readonly resources: readonly Resource[];
  readonly journal: Journal;
}

/**
 * Pauses the tasks and synchronisations that the filters name, all without one, disabled ones included; `until` is in
 * seconds since the epoch. What runs goes on.
 *
 * Throws `NotFoundError` before anything is written when the filters name none of them.
 */
export async function pauseResources(
  agent: Agent,
  instances: readonly Instance[],
  filter: ResourceFilterTexts,
  { until, reason }: { readonly until: number; readonly reason: string | null },
): Promise<void> {
  const pause = { since: Math.floor(agent.system.clock.now() / 1000), until, reason };
  await forEach(agent, instances, filter, "pause", async ({ journal }, { rid, ridFolder }) => {
    await writePause(agent.system.files, ridFolder, pause);
    journal.info(describePause(agent, pause), rid);
  });
}

/** Ends the pauses of what the filters name, all without one; throws as `pauseResources` does. */
export async function resumeResources(
  agent: Agent,
  instances: readonly Instance[],
  filter: ResourceFilterTexts,
): Promise<void> {
  const { files, clock } = agent.system;
  const now = Math.floor(clock.now() / 1000);
  await forEach(agent, instances, filter, "resume", async ({ instance, journal }, { rid, ridFolder }) => {
    const pause = readPause(files, ridFolder);
    if (pause !== undefined) {
      await settlePause(agent, instance, rid, Math.min((pause.until ?? Infinity) - 1, now));
      await removePause(files, ridFolder);
    }
    journal.info(pause && isInForce(pause, now) ? "resumed" : "not paused", rid);
  });
}

/** Tells the daemon of every service once, after the last of its resources. */
async function forEach(
  agent: Agent,
  instances: readonly Instance[],
  filter: ResourceFilterTexts,
  action: "pause" | "resume",
  change: (target: Target, resource: Resource) => Promise<void>,
): Promise<void> {
  const { system, folders } = agent;
  const sessionId = system.host.uuid();
  const targets = whereNamed(instances, (instance): Target => ({
    instance,
    resources: namedResources(instance, { filter, action, can: canPause }),
    journal: journalFor(agent, { path: instance.name, sessionId }),
  }));
  for (const target of targets) {
    if (target.resources.length === 0) target.journal.info(`nothing to ${action}`);
    for (const resource of target.resources) await change(target, resource);
    await wakeDaemon(system, folders, target.instance.runtimeFolder);
  }
}

function canPause(resource: Resource): boolean {
  return isTask(resource) || isSync(resource);
}

/** What a task that catches up let go while it was paused is decided upon: its record is about to be forgotten. */
async function settlePause(agent: Agent, instance: Instance, rid: string, until: number): Promise<void> {
  const { files } = agent.system;
  const { memoryFolder } = instance;
  const entry = scheduleEntries(agent, instance).find((each) => each.rid === rid);
  if (!entry?.isCaughtUp || memoryProblem(agent, instance) !== undefined) return;
  const known = readSettled(files, memoryFolder, rid);
  if (known?.schedule !== entry.fingerprint || known.until >= until) return;
  await writeSettled(files, { memoryFolder, rid, settled: { until, schedule: known.schedule } });
}
