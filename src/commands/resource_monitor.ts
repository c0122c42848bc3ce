import { monitorResources } from "../actions/monitor.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";

/** `agent SELECTOR resource monitor` */
export const RESOURCE_MONITOR: CommandSpec = {
  words: ["resource", "monitor"],
  scope: "service",
  summary: "look at monitored resources, and start those again that went down by themselves",
  flags: [{ name: "cron", kind: "boolean", text: "as if the scheduler asked: the action is stamped" }],
  examples: [{ command: "agent testmd resource monitor", text: "what the scheduler does every minute" }],
  details:
    "Resources with monitor = true or restart count. One that was up, and that no stop made go down, is started " +
    "again up to restart times, restart_delay apart; then the log says once that nothing more is done.",
  run: resourceMonitor,
};

async function resourceMonitor(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const { instances, unusable } = membersFor(agent, invocation);
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  const plannedAt = invocation.flags.boolean("cron") ? Math.floor(system.clock.now() / 1000) : undefined;
  for (const instance of instances) await monitorResources(agent, instance, { plannedAt, stop });
  reportUnusable(system, unusable);
  if (stop.asked.aborted) return stop.exitCode;
  return unusable[0] ? codeOf(unusable[0]) : 0;
}
