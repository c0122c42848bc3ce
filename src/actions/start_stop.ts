import type { Driver } from "../drivers/driver.ts";
import { findDriver } from "../drivers/registry.ts";
import { RefusedError } from "../core/errors.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import { startOrder, stopOrder } from "../core/run/resource_order.ts";
import type { Batch } from "../core/run/order.ts";
import { forgetMonitored, rememberUp } from "../state/monitored.ts";
import { removeStopping, writeStopping } from "../state/stopping.ts";
import { wakeDaemon } from "../state/wake_daemon.ts";
import type { Agent } from "./agent.ts";
import { journalFor } from "./journal_for.ts";
import type { Instance, Resource } from "./load.ts";
import { lockService } from "./resources/action_lock.ts";
import type { Step, StepOutcome } from "./resources/apply.ts";
import { applyStep } from "./resources/apply.ts";
import type { ActionContext } from "./resources/context.ts";
import { isWatched } from "./resources/watched.ts";
import { chooseResources, isFiltered, ridsOf, whereNamed } from "./run/gates/choose.ts";
import { refuseStranger } from "./run/run.ts";
import type { StopRequest } from "./run/stop_request.ts";
import { refreshStatus } from "./status/status.ts";

/** What can be done to the resources of a service. */
export type StartStop = Step | "restart";

/** The steps of each action: in the order of a start, or against it. */
const STEPS: Readonly<Record<StartStop, readonly Step[]>> = {
  start: ["start"],
  stop: ["stop"],
  restart: ["stop", "start"],
  provision: ["provision", "start"],
  unprovision: ["stop", "unprovision"],
};

export interface StartStopRequest {
  readonly action: StartStop;
  readonly filter: ResourceFilterTexts;
  /** `--force`: `stop` takes standby resources too. */
  readonly isForced: boolean;
  readonly stop: StopRequest;
}

interface Plan extends ActionContext {
  readonly action: StartStop;
  readonly resources: readonly Resource[];
}

/**
 * Starts the chosen resources in the order of their groups, or stops them in the reverse order; resolves to whether all
 * went well.
 *
 * Throws `NotFoundError` and `RefusedError` before anything is done to any service. A failure ends the sequence of its
 * service, unless the resource is optional; the other services go on. The kept status is refreshed in the end.
 */
export async function startStop(
  agent: Agent,
  instances: readonly Instance[],
  request: StartStopRequest,
): Promise<boolean> {
  const sessionId = agent.system.host.uuid();
  const plans = whereNamed(instances, (instance) => planService(agent, instance, request, sessionId));
  let isDone = true;
  for (const plan of plans) {
    if (plan.resources.length > 0) isDone = await applyLocked(plan) && isDone;
    if (request.stop.asked.aborted) return false;
  }
  return isDone;
}

function planService(
  agent: Agent,
  instance: Instance,
  { action, filter, isForced, stop }: StartStopRequest,
  sessionId: string,
): Plan {
  refuseStranger(agent, instance);
  const journal = journalFor(agent, { path: instance.name, sessionId });
  const { chosen, disabled } = chooseResources(instance, {
    filter,
    action,
    can: (each) => can(each, action),
  });
  if (disabled.length > 0) journal.info(`${ridsOf(disabled)} disabled`);
  if (!instance.isDisabled && !isFiltered(filter)) tellUnknown({ instance, journal });
  const keepsStandby = action === "stop" && !isForced;
  const untouched = chosen.filter(({ tags }) => tags.has("noaction"));
  const standby = chosen.filter((each) => !untouched.includes(each) && keepsStandby && each.isStandby);
  if (untouched.length > 0) journal.info(`${ridsOf(untouched)} left out: tag noaction`);
  if (standby.length > 0) journal.info(`${ridsOf(standby)} left out: standby, stopped only with --force`);
  const resources = chosen.filter((each) => !untouched.includes(each) && !standby.includes(each));
  if (resources.length === 0) journal.info(`nothing to ${action}`);
  return { agent, instance, journal, sessionId, stop, action, resources };
}

/** What cannot be read can do what others of its kind can: it is to stop the action, not to be left out. */
function can(resource: Resource, action: StartStop): boolean {
  const { configuration, rid } = resource;
  const driver = driverOf(resource);
  if (driver?.start === undefined && driver?.stop === undefined) return false;
  if (action === "provision" || action === "unprovision") return configuration.boolean(rid, action);
  return action === "restart" ? driver.start !== undefined : driver[action] !== undefined;
}

/** A section that cannot be read has lost its driver. */
function driverOf({ driver, driverName }: Resource): Driver | undefined {
  return driver ?? findDriver(driverName);
}

/** Tells of resources that only another version, or another agent, can act on. */
function tellUnknown({ instance, journal }: Pick<Plan, "instance" | "journal">): void {
  const unknown = instance.resources.filter((each) => !each.isDisabled && driverOf(each) === undefined);
  for (const { rid, problem } of unknown) journal.warning(`left out: ${problem}`, rid);
}

async function applyLocked(plan: Plan): Promise<boolean> {
  const { agent: { system, folders }, instance, resources, journal } = plan;
  let lock;
  try {
    lock = await lockService(plan);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    journal.error(error.message);
    return false;
  }
  const stops = STEPS[plan.action].includes("stop");
  try {
    if (stops) await writeStopping(system, instance.runtimeFolder, resources.map(({ rid }) => rid));
    await forgetMonitored(system, instance.runtimeFolder, resources.map(({ rid }) => rid));
    const isDone = await applySteps(plan);
    await refreshStatus(plan.agent, instance);
    return isDone;
  } finally {
    if (stops) removeStopping(system, instance.runtimeFolder);
    lock.release();
    await wakeDaemon(system, folders, instance.runtimeFolder);
  }
}

async function applySteps(plan: Plan): Promise<boolean> {
  for (const step of STEPS[plan.action]) {
    if (!await applyBatches(plan, step)) return false;
  }
  return true;
}

/** Does one step to all; a start that fails is undone. */
async function applyBatches(plan: Plan, step: Step): Promise<boolean> {
  const isDown = step === "stop" || step === "unprovision";
  const able = plan.resources.filter((each) =>
    step === "provision" || step === "unprovision" || driverOf(each)?.[step] !== undefined
  );
  const inOrder = startOrder(able, (group, subset) => isParallel(plan.instance, group, subset));
  const raised: Resource[] = [];
  for (const batch of isDown ? stopOrder(inOrder) : inOrder) {
    const outcomes = await applyBatch(plan, batch, step);
    raised.push(...outcomes.filter(({ isRaised }) => isRaised).map(({ resource }) => resource));
    await watchUp(plan, outcomes);
    if (!outcomes.some(isFatal)) continue;
    if (step === "start") await rollBack(plan, raised);
    return false;
  }
  return true;
}

/** What goes down from now on does so by itself, even before the first look of the monitor. */
async function watchUp(
  { agent, instance, journal }: Plan,
  outcomes: readonly StepOutcome[],
): Promise<void> {
  const up = outcomes.filter(({ isUp, resource }) => isUp && isWatched(resource));
  if (up.length === 0) return;
  try {
    await rememberUp(agent.system, instance.runtimeFolder, up.map(({ resource }) => resource.rid));
  } catch (error) {
    // The next look of the monitor notes it.
    journal.warning(`it cannot be noted what is up: ${error instanceof Error ? error.message : error}`);
  }
}

function isParallel({ configuration }: Instance, group: string, subset: string): boolean {
  const section = subset === "" ? `subset#${group}` : `subset#${group}:${subset}`;
  return configuration.document.sections.has(section) && configuration.boolean(section, "parallel");
}

function isFatal({ problem, resource }: StepOutcome): boolean {
  return problem !== undefined && resource.optional !== true;
}

/** Resources side by side, or one after the other up to the first failure. */
async function applyBatch(
  plan: Plan,
  { isParallel, tasks: resources }: Batch<Resource>,
  step: Step,
): Promise<StepOutcome[]> {
  if (isParallel && resources.length > 1) {
    plan.journal.info(`parallel ${step} of ${ridsOf(resources)}`);
    return await Promise.all(resources.map((resource) => applyTold(plan, resource, step)));
  }
  const outcomes: StepOutcome[] = [];
  for (const resource of resources) {
    const outcome = await applyTold(plan, resource, step);
    outcomes.push(outcome);
    if (isFatal(outcome)) break;
  }
  return outcomes;
}

async function applyTold(plan: Plan, resource: Resource, step: Step): Promise<StepOutcome> {
  const outcome = await applyStep(plan, resource, step);
  if (outcome.problem === undefined) return outcome;
  plan.journal.error(`'${step}' action stopped on execution error: ${outcome.problem}`, resource.rid);
  if (resource.optional === true) {
    plan.journal.info(`ignore ${step} error on optional resource`, resource.rid);
  }
  return outcome;
}

/** Stops what this action has started; what was up before stays up, standby resources too. */
async function rollBack(plan: Plan, raised: readonly Resource[]): Promise<void> {
  const { agent, instance, journal } = plan;
  const stoppable = raised.filter(({ isStandby, driver }) => !isStandby && driver?.stop !== undefined);
  if (stoppable.length === 0 || instance.configuration.tristate("DEFAULT", "rollback") === false) {
    return;
  }
  journal.info(`rollback: stop ${ridsOf(stoppable)} again`);
  await forgetMonitored(agent.system, instance.runtimeFolder, stoppable.map(({ rid }) => rid));
  // Also after an interrupt, which only a second one cuts short.
  const undo = { ...plan, stop: plan.stop.afterwards() };
  for (const { tasks } of stopOrder(startOrder(stoppable, () => false))) {
    for (const resource of tasks) await applyTold(undo, resource, "stop");
  }
}
