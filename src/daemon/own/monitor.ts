import { monitorResources } from "../../actions/monitor.ts";
import { StopRequest } from "../../actions/run/stop_request.ts";
import type { OwnHandler } from "./handler.ts";

/**
 * A resource may take long to start again: services do not wait for each other. One look of a service at a time: the
 * next one comes soon enough.
 */
export const MONITOR: OwnHandler = {
  lane: ({ entry }) => `monitor ${entry.path}`,
  isSkippedWhenBusy: true,
  async run({ agent, load, stopping, onChange }, { entry, plannedAt }) {
    const instance = load(entry.path);
    if (!instance) return;
    const stop = new StopRequest();
    const ask = () => stop.ask("SIGTERM");
    stopping.addEventListener("abort", ask, { once: true });
    try {
      const { isChanged } = await monitorResources(agent, instance, { plannedAt, stop });
      if (isChanged) onChange(entry.path);
    } finally {
      stopping.removeEventListener("abort", ask);
    }
  },
};
