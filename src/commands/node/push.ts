import { pushAssetNow, pushAssetScheduled } from "../../actions/asset/push.ts";
import type { Agent } from "../../actions/agent.ts";
import { noCollectorReason } from "../../actions/collector/configured.ts";
import { nodeJournal } from "../../actions/node/journal.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { writeRows } from "../../cli/output.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { reportLeftOut } from "./print_system.ts";

/** What became of a push of the node: a documented contract, to which fields are only added. */
interface NodePush {
  readonly action: "push_asset";
  /** `skipped`: there is no collector, and the scheduler does not mind. */
  readonly outcome: "delivered" | "spooled" | "rejected" | "skipped";
  readonly reason: string | null;
  readonly is_failed: boolean;
}

/** `agent node push` */
export const NODE_PUSH: CommandSpec = {
  words: ["node", "push"],
  aliases: [["node", "pushasset"]],
  scope: "node",
  summary: "tell the collector what the node is",
  isData: true,
  flags: [{
    name: "cron",
    kind: "boolean",
    text:
      "as if the scheduler asked: the action is stamped, and what there is to tell is kept for the daemon to send",
  }],
  positional: {
    name: "WHAT",
    text: "what to tell: system, or asset, which is the same; all without it",
    isOptional: true,
    choices: ["system", "asset"],
  },
  examples: [
    { command: "agent node push", text: "tells all that agent node print system shows" },
    { command: "agent node push asset --cron", text: "does what the scheduler does" },
  ],
  details:
    "The collector is the one of [node] collector in node.conf; without it nothing is pushed, and the exit code is 1. " +
    "When it does not answer, what there is to tell is kept, the daemon sends it later, and the exit code is 1 as well.\n\n" +
    "Fields of --format json: action, outcome (delivered, spooled, rejected, skipped), reason, is_failed.",
  run: pushNode,
};

async function pushNode(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const result = flags.boolean("cron") ? await pushAsScheduler(agent) : await pushByHand(agent, system);
  if (flags.format !== "table") {
    const fields = ["action", "outcome", "reason", "is_failed"] as const;
    writeRows(system.terminal, [result], { fields, columns: [] }, flags.format);
  }
  return result.is_failed ? 1 : 0;
}

async function pushByHand(agent: Agent, system: System): Promise<NodePush> {
  const { delivery: { outcome, reason }, leftOut } = await pushAssetNow(agent);
  reportLeftOut(system, { leftOut });
  const journal = nodeJournal(agent);
  const why = reason === undefined ? "" : `: ${reason}`;
  if (outcome === "delivered") journal.info("push asset: delivered");
  else if (outcome === "spooled") journal.warning(`push asset: kept until the collector can be told${why}`);
  else journal.error(`push asset: the collector does not want it${why}`);
  return { action: "push_asset", outcome, reason: reason ?? null, is_failed: outcome !== "delivered" };
}

/** Nothing is asked of a collector that is not there, and that is no failure. */
async function pushAsScheduler(agent: Agent): Promise<NodePush> {
  const reason = noCollectorReason(agent);
  if (reason !== undefined) {
    nodeJournal(agent, { isScheduled: true }).info(`push asset: not pushed: ${reason}`);
    return { action: "push_asset", outcome: "skipped", reason, is_failed: false };
  }
  await pushAssetScheduled(agent, Math.floor(agent.system.clock.now() / 1000));
  return { action: "push_asset", outcome: "spooled", reason: null, is_failed: false };
}
