import { withFreshNode } from "../../actions/agent.ts";
import { pushAssetScheduled } from "../../actions/asset/push.ts";
import type { OwnHandler } from "./handler.ts";

/** What the node is takes a while to find out: nothing waits for it. */
export const ASSET: OwnHandler = {
  lane: () => "asset",
  isSkippedWhenBusy: true,
  run: ({ agent }, { plannedAt }) => pushAssetScheduled(withFreshNode(agent), plannedAt),
};
