import { pushScheduled } from "../../actions/push/push.ts";
import type { PushAction } from "../../actions/schedule/own_rows.ts";
import type { OwnHandler } from "./handler.ts";

/** Puts what there is to tell where it waits for the collector: one service after the other, and no task waits for it. */
export function pushHandler(action: PushAction): OwnHandler {
  return {
    lane: () => "push",
    async run({ agent, load }, { entry, plannedAt }) {
      const instance = load(entry.path);
      if (instance) await pushScheduled(agent, instance, action, plannedAt);
    },
  };
}
