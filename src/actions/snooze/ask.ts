import { toCollectorAddress } from "../../core/collector/address.ts";
import { Mask } from "../../core/secrets/mask.ts";
import { ConfigReader } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";
import { passwordOf, proxyFor, readAuthorities } from "../collector/door.ts";

/** Where the old interface of a collector is; the feed has no such request. */
const REST_PATH = "/init/rest/api";
const MAX_ANSWER_BYTES = 64 * 1024;

/** The address to ask for quiet: on the host of `dbopensvc`, else on that of the collector; undefined for none. */
export function snoozeAddress({ node }: Pick<Agent, "node">): string | undefined {
  const own = node.document?.sections.get("node")?.byKey.get("dbopensvc")?.value;
  const base = (own ? addressOf(own) : undefined) ?? node.collector?.feeder;
  return base === undefined ? undefined : `${new URL(base).origin}${REST_PATH}/services/self/snooze`;
}

function addressOf(text: string): string | undefined {
  try {
    return toCollectorAddress(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What is asked of the collector. */
export interface QuietRequest {
  /** For how long; absent to be quiet no longer. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** How long to wait for an answer, in milliseconds; never longer than `collector_timeout`. */
  readonly limitMs?: number;
}

/** Why the collector did not do it, without secrets. */
export interface Unheard {
  readonly reason: string;
  /** Whether it may have done it nevertheless: it was asked, and no answer came. */
  readonly isOpen: boolean;
}

/** Asks the collector to be quiet about a service, or not to be any more; undefined when it does. */
export async function askQuiet(
  agent: Agent,
  path: string,
  { seconds, signal, limitMs = Infinity }: QuietRequest,
): Promise<Unheard | undefined> {
  const { collector } = agent.node;
  const url = snoozeAddress(agent);
  if (url === undefined || collector === undefined) return unasked("there is no collector");
  const configs = new ConfigReader(agent.system, agent.folders);
  const password = passwordOf(agent, configs);
  if (password === undefined) return unasked("this node is not registered");
  const ca = collector.caFile === undefined ? undefined : readAuthorities(configs, collector.caFile);
  if (typeof ca === "object") return unasked(ca.problem);
  const reply = await agent.system.http.request({
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: seconds === undefined ? "" : `duration=${seconds}s`,
    login: { user: `${path}@${agent.node.name}`, password },
    ca,
    userAgent: `agent/${agent.system.host.version.agent}`,
    timeoutMs: Math.min(limitMs, collector.timeoutMs),
    proxy: proxyFor(agent, url),
    maxBytes: MAX_ANSWER_BYTES,
    ...(signal ? { signal } : {}),
  });
  if (reply.kind === "answered" && reply.status < 300) return undefined;
  const mask = new Mask();
  mask.add(password);
  const isOpen = reply.kind === "failed";
  return { reason: mask.apply(isOpen ? reply.reason : `it answered with status ${reply.status}`), isOpen };
}

function unasked(reason: string): Unheard {
  return { reason, isOpen: false };
}
