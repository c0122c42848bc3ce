import { refreshStatus } from "../../actions/status/status.ts";
import type { OwnHandler } from "./handler.ts";

/** Statuses of many services take seconds to write: one after the other, and no task waits for them. */
export const STATUS: OwnHandler = {
  lane: () => "status",
  async run({ agent, load, onStatus }, { entry, plannedAt }) {
    const instance = load(entry.path);
    if (instance) onStatus(instance, await refreshStatus(agent, instance, plannedAt));
  },
};
