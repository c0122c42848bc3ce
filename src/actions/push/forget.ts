import { parseObjectPath } from "../../core/naming/object_path.ts";
import { forgetConfigSent } from "../../state/collector/config_sent.ts";
import type { Agent } from "../agent.ts";
import { hasCollector } from "../collector/configured.ts";
import { spoolOf } from "../collector/push.ts";
import { keysOf } from "./messages.ts";

/** A service is gone: what the collector was told, and was still to be told of its state, is forgotten; its runs are not. */
export async function forgetPushes(agent: Agent, name: string): Promise<void> {
  forgetConfigSent(agent.system.files, agent.folders, parseObjectPath(name));
  if (!hasCollector(agent)) return;
  const spool = spoolOf(agent);
  for (const key of keysOf(name)) {
    const spooled = spool.find(key, () => {});
    if (spooled) await spool.remove(spooled);
  }
}
