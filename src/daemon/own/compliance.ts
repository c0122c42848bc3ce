import type { Agent } from "../../actions/agent.ts";
import { withFreshNode } from "../../actions/agent.ts";
import { complianceGate } from "../../actions/compliance/gate.ts";
import { runCompliance } from "../../actions/compliance/run.ts";
import type { Subject } from "../../actions/compliance/subject.ts";
import { NODE } from "../../actions/compliance/subject.ts";
import { StopRequest } from "../../actions/run/stop_request.ts";
import type { OwnContext, OwnHandler } from "./handler.ts";

/** A service is checked as its file is now; one that is gone is not, and one that is frozen waits. */
export const COMPLIANCE: OwnHandler = {
  ...complianceOf(({ agent, load }, path) => {
    const instance = load(path);
    return instance && { agent, subject: { kind: "service", instance } };
  }),
  isClosed({ agent, load }, { entry }) {
    const instance = load(entry.path);
    return instance !== undefined && complianceGate(agent, instance) !== undefined;
  },
};

/** The node is checked as `node.conf` is now. */
export const NODE_COMPLIANCE = complianceOf(({ agent }) => ({ agent: withFreshNode(agent), subject: NODE }));

type Checked = { readonly agent: Agent; readonly subject: Subject };

/** Modules look at the whole node, and may take long: one run after the other, and nothing else waits for them. */
function complianceOf(find: (context: OwnContext, path: string) => Checked | undefined): OwnHandler {
  return {
    lane: () => "compliance",
    async run(context, { entry, plannedAt }) {
      const checked = find(context, entry.path);
      if (!checked) return;
      const stop = new StopRequest();
      const ask = () => stop.ask("SIGTERM");
      context.stopping.addEventListener("abort", ask, { once: true });
      try {
        await runCompliance(checked.agent, checked.subject, {
          action: "auto",
          isScheduled: true,
          plannedAt,
          waitMs: 0,
          stop,
        });
      } finally {
        context.stopping.removeEventListener("abort", ask);
      }
    },
  };
}
