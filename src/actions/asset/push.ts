import { nodeStateFolder } from "../../state/folders.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import type { Agent } from "../agent.ts";
import type { Delivery } from "../collector/outbox.ts";
import { needCollector } from "../collector/configured.ts";
import { deliver, spool } from "../collector/outbox.ts";
import { type SystemPush, systemPush } from "../collector/system.ts";
import { nodeJournal } from "../node/journal.ts";

/** What became of a push, and what it did not tell. */
export interface AssetPush {
  readonly delivery: Delivery;
  readonly leftOut: SystemPush["leftOut"];
}

/** Tells the collector of the node now; throws `RefusedError` when there is none. */
export async function pushAssetNow(agent: Agent): Promise<AssetPush> {
  needCollector(agent, "push the asset of the node");
  const { message, leftOut } = await systemPush(agent);
  const [delivery] = await deliver(agent, [message]);
  return { delivery: delivery!, leftOut };
}

/** Does what the scheduler asks: stamps the action, and puts what there is to tell where it waits for the collector. */
export async function pushAssetScheduled(agent: Agent, plannedAt: number): Promise<void> {
  const journal = nodeJournal(agent, { isScheduled: true });
  const warn = (text: string) => journal.warning(text);
  await writeStamp(agent.system, nodeStateFolder(agent.folders), stampName("push_asset"), {
    seconds: plannedAt,
    warn,
  });
  const { message, leftOut } = await systemPush(agent);
  for (const { section, reason } of leftOut) {
    journal.warning(`push asset: ${section} is left out: ${reason}`);
  }
  await spool(agent, [message]);
  journal.info("push asset: kept until the collector can be told");
}
