import { join } from "@std/path";
import { isOnThisHost } from "../../core/collector/address.ts";
import type { CollectorMessage, CollectorTarget } from "../../core/collector/message.ts";
import type { CollectorSettings } from "../../core/collector/settings.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import { judge } from "../../core/collector/verdict.ts";
import { parseIni } from "../../core/config/ini.ts";
import { Mask } from "../../core/secrets/mask.ts";
import { ConfigReader } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";

/** The largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A request to the collector: a message, or a question with the same fields. */
export interface Question extends Pick<CollectorMessage, "target" | "path"> {
  readonly method: "GET" | "POST" | "PUT";
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The way to the collector, with the password that the node has now. */
export interface Door {
  /** Asks once; never throws, and no reason holds the password. */
  ask(question: Question, signal?: AbortSignal): Promise<Verdict>;
  /** Whether the node has a password. */
  readonly isRegistered: boolean;
  /** Hides the password. */
  readonly mask: Mask;
}

/** Opens the way; the daemon lives longer than a password: it is read again each time. */
export function openDoor(agent: Agent): Door {
  const { collector } = agent.node;
  const configs = new ConfigReader(agent.system, agent.folders);
  const uuid = passwordOf(agent, configs);
  const mask = maskOf(uuid);
  let ca: string | { readonly problem: string } | undefined;
  return {
    isRegistered: uuid !== undefined,
    mask,
    async ask(question, signal) {
      const base = collector && addressOf(collector, question.target);
      if (base === undefined) return later(`there is no address for ${question.target}`);
      if (uuid === undefined) return UNREGISTERED;
      ca ??= collector!.caFile === undefined ? undefined : readAuthorities(configs, collector!.caFile);
      if (typeof ca === "object") return later(ca.problem);
      const reply = await agent.system.http.request({
        method: question.method,
        url: base + question.path,
        ...contentOf(question, [uuid, agent.node.name]),
        login: { user: agent.node.name, password: uuid },
        ca,
        userAgent: `agent/${agent.system.host.version.agent}`,
        timeoutMs: collector!.timeoutMs,
        proxy: proxyFor(agent, base),
        maxBytes: MAX_ANSWER_BYTES,
        ...(signal ? { signal } : {}),
      });
      return masked(judge(reply, question.target, agent.system.clock.now()), mask);
    },
  };
}

const UNREGISTERED: Verdict = {
  kind: "unregistered",
  code: null,
  reason: "this node is not registered",
};

export function addressOf(settings: CollectorSettings, target: CollectorTarget): string | undefined {
  return target === "feeder" ? settings.feeder : settings.compliance;
}

/** The proxy of the node; none to this host: it would carry what is sent in clear to another one. */
export function proxyFor({ node }: Pick<Agent, "node">, address: string): string | undefined {
  return isOnThisHost(address) ? undefined : node.httpProxy;
}

/** The certificates of private authorities; a file that others may write would let them be the collector. */
export function readAuthorities(
  configs: Pick<ConfigReader, "readFile">,
  file: string,
): string | { readonly problem: string } {
  const content = configs.readFile(file);
  if (content.kind === "missing") return { problem: `collector_ca: there is no ${file}` };
  if (content.kind !== "text") return { problem: `collector_ca: ${content.reason}` };
  return content.text.includes("-----BEGIN CERTIFICATE-----")
    ? content.text
    : { problem: `collector_ca: ${file} holds no certificate, expected PEM` };
}

/** As `node.conf` says it now; what it said at the start when it cannot be read. */
export function passwordOf(agent: Agent, configs: ConfigReader): string | undefined {
  const content = configs.readFile(join(agent.folders.etc, "node.conf"));
  try {
    if (content.kind === "missing") return undefined;
    if (content.kind === "text") {
      return parseIni(content.text).sections.get("node")?.byKey.get("uuid")?.value || undefined;
    }
  } catch {
    // Half edited.
  }
  return agent.node.collector?.uuid;
}

/** Hides the password of the node, where something may print it that is not ours. */
export function passwordMask(agent: Agent): Mask {
  return maskOf(passwordOf(agent, new ConfigReader(agent.system, agent.folders)));
}

function maskOf(password: string | undefined): Mask {
  const mask = new Mask();
  if (password !== undefined) mask.add(password);
  return mask;
}

/** JSON-RPC wants the credentials behind the other parameters. */
function contentOf({ target, body }: Question, credentials: readonly string[]) {
  if (body === undefined) return {};
  if (target === "feeder") return { body: JSON.stringify(body) };
  const params = Array.isArray(body["params"]) ? body["params"] as unknown[] : [];
  const call = { jsonrpc: "2.0", id: 1, method: body["method"], params: [...params, credentials] };
  return { body: JSON.stringify(call) };
}

function later(reason: string): Verdict {
  return { kind: "later", code: null, reason, isAboutAll: true };
}

function masked(verdict: Verdict, mask: Mask): Verdict {
  return verdict.kind === "done" ? verdict : { ...verdict, reason: mask.apply(verdict.reason) };
}
