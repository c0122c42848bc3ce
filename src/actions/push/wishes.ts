import type { CollectorMessage } from "../../core/collector/message.ts";
import { parseObjectPath } from "../../core/naming/object_path.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import { ConfigReader, listObjects } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { loadInstance } from "../load.ts";
import { evaluateStatus } from "../status/status.ts";
import { noteConfig, readConfigText } from "./config_text.ts";
import { configMessage, resinfoMessage, statusMessage } from "./messages.ts";

/** How many services are looked at before others get their turn: what is due meanwhile must not wait. */
const LOOK_AT_ONCE = 5;

/** Configurations that the collector asks for; those that are not there, or cannot be used, are left out. */
export async function wantedConfigs(agent: Agent, paths: readonly string[]): Promise<CollectorMessage[]> {
  const fresh = withFreshReader(agent);
  const messages: CollectorMessage[] = [];
  for (const [i, path] of paths.flatMap(pathOf).entries()) {
    await giveTurn(agent, i);
    const instance = memberOf(fresh, path);
    if (instance) messages.push((await configOf(fresh, instance)).message);
  }
  return messages;
}

/** All that there is to tell of services: the configuration, the resources and the status of each. */
export async function everythingOf(agent: Agent): Promise<CollectorMessage[]> {
  const fresh = withFreshReader(agent);
  const messages: CollectorMessage[] = [];
  const paths = listObjects(agent.system.files, agent.folders).filter(({ kind }) => kind === "svc");
  for (const [i, path] of paths.entries()) {
    await giveTurn(agent, i);
    const instance = memberOf(fresh, path);
    if (!instance) continue;
    const { text, message } = await configOf(fresh, instance);
    const resinfo = resinfoMessage(fresh, instance);
    const status = statusMessage(fresh, instance, await evaluateStatus(fresh, instance), text);
    messages.push(message, ...(resinfo ? [resinfo] : []), status);
  }
  return messages;
}

async function giveTurn({ system: { clock } }: Agent, i: number): Promise<void> {
  if (i > 0 && i % LOOK_AT_ONCE === 0) await clock.sleep(1);
}

/** The daemon lives long: what its reader knows of folders may be another thing now. */
function withFreshReader(agent: Agent): Agent {
  return { ...agent, configs: new ConfigReader(agent.system, agent.folders) };
}

/** What the collector names may be anything. */
function pathOf(text: string): readonly ObjectPath[] {
  try {
    const path = parseObjectPath(text);
    return path.kind === "svc" ? [path] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function memberOf(agent: Agent, path: ObjectPath): Instance | undefined {
  const loaded = loadInstance(agent, path);
  return loaded.kind === "loaded" && loaded.instance.isMember ? loaded.instance : undefined;
}

async function configOf(agent: Agent, instance: Instance) {
  const text = readConfigText(agent, instance);
  await noteConfig(agent, instance, text);
  return { text, message: configMessage(agent, instance, text) };
}
