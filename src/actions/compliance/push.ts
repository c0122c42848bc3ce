import type { ModuleResult } from "../../core/compliance/result.ts";
import { resultMessages } from "../../core/compliance/result_message.ts";
import { messageOf } from "../../core/error_text.ts";
import type { Agent } from "../agent.ts";
import { hasComplianceCollector } from "../collector/configured.ts";
import { deliver, spool } from "../collector/outbox.ts";
import type { Journal } from "../journal.ts";
import type { Subject } from "./subject.ts";

/**
 * Hands results to the spool of the collector, from where they are sent when it can be reached; by hand, they are sent
 * at once, daemon or not.
 */
export async function pushResults(
  agent: Agent,
  subject: Subject,
  { results, md5, journal, isScheduled }: {
    readonly results: readonly ModuleResult[];
    readonly md5: string;
    readonly journal: Journal;
    readonly isScheduled: boolean;
  },
): Promise<void> {
  if (!hasComplianceCollector(agent) || results.length === 0) return;
  const masked = results.map((result) => ({
    ...result,
    steps: result.steps.map((step) => ({ ...step, log: journal.mask.apply(step.log) })),
  }));
  const facts = {
    node: agent.node.name,
    service: subject.kind === "node" ? "" : subject.instance.name,
    md5,
  };
  try {
    const messages = resultMessages(masked, facts);
    if (isScheduled) return await spool(agent, messages);
    const late = (await deliver(agent, messages)).find(({ outcome }) => outcome !== "delivered");
    if (late?.outcome === "spooled") journal.warning(`the results wait for the collector: ${late.reason}`);
    else if (late) journal.warning(`the collector does not take the results: ${late.reason}`);
  } catch (error) {
    journal.warning(`the results do not go to the collector: ${messageOf(error)}`);
  }
}
