import type { CollectorMessage, CollectorTarget, MessageKind } from "../../core/collector/message.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_KINDS } from "../../core/collector/message.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import { kindLockFile, readKindState, writeKindState } from "../../state/collector/collector_state.ts";
import { spoolFile } from "../../state/collector/spool_files.ts";
import type { Agent } from "../agent.ts";
import { Journal } from "../journal.ts";
import type { Question } from "./door.ts";
import { addressOf, openDoor } from "./door.ts";
import type { PushContext } from "./push.ts";
import { pushKind, reasonOf, spoolOf } from "./push.ts";
import { wakeCourier } from "./wake.ts";
import { WISHES } from "./wishes.ts";

/** How long another push of the same kind is waited for, in milliseconds. */
const BUSY_WAIT_MS = 10_000;

/** What became of a message. */
export interface Delivery {
  readonly key: string;
  readonly outcome: "delivered" | "spooled" | "rejected";
  /** Why it was not delivered. */
  readonly reason?: string;
  /** What the collector answered, when it was delivered. */
  readonly answer?: unknown;
}

/**
 * Puts messages into the spool, durably, in the place of older ones of the same key, and wakes the daemon's courier.
 * Does nothing at all without a collector.
 */
export async function spool(agent: Agent, messages: readonly CollectorMessage[]): Promise<void> {
  const wanted = addressed(agent, messages);
  if (wanted.length === 0) return;
  for (const message of await put(agent, wanted)) await noteTooLarge(agent, message);
  await wakeCourier(agent, "spooled");
}

function addressed({ node }: Agent, messages: readonly CollectorMessage[]): readonly CollectorMessage[] {
  const { collector } = node;
  return messages.filter(({ target }) => collector && addressOf(collector, target) !== undefined);
}

/** Gives those that are too large to be kept. */
async function put(agent: Agent, messages: readonly CollectorMessage[]): Promise<CollectorMessage[]> {
  const spool = spoolOf(agent);
  const tooLarge: CollectorMessage[] = [];
  for (const message of messages) if (!await spool.put(message)) tooLarge.push(message);
  return tooLarge;
}

const TOO_LARGE = `it is larger than ${MAX_MESSAGE_BYTES} bytes, and is not sent`;

async function noteTooLarge(agent: Agent, { kind, key }: CollectorMessage): Promise<void> {
  const { system: { files, clock }, folders } = agent;
  const lock = await files.lock(kindLockFile(folders, kind), BUSY_WAIT_MS);
  try {
    const before = readKindState(files, folders, kind);
    const at = new Date(clock.now()).toISOString();
    const last_rejected = { key, at, code: null, reason: TOO_LARGE };
    const state = { ...before, rejected: before.rejected + 1, last_rejected };
    await writeKindState(files, folders, kind, { state, warn: () => {} });
  } finally {
    lock?.release();
  }
}

/**
 * By hand: spools, then tries to send these now, and tells what became of each, in order. What is told without any
 * address for it is spooled nowhere: see `needCollector`.
 */
export async function deliver(
  agent: Agent,
  messages: readonly CollectorMessage[],
): Promise<readonly Delivery[]> {
  const found = new Map<string, Delivery>();
  const context = contextOf(agent);
  const stopped = new Map<CollectorTarget, Verdict>();
  for (const kind of MESSAGE_KINDS) {
    const these = addressed(agent, messages).filter((message) => message.kind === kind);
    const [first] = these;
    if (first === undefined) continue;
    const why = stopped.get(first.target);
    const attempt = await attemptKind(agent, kind, these, { ...context, ...(why ? { why } : {}) });
    for (const delivery of attempt.deliveries) found.set(delivery.key, delivery);
    if (attempt.stoppedBy) stopped.set(first.target, attempt.stoppedBy);
  }
  await wakeAfter(agent, [...found.values()]);
  return messages.map(({ key }) =>
    found.get(key) ?? { key, outcome: "rejected", reason: "node.conf names no address for it" }
  );
}

function contextOf(agent: Agent): PushContext {
  const journal = new Journal(
    agent.system.clock,
    {},
    agent.console ? [{ ...agent.console, isConsole: true }] : [],
  );
  return { door: openDoor(agent), wishes: WISHES, warn: (text) => journal.warning(text) };
}

interface Attempt {
  readonly deliveries: readonly Delivery[];
  readonly stoppedBy: Verdict | undefined;
}

/** Without a try when `why` says that it would be in vain. */
async function attemptKind(
  agent: Agent,
  kind: MessageKind,
  messages: readonly CollectorMessage[],
  context: PushContext & { readonly why?: Verdict },
): Promise<Attempt> {
  let tooLarge: readonly CollectorMessage[] = [];
  let verdicts: ReadonlyMap<string, Verdict> = new Map();
  let stoppedBy: Verdict | undefined = context.why;
  let isBusy = false;
  const prepare = async () => void (tooLarge = await put(agent, messages));
  if (stoppedBy) await prepare();
  else {
    const files = messages.map((message) => spoolFile(agent.folders, message));
    const outcome = await pushKind(agent, kind, { ...context, files, waitMs: BUSY_WAIT_MS, prepare });
    if (outcome === undefined) await prepare();
    isBusy = outcome === undefined;
    ({ verdicts, stoppedBy } = outcome ?? { verdicts, stoppedBy });
  }
  const late = stoppedBy
    ? reasonOf(stoppedBy)
    : isBusy
    ? "another push of this kind goes on"
    : "not tried yet";
  const deliveries = messages.map((message): Delivery => {
    const { key } = message;
    if (tooLarge.includes(message)) return { key, outcome: "rejected", reason: TOO_LARGE };
    const verdict = verdicts.get(key);
    return verdict === undefined ? { key, outcome: "spooled", reason: late } : deliveryOf(key, verdict);
  });
  return { deliveries, stoppedBy };
}

function deliveryOf(key: string, verdict: Verdict): Delivery {
  switch (verdict.kind) {
    case "done":
      return { key, outcome: "delivered", answer: verdict.answer };
    case "rejected":
      return { key, outcome: "rejected", reason: verdict.reason };
    default:
      return { key, outcome: "spooled", reason: reasonOf(verdict) };
  }
}

/** What one message could do, those that wait may do, too. */
async function wakeAfter(agent: Agent, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.some(({ outcome }) => outcome === "delivered")) await wakeCourier(agent, "retry");
  else if (deliveries.some(({ outcome }) => outcome === "spooled")) await wakeCourier(agent, "spooled");
}

/** Asks the collector something, once, and keeps nothing; the reason of a verdict is for people. */
export function askCollector(agent: Agent, question: Question, signal?: AbortSignal): Promise<Verdict> {
  return openDoor(agent).ask(question, signal);
}
