import type { Agent } from "../actions/agent.ts";
import { needCollector, noCollectorReason } from "../actions/collector/configured.ts";
import { journalFor } from "../actions/journal_for.ts";
import type { Instance } from "../actions/load.ts";
import type { PushAction } from "../actions/schedule/own_rows.ts";
import type { PushResult } from "../actions/push/push.ts";
import { pushAsScheduled, pushNow } from "../actions/push/push.ts";
import { refuseStranger } from "../actions/run/run.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";

const FLAGS: CommandSpec["flags"] = [{
  name: "cron",
  kind: "boolean",
  text: "as if the scheduler asked: the action is stamped, and what cannot be sent now is kept for later",
}];

const DETAILS =
  "The collector is the one of [node] collector in node.conf; without it nothing is pushed, and the exit code is 1. " +
  "When it does not answer, what there is to tell is kept, the daemon sends it later, and the exit code is 1 as well.";

/** `agent SELECTOR push resinfo` */
export const PUSH_RESINFO: CommandSpec = {
  words: ["push", "resinfo"],
  aliases: [["instance", "resource", "info", "push"], ["resource", "info", "push"]],
  scope: "service",
  summary: "tell the collector what the resources of a service are made of",
  isData: true,
  flags: FLAGS,
  examples: [{ command: "agent testmd push resinfo", text: "what print resinfo shows" }],
  details: DETAILS,
  run: (invocation, system) => runPush(invocation, system, "push_resinfo"),
};

/** `agent SELECTOR push config` */
export const PUSH_CONFIG: CommandSpec = {
  words: ["push", "config"],
  aliases: [["push", "service"]],
  scope: "service",
  summary: "tell the collector the configuration of a service",
  isData: true,
  flags: FLAGS,
  examples: [{
    command: "agent testmd push config",
    text: "the file as it is, and what the collector sorts by",
  }],
  details: DETAILS,
  run: (invocation, system) => runPush(invocation, system, "push_config"),
};

/** `agent SELECTOR push status` */
export const PUSH_STATUS: CommandSpec = {
  words: ["push", "status"],
  aliases: [["push", "service", "status"], ["instance", "status", "push"]],
  scope: "service",
  summary: "tell the collector the status of a service",
  isData: true,
  flags: FLAGS,
  examples: [{
    command: "agent '*' push status --format json",
    text: "all services, with what became of each",
  }],
  details: DETAILS,
  run: (invocation, system) => runPush(invocation, system, "push_status"),
};

const VIEW: View<PushResult> = {
  fields: ["path", "action", "outcome", "reason", "is_failed"],
  columns: [],
};

async function runPush(invocation: Invocation, system: System, action: PushAction): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const isScheduled = flags.boolean("cron");
  if (!isScheduled) needCollector(agent, action.replace("_", " "));
  const { instances, unusable } = membersFor(agent, invocation);
  const results = isScheduled
    ? await pushAsScheduler(agent, instances, action)
    : await pushNow(agent, instances, action);
  for (const result of results) tell(agent, result, results.length > 1);
  if (flags.format !== "table") writeRows(system.terminal, results, VIEW, flags.format);
  reportUnusable(system, unusable);
  if (results.some(({ is_failed }) => is_failed)) return 1;
  return unusable[0] ? codeOf(unusable[0]) : 0;
}

/** Nothing is asked of a collector that is not there, and that is no failure. */
async function pushAsScheduler(
  agent: Agent,
  instances: readonly Instance[],
  action: PushAction,
): Promise<readonly PushResult[]> {
  for (const instance of instances) refuseStranger(agent, instance);
  const obstacle = noCollectorReason(agent);
  const plannedAt = Math.floor(agent.system.clock.now() / 1000);
  if (obstacle === undefined) return await pushAsScheduled(agent, instances, action, plannedAt);
  return instances.map(({ name: path }) => (
    { path, action, outcome: "skipped", reason: obstacle, is_failed: false }
  ));
}

const TEXTS: Readonly<Record<PushResult["outcome"], string>> = {
  delivered: "delivered",
  spooled: "kept until the collector can be told",
  rejected: "the collector does not want it",
  refused: "cannot be pushed",
  empty: "not pushed",
  skipped: "not pushed",
};

/** A line on the console does not say which service it is about, where it is `isOfSeveral`. */
function tell(
  agent: Agent,
  { path, action, outcome, reason, is_failed }: PushResult,
  isOfSeveral: boolean,
): void {
  const journal = journalFor(agent, { path }).prefixed(isOfSeveral ? `${path}: ` : "");
  const text = `${action.replace("_", " ")}: ${TEXTS[outcome]}${reason === null ? "" : `: ${reason}`}`;
  if (!is_failed) journal.info(text);
  else if (outcome === "spooled") journal.warning(text);
  else journal.error(text);
}
