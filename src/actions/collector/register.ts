import { join } from "@std/path";
import type { HttpReply } from "../../core/collector/http_reply.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import { judge } from "../../core/collector/verdict.ts";
import { setOption } from "../../core/config/edit.ts";
import { RefusedError } from "../../core/errors.ts";
import { Mask } from "../../core/secrets/mask.ts";
import type { Agent } from "../agent.ts";
import { whileLocked } from "../config/store.ts";
import { needCluster } from "./cluster_id.ts";
import { proxyFor, readAuthorities } from "./door.ts";
import type { Delivery } from "./outbox.ts";
import { missingReason } from "./configured.ts";
import { deliver } from "./outbox.ts";
import { wakeCourier } from "./wake.ts";
import { WISHES } from "./wishes.ts";

/** The answer is one line of JSON. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** What a collector calls a password of a node: a UUID, or something like it, on one line. */
const UUID_REGEXP = /^[\x21-\x7e]{8,200}$/;

export interface Registration {
  /** Somebody who may register nodes; nobody in particular without. */
  readonly login?: { readonly user: string; readonly password: string };
  /** The application code that the node shall belong to. */
  readonly app?: string | undefined;
}

/** What came of it. */
export interface Registered {
  readonly file: string;
  /** Of what the node tells of itself; undefined when there is nothing that it can tell. */
  readonly system: Delivery | undefined;
}

/**
 * Asks the collector for a password for this node, and keeps it in node.conf; makes the cluster's id when there is none,
 * and tells of the node. Throws `RefusedError` when the collector does not give one.
 */
export async function registerNode(agent: Agent, registration: Registration): Promise<Registered> {
  needServer(agent);
  await needCluster(agent);
  const uuid = await askForPassword(agent, registration);
  const file = await keepPassword(agent, uuid);
  const message = await WISHES.system(agent);
  const [system] = message ? await deliver(agent, [message]) : [];
  await wakeCourier(agent, "retry");
  return { file, system };
}

/** Throws `RefusedError` when node.conf does not say where a node registers. */
export function needServer(agent: Pick<Agent, "node">): string {
  const server = agent.node.collector?.server;
  if (server !== undefined) return server;
  throw new RefusedError(`Cannot register: ${missingReason(agent, "[node] collector = ADDRESS")}`);
}

async function askForPassword(agent: Agent, { login, app }: Registration): Promise<string> {
  const { system: { http, host, clock }, node } = agent;
  const settings = node.collector!;
  const server = needServer(agent);
  const ca = settings.caFile === undefined ? undefined : readAuthorities(agent.configs, settings.caFile);
  if (typeof ca === "object") throw new RefusedError(`Cannot register: ${ca.problem}`);
  const wanted = app ?? settings.app;
  const reply = await http.request({
    method: "POST",
    url: `${server}/api/auth/node`,
    body: JSON.stringify({ nodename: node.name, ...(wanted === undefined ? {} : { app: wanted }) }),
    login,
    ca,
    userAgent: `agent/${host.version.agent}`,
    timeoutMs: settings.timeoutMs,
    proxy: proxyFor(agent, server),
    maxBytes: MAX_ANSWER_BYTES,
  });
  const verdict = judge(reply, "feeder", clock.now());
  const uuid = verdict.kind === "done" ? (verdict.answer as { readonly uuid?: unknown }).uuid : undefined;
  if (typeof uuid === "string" && UUID_REGEXP.test(uuid)) return uuid;
  // Whatever answers may repeat what it was asked.
  const mask = new Mask();
  if (login) mask.add(login.password);
  const why = mask.apply(whyNot(reply, verdict, login !== undefined));
  throw new RefusedError(`Cannot register ${node.name}: ${why}`);
}

/** In words that say what to do. */
function whyNot(reply: HttpReply, verdict: Verdict, hasLogin: boolean): string {
  if (verdict.kind === "done") return "the collector gave no password that can be used";
  const { reason } = verdict;
  switch (reply.kind === "answered" ? reply.status : undefined) {
    case 400:
      return `the collector refuses it: ${reason}; --app names an application code that it knows`;
    case 401:
      return hasLogin
        ? `the collector does not know this user with this password: ${reason}`
        : `the collector wants to know who asks: ${reason}; --user names a user of the collector`;
    case 403:
      return hasLogin
        ? `the collector does not let this user register it: ${reason}`
        : `the collector registers nodes for its users only: ${reason}; --user names one`;
    case 409:
      return `the collector has it already, from somebody else: ${reason}; remove it there first`;
    default:
      return `the collector cannot do it now: ${reason}`;
  }
}

/** Every other line of the file stays; from now on only its owner reads it. */
async function keepPassword(agent: Agent, uuid: string): Promise<string> {
  const { system: { files }, folders, configs } = agent;
  const file = join(folders.etc, "node.conf");
  await whileLocked(agent, async () => {
    const content = configs.readFile(file);
    if (content.kind === "refused" || content.kind === "broken") throw new RefusedError(content.reason);
    const before = content.kind === "text" ? content.text : "";
    await files.replace(file, setOption(before, "node", "uuid", uuid), { isDurable: true });
  });
  return file;
}
