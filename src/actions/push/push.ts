import { messageOf } from "../../core/error_text.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import type { Agent } from "../agent.ts";
import type { Delivery } from "../collector/outbox.ts";
import { deliver, spool } from "../collector/outbox.ts";
import { journalFor } from "../journal_for.ts";
import type { Instance } from "../load.ts";
import type { PushAction } from "../schedule/own_rows.ts";
import { refuseStranger } from "../run/run.ts";
import { stampFolderOf } from "../schedule/entries.ts";
import { evaluateStatus } from "../status/status.ts";
import { noteConfig, readConfigText } from "./config_text.ts";
import { configMessage, resinfoMessage, statusMessage } from "./messages.ts";

/** What became of a push: a documented contract, to which fields are only added. */
export interface PushResult {
  readonly path: string;
  readonly action: PushAction;
  /**
   * `delivered`: the collector has it; `spooled`: it is kept, and will be sent; `rejected`: the collector does not want
   * it; `refused`: the agent could not even make it; `empty`: there is nothing to tell; `skipped`: there is no collector.
   */
  readonly outcome: "delivered" | "spooled" | "rejected" | "refused" | "empty" | "skipped";
  readonly reason: string | null;
  readonly is_failed: boolean;
}

/** Tells the collector of services now, all at once, and gives what became of each. */
export async function pushNow(
  agent: Agent,
  instances: readonly Instance[],
  action: PushAction,
): Promise<readonly PushResult[]> {
  for (const instance of instances) refuseStranger(agent, instance);
  const tries: Try[] = [];
  for (const instance of instances) tries.push(await tryToMake(agent, instance, action));
  const messages = tries.flatMap(({ made }) => made?.message ?? []);
  const deliveries = messages.length === 0 ? [] : await deliver(agent, messages);
  const byKey = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
  const results: PushResult[] = [];
  for (const each of tries) results.push(await concludePush(each, action, byKey));
  return results;
}

/** What is to be told of a service, or why that could not be made. */
interface Try {
  readonly path: string;
  readonly made?: Made;
  readonly problem?: string;
}

async function tryToMake(agent: Agent, instance: Instance, action: PushAction): Promise<Try> {
  try {
    return { path: instance.name, made: await make(agent, instance, action) };
  } catch (error) {
    return { path: instance.name, problem: messageOf(error) };
  }
}

async function concludePush(
  { path, made, problem }: Try,
  action: PushAction,
  deliveries: ReadonlyMap<string, Delivery>,
): Promise<PushResult> {
  if (made === undefined) {
    return refusedPush(path, action, problem ?? null);
  }
  if (made.message === undefined) return emptyResult(path, action);
  const { outcome = "spooled", reason = null } = deliveries.get(made.message.key) ?? {};
  if (outcome !== "rejected") await made.noteSent();
  return { path, action, outcome, reason, is_failed: outcome !== "delivered" };
}

/** The same as the scheduler asks it, of services one after the other: one that cannot be pushed keeps back no other. */
export async function pushAsScheduled(
  agent: Agent,
  instances: readonly Instance[],
  action: PushAction,
  plannedAt: number,
): Promise<readonly PushResult[]> {
  const results: PushResult[] = [];
  for (const instance of instances) {
    try {
      results.push(await pushScheduled(agent, instance, action, plannedAt));
    } catch (error) {
      results.push(refusedPush(instance.name, action, messageOf(error)));
    }
  }
  return results;
}

/** Does what the scheduler asks: stamps the action, and puts what there is to tell where it waits for the collector. */
export async function pushScheduled(
  agent: Agent,
  instance: Instance,
  action: PushAction,
  plannedAt: number,
): Promise<PushResult> {
  const warn = (text: string) => journalFor(agent, { path: instance.name }).warning(text);
  const folder = stampFolderOf(instance, action);
  await writeStamp(agent.system, folder, stampName(action), { seconds: plannedAt, warn });
  const made = await make(agent, instance, action);
  if (made.message === undefined) return emptyResult(instance.name, action);
  await spool(agent, [made.message]);
  await made.noteSent();
  return { path: instance.name, action, outcome: "spooled", reason: null, is_failed: false };
}

function refusedPush(path: string, action: PushAction, reason: string | null): PushResult {
  return { path, action, outcome: "refused", reason, is_failed: true };
}

function emptyResult(path: string, action: PushAction): PushResult {
  return { path, action, outcome: "empty", reason: "there is nothing to tell", is_failed: false };
}

/** A message, and what to remember once it is on its way. */
interface Made {
  readonly message: CollectorMessage | undefined;
  noteSent(): Promise<void>;
}

async function make(agent: Agent, instance: Instance, action: PushAction): Promise<Made> {
  const noteSent = async () => {};
  if (action === "push_resinfo") return { message: resinfoMessage(agent, instance), noteSent };
  const text = readConfigText(agent, instance);
  if (action === "push_config") {
    return {
      message: configMessage(agent, instance, text),
      noteSent: () => noteConfig(agent, instance, text),
    };
  }
  const status = await evaluateStatus(agent, instance);
  return { message: statusMessage(agent, instance, status, text), noteSent };
}
