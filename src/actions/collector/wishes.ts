import type { CollectorMessage } from "../../core/collector/message.ts";
import type { Agent } from "../agent.ts";
import { everythingOf, wantedConfigs } from "../push/wishes.ts";
import { systemMessage } from "./system.ts";

/**
 * What the collector may ask for, and who makes it. Everything here is called while no service is looked at, and may
 * give nothing.
 */
export interface CollectorWishes {
  /** What the node tells of itself (`/api/node/system`); the collector knows nothing of the node before it. */
  system(agent: Agent): Promise<CollectorMessage | undefined>;
  /** Configurations that the collector does not have, by the path of the service. */
  configs(agent: Agent, paths: readonly string[]): Promise<readonly CollectorMessage[]>;
  /** All that the collector should know of the services, after it has forgotten this node. */
  everything(agent: Agent): Promise<readonly CollectorMessage[]>;
}

/** The wishes that can be fulfilled. */
export const WISHES: CollectorWishes = {
  system: systemMessage,
  configs: wantedConfigs,
  everything: everythingOf,
};
