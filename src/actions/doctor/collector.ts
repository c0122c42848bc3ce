import type { Finding } from "../../core/doctor/finding.ts";
import { count, error, ok, warn } from "../../core/doctor/finding.ts";
import type { CollectorSettings } from "../../core/collector/settings.ts";
import type { Agent } from "../agent.ts";
import { nodeFile } from "../agent.ts";
import { openDoor, proxyFor, readAuthorities } from "../collector/door.ts";
import { spoolOf } from "../collector/push.ts";
import type { Patient } from "./patient.ts";

/** The answer to the question for the version is small. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Whether the collector that node.conf names can be reached, and told something. */
export async function checkCollector({ agent }: Patient): Promise<Finding[]> {
  const { collector } = agent.node;
  if (collector === undefined) return [];
  const problems = collector.problems.map((problem) => error("collector", problem, "mend it in node.conf"));
  const { feeder } = collector;
  if (feeder === undefined) return problems;
  const ca = collector.caFile === undefined ? undefined : readAuthorities(agent.configs, collector.caFile);
  if (typeof ca === "object") {
    return [...problems, error("collector", ca.problem, "let root own it, and nobody else write it")];
  }
  return [...problems, await reach(agent, collector, feeder, ca), ...registration(agent), ...backlog(agent)];
}

/** `/api/version` answers without a password. */
async function reach(
  agent: Agent,
  { timeoutMs }: CollectorSettings,
  feeder: string,
  ca: string | undefined,
): Promise<Finding> {
  const { system } = agent;
  const reply = await system.http.request({
    method: "GET",
    url: `${feeder}/api/version`,
    ca,
    userAgent: `agent/${system.host.version.agent}`,
    timeoutMs,
    proxy: proxyFor(agent, feeder),
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (reply.kind === "failed") {
    const advice = "look at the address, collector_ca and http_proxy in node.conf; what waits is kept";
    return warn("collector", `${feeder} cannot be reached: ${reply.reason}`, advice);
  }
  return reply.status === 200 ? ok("collector", `${feeder} answers`) : warn(
    "collector",
    `${feeder} answers with status ${reply.status}`,
    "look at [node] collector in node.conf",
  );
}

function registration(agent: Agent): Finding[] {
  if (!openDoor(agent).isRegistered) {
    return [warn("collector", "this node is not registered", "agent node register")];
  }
  const file = nodeFile(agent.folders);
  const { mode = 0 } = agent.system.files.facts(file) ?? {};
  if ((mode & 0o077) === 0) return [];
  return [warn("collector", `others may read the password of the node in ${file}`, `chmod 600 ${file}`)];
}

function backlog(agent: Agent): Finding[] {
  const spool = spoolOf(agent);
  const { dropped } = spool.ledger;
  const aside = spool.survey().reduce((sum, queue) => sum + queue.aside, 0);
  const lost = [
    ...(dropped > 0 ? [`${count(dropped, "message")} dropped so far because the spool was full`] : []),
    ...(aside > 0 ? [`${count(aside, "message")} set aside as unusable`] : []),
  ];
  return lost.length === 0 ? [] : [warn("collector", lost.join(", "), "agent node print collector")];
}
