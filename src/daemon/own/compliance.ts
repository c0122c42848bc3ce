import { runCompliance } from "../../actions/compliance/run.ts";
import { StopRequest } from "../../actions/run/stop_request.ts";
import type { OwnHandler } from "./handler.ts";

/** Modules look at the whole node, and may take long: one service after the other, and nothing else waits for them. */
export const COMPLIANCE: OwnHandler = {
  lane: () => "compliance",
  async run({ agent, load, stopping }, { entry, plannedAt }) {
    const instance = load(entry.path);
    if (!instance) return;
    const stop = new StopRequest();
    const ask = () => stop.ask("SIGTERM");
    stopping.addEventListener("abort", ask, { once: true });
    try {
      await runCompliance(agent, { kind: "service", instance }, {
        action: "auto",
        isScheduled: true,
        plannedAt,
        waitMs: 0,
        stop,
      });
    } finally {
      stopping.removeEventListener("abort", ask);
    }
  },
};
