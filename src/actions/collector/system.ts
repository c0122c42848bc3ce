import type { SystemReport } from "../../core/asset/body.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";
import { MAX_MESSAGE_BYTES } from "../../core/collector/message.ts";
import type { Agent } from "../agent.ts";
import { readSystem } from "../asset/read_system.ts";
import { needCluster } from "./cluster_id.ts";

/** What goes around the sections, in bytes: key, path and address. */
const ENVELOPE_BYTES = 4096;

/** What the node tells of itself, as large as a message may be. */
export function systemReportOf(agent: Agent): Promise<SystemReport> {
  return readSystem(agent, MAX_MESSAGE_BYTES - ENVELOPE_BYTES);
}

/** A message about the node, and what it does not tell. */
export interface SystemPush {
  readonly message: CollectorMessage;
  readonly leftOut: SystemReport["leftOut"];
}

/**
 * Tells what the node is: its properties, hardware, accounts, addresses, adapters and packages. The cluster gets its id when
 * it has none: the collector takes no node without. Throws `SyntaxError` for a value of `node.conf` that cannot be used.
 */
export async function systemPush(agent: Agent): Promise<SystemPush> {
  await needCluster(agent);
  const { body, leftOut } = await systemReportOf(agent);
  const message = {
    kind: "system",
    key: "system",
    target: "feeder",
    method: "POST",
    path: "/api/node/system",
    body: { ...body },
  } as const;
  return { message, leftOut };
}

/** The message alone. */
export async function systemMessage(agent: Agent): Promise<CollectorMessage> {
  return (await systemPush(agent)).message;
}
