import { obstacleOf } from "../../core/requires.ts";
import type { Driver } from "../../drivers/driver.ts";
import type { Resource } from "../load.ts";
import { lookAtRequires, statusOf } from "../status/resource_status.ts";
import { baseRequest } from "../run/preparation/prepare_task.ts";
import { runTrigger } from "../run/triggers.ts";
import type { ActionContext } from "./context.ts";
import { driverPorts } from "./ports.ts";
import { markProvisioned } from "./provision_mark.ts";

/** What is done to one resource at a time. */
export type Step = "start" | "stop" | "provision" | "unprovision";

/** What became of one resource; a problem is the reason of a failure. */
export interface StepOutcome {
  readonly resource: Resource;
  readonly problem: string | undefined;
  /** Whether the resource is up after a start. */
  readonly isUp: boolean;
  /** Whether this step made the resource up. */
  readonly isRaised: boolean;
}

/** Does one step, with the requirements and triggers of the resource around what its driver does; throws nothing. */
export async function applyStep(
  context: ActionContext,
  resource: Resource,
  step: Step,
): Promise<StepOutcome> {
  const wasUp = step === "start" && await isUp(context, resource);
  let problem: string | undefined;
  try {
    problem = await passStep(context, resource, step);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const isUpNow = step === "start" && (wasUp || await isUp(context, resource));
  return { resource, problem, isUp: isUpNow, isRaised: isUpNow && !wasUp };
}

async function isUp({ agent, instance }: ActionContext, resource: Resource): Promise<boolean> {
  const { status } = await statusOf(agent, instance, resource);
  return status === "up" || status === "stdby up";
}

async function passStep(context: ActionContext, resource: Resource, step: Step): Promise<string | undefined> {
  const { agent, instance, stop } = context;
  if (resource.problem !== undefined) return resource.problem;
  const requires = resource.configuration.requires(resource.rid, `${step}_requires`);
  const obstacle = obstacleOf(await lookAtRequires(agent, instance, requires));
  if (obstacle !== undefined) return `${step}_requires: ${obstacle}`;
  const before = await runTriggersOf(context, resource, [`pre_${step}`, `blocking_pre_${step}`]);
  if (before !== undefined) return before;
  if (stop.asked.aborted) return `interrupted by ${stop.signal}`;
  await act(context, resource, step);
  return await runTriggersOf(context, resource, [`post_${step}`, `blocking_post_${step}`]);
}

async function act(context: ActionContext, resource: Resource, step: Step): Promise<void> {
  const driver: Driver = resource.driver!;
  await driver[step]?.(driverPorts(context, resource.rid), resource);
  if (step === "provision" || step === "unprovision") {
    await markProvisioned(context, resource, step === "provision");
  }
}

async function runTriggersOf(
  context: ActionContext,
  { rid, configuration }: Resource,
  names: readonly string[],
): Promise<string | undefined> {
  const { journal, stop } = context;
  for (const name of names) {
    const command = configuration.string(rid, name);
    if (!command) continue;
    const base = baseRequest({ ...context, request: { environment: {}, origin: "user" } }, rid);
    const action = { OPENSVC_ACTION: name.replace(/^(?:blocking_)?(?:pre|post)_/, "") };
    const request = { ...base, variables: [...base.variables, action] };
    const problem = await runTrigger({ name, command, request, journal, rid, stop });
    if (problem !== undefined) return problem;
  }
  return undefined;
}
