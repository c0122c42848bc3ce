import type { MessageKind } from "../../core/collector/message.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import type { KindState } from "../../state/collector/collector_state.ts";
import { kindLockFile, readKindState, writeKindState } from "../../state/collector/collector_state.ts";
import { Spool } from "../../state/collector/spool.ts";
import type { Spooled } from "../../state/collector/spool_files.ts";
import { spoolFile } from "../../state/collector/spool_files.ts";
import type { Warn } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import type { Door } from "./door.ts";
import type { CollectorWishes } from "./wishes.ts";

/** After so many messages in a row that cannot be taken, the others of the kind are not tried any more. */
const MAX_IN_A_ROW = 3;

/** What a push needs besides the agent. */
export interface PushContext {
  readonly door: Door;
  readonly wishes: CollectorWishes;
  readonly warn: Warn;
  /** A message was refused for ever. */
  onRejected?(key: string, reason: string): void;
  readonly signal?: AbortSignal;
}

export interface PushRequest extends PushContext {
  /** What to send, in order. */
  readonly files: readonly string[];
  /** Called as soon as nobody else sends what is of the kind. */
  prepare?(): Promise<void>;
  /** How long another push of the kind is waited for, in milliseconds. */
  readonly waitMs: number;
  /** After how long, in milliseconds, the rest is left for another push; never without. */
  readonly turnMs?: number;
}

/** How a push ended. */
export interface PushOutcome {
  /** What became of each message that was tried. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Why nothing else would fare better now. */
  readonly stoppedBy: Verdict | undefined;
  /** Whether so many could not be taken that the others of the kind were not tried. */
  readonly isGivenUp: boolean;
  /** How many of the files were looked at, the first ones: fewer than all when the push took too long. */
  readonly seen: number;
}

/** The spool of this agent. */
export function spoolOf({ system, folders, node }: Agent): Spool {
  return new Spool(system, folders, node.collector?.spoolMax ?? 0);
}

/**
 * Sends messages of a kind while nobody else does; undefined when somebody else does. What the collector takes is removed,
 * what it will never take too, and everything else stays.
 */
export async function pushKind(
  agent: Agent,
  kind: MessageKind,
  request: PushRequest,
): Promise<PushOutcome | undefined> {
  const { system: { files }, folders } = agent;
  const spool = spoolOf(agent);
  const lock = await files.lock(kindLockFile(folders, kind), request.waitMs);
  if (lock === undefined) return undefined;
  try {
    await request.prepare?.();
    return await new Push(agent, kind, spool, request).run();
  } finally {
    lock.release();
  }
}

class Push {
  readonly #agent: Agent;
  readonly #kind: MessageKind;
  readonly #spool: Spool;
  readonly #request: PushRequest;
  readonly #verdicts = new Map<string, Verdict>();
  #state: KindState;
  #failed: Verdict | undefined;
  #inARow = 0;

  constructor(agent: Agent, kind: MessageKind, spool: Spool, request: PushRequest) {
    this.#agent = agent;
    this.#kind = kind;
    this.#spool = spool;
    this.#request = request;
    this.#state = readKindState(agent.system.files, agent.folders, kind);
  }

  async run(): Promise<PushOutcome> {
    const { signal, warn, turnMs = Infinity } = this.#request;
    const { clock } = this.#agent.system;
    const until = clock.monotonic() + turnMs;
    let stoppedBy: Verdict | undefined;
    let seen = 0;
    for (const file of this.#request.files) {
      if (signal?.aborted || this.#inARow >= MAX_IN_A_ROW || clock.monotonic() > until) break;
      seen++;
      const spooled = this.#spool.read(file, warn);
      if (spooled === undefined) continue;
      const verdict = await this.#send(spooled);
      if (signal?.aborted && verdict.kind !== "done") break;
      await this.#take(spooled, verdict);
      if (isAboutAll(verdict)) {
        stoppedBy = verdict;
        break;
      }
    }
    if (this.#verdicts.size > 0) await this.#keepState();
    return { verdicts: this.#verdicts, stoppedBy, isGivenUp: this.#inARow >= MAX_IN_A_ROW, seen };
  }

  async #send({ message }: Spooled): Promise<Verdict> {
    const { door, signal } = this.#request;
    const verdict = await door.ask(message, signal);
    if (verdict.kind === "done" && verdict.code === 204 && this.#kind === "daemon_status") {
      return this.#startOver(verdict.code);
    }
    if (verdict.kind !== "unknown node" || this.#kind === "system") return verdict;
    return await this.#introduce() ? await door.ask(message, signal) : verdict;
  }

  /** The collector has forgotten the node: what it took before is told again, and this as soon as it may be. */
  async #startOver(code: number): Promise<Verdict> {
    // Once: what is told again must not be told again with every try.
    if (this.#state.failures === 0) {
      for (const message of await this.#request.wishes.everything(this.#agent)) {
        await this.#spool.put(message);
      }
    }
    const reason = "it has no status of this node yet";
    return { kind: "later", code, reason, isAboutAll: false };
  }

  /** Tells the collector of the node itself; whether it knows the node now. */
  async #introduce(): Promise<boolean> {
    const message = await this.#request.wishes.system(this.#agent);
    if (message === undefined) return false;
    await this.#spool.put(message);
    const { prepare: _prepare, ...request } = this.#request;
    const files = [spoolFile(this.#agent.folders, message)];
    const outcome = await pushKind(this.#agent, "system", { ...request, files });
    return outcome?.verdicts.get(message.key)?.kind === "done";
  }

  async #take(spooled: Spooled, verdict: Verdict): Promise<void> {
    const { key } = spooled.message;
    const at = new Date(this.#agent.system.clock.now()).toISOString();
    this.#verdicts.set(key, verdict);
    this.#state = { ...this.#state, at, code: verdict.code };
    switch (verdict.kind) {
      case "done":
        this.#inARow = 0;
        this.#state = { ...this.#state, delivered: this.#state.delivered + 1 };
        return await this.#spool.remove(spooled);
      case "rejected": {
        this.#inARow = 0;
        const { code, reason } = verdict;
        const rejected = this.#state.rejected + 1;
        this.#state = { ...this.#state, rejected, last_rejected: { key, at, code, reason } };
        this.#request.onRejected?.(key, reason);
        return await this.#spool.remove(spooled);
      }
      default:
        this.#inARow++;
        this.#failed = verdict;
    }
  }

  async #keepState(): Promise<void> {
    const { system: { files }, folders } = this.#agent;
    const failed = this.#failed;
    const state: KindState = {
      ...this.#state,
      failures: failed === undefined ? 0 : this.#state.failures + 1,
      error: failed === undefined ? null : reasonOf(failed),
    };
    await writeKindState(files, folders, this.#kind, { state, warn: this.#request.warn });
  }
}

/** Whether other messages would fare no better now. */
export function isAboutAll(verdict: Verdict): boolean {
  if (verdict.kind === "later") return verdict.isAboutAll;
  return verdict.kind === "unregistered" || verdict.kind === "unknown node";
}

/** Why a message is not told yet; empty for one that is. */
export function reasonOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "done":
      return "";
    case "unregistered":
      return `${verdict.reason}; agent node register gets it a password`;
    default:
      return verdict.reason;
  }
}
