import type { PingSignal } from "../../core/hooks/ping_url.ts";
import { pingUrl } from "../../core/hooks/ping_url.ts";
import type { HookSettings } from "../../drivers/task/hooks.ts";
import { HOOK_INTERVAL, HOOK_TIMEOUT } from "../../drivers/task/hooks.ts";
import type { CallRequest } from "../../state/hook_calls.ts";
import { claimCall } from "../../state/hook_calls.ts";
import type { HttpOutcome } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Resource } from "../load.ts";
import { messageOf } from "./call_hook.ts";

/** Monitors keep the first bytes of what is posted; those that keep least keep 10 kB. */
export const MAX_PING_BODY = 10_000;

/** One try, in milliseconds. */
const TRY_MS = 10_000;
const MAX_TRIES = 3;
/** Before the second try, in milliseconds; three times as long before the third one. */
const PAUSE_MS = 1_000;

/** Whom a run tells of itself. */
export interface PingTarget {
  readonly agent: Agent;
  readonly resource: Pick<Resource, "rid" | "ridFolder">;
  readonly journal: Journal;
  readonly settings: Pick<HookSettings, "timeout" | "interval">;
  readonly url: URL;
  /** A UUID, which joins the pings of one run. */
  readonly runId: string;
}

/** The pings of one run, in order, beside it; trouble with them is a warning that names the host only. */
export class PingSession {
  readonly #target: PingTarget;
  /** Settles with whether the start was tried to tell. */
  #start = Promise.resolve(false);
  /** Aborted at the end of the run: the start is then not tried again. */
  readonly #ended = new AbortController();

  constructor(target: PingTarget) {
    this.#target = target;
  }

  start(): void {
    const deadline = this.#deadline();
    const told = Promise.withResolvers<boolean>();
    const tell = async () => told.resolve(await this.#tellStart(deadline));
    if (this.#beside(tell, () => told.resolve(false))) this.#start = told.promise;
  }

  /** The start was told by an earlier agent, if at all: the end is always told. */
  takeOver(): void {
    this.#start = Promise.resolve(true);
  }

  /** The run is over; `body` is what is posted, of which `heldBack` is told how many pings were. */
  end(signal: PingSignal, body: (heldBack: number) => string): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    const deadline = this.#deadline();
    this.#beside(() => this.#tellEnd(signal, body, deadline));
  }

  #beside(work: () => Promise<void>, onTrouble: () => void = () => {}): boolean {
    const { agent, journal, resource: { rid } } = this.#target;
    const isStarted = agent.hooks.start("ping", async () => {
      try {
        await work();
      } catch (error) {
        onTrouble();
        journal.warning(`ping_url: ${messageOf(error)}`, rid);
      }
    });
    if (!isStarted) journal.warning("ping_url: not pinged: too many hooks wait, or the agent ends", rid);
    return isStarted;
  }

  /** Whether it was tried: one that seems to have failed may have arrived. */
  async #tellStart(deadline: number): Promise<boolean> {
    if (await this.#claim({ hook: "ping_start" }) === undefined) return false;
    await this.#post({ kind: "start" }, "", deadline, this.#ended.signal);
    return true;
  }

  /** Another outcome than the last one is told at once; so is the end of a run whose start was told. */
  async #tellEnd(
    signal: PingSignal,
    body: (heldBack: number) => string,
    deadline: number,
  ): Promise<void> {
    const isFollowUp = await this.#start;
    const heldBack = await this.#claim({ hook: "ping_end", told: signal.kind, isFollowUp });
    if (heldBack !== undefined) await this.#post(signal, body(heldBack), deadline);
  }

  async #claim(request: Pick<CallRequest, "hook" | "told" | "isFollowUp">): Promise<number | undefined> {
    const { agent: { system }, resource: { rid, ridFolder }, settings, journal } = this.#target;
    const intervalMs = (settings.interval ?? HOOK_INTERVAL) * 1000;
    try {
      const now = system.clock.now();
      const outcome = await claimCall(system.files, { ridFolder, now, intervalMs, ...request });
      if (outcome.kind === "granted") return outcome.heldBack;
      journal.debug("ping_url: held back: pinged a short time ago", rid);
      return undefined;
    } catch (error) {
      journal.warning(`ping_url: pings cannot be counted: ${messageOf(error)}`, rid);
      return 0;
    }
  }

  /** When no try may go on any more, on the monotonic clock: waiting for a place takes of that time, too. */
  #deadline(): number {
    const { agent: { system: { clock } }, settings } = this.#target;
    return clock.monotonic() + (settings.timeout ?? HOOK_TIMEOUT) * 1000;
  }

  async #post(signal: PingSignal, body: string, deadline: number, giveUp?: AbortSignal): Promise<void> {
    const { agent, url, journal, runId, resource: { rid } } = this.#target;
    const { clock, host } = agent.system;
    const { asked } = agent.hooks.stop;
    const over = giveUp ? AbortSignal.any([giveUp, asked]) : asked;
    for (let tries = 1;; tries++) {
      const outcome = await this.#try(pingUrl(url, signal, runId), body, deadline - clock.monotonic());
      if (isTold(outcome)) return journal.debug(`ping_url: ${url.host} knows of the ${signal.kind}`, rid);
      const pauseMs = PAUSE_MS * 3 ** (tries - 1) * (0.5 + host.random());
      const mayHelp = tries < MAX_TRIES && mayWorkLater(outcome) && clock.monotonic() + pauseMs < deadline;
      if (mayHelp) await clock.sleep(pauseMs, over);
      if (!mayHelp || over.aborted) {
        const text = `ping_url: ${url.host} could not be told of the ${signal.kind}: ${why(outcome)}`;
        return journal.warning(text, rid);
      }
    }
  }

  async #try(url: string, body: string, leftMs: number): Promise<HttpOutcome> {
    if (leftMs <= 0) return { kind: "failed", reason: "its turn came too late" };
    const { system, node, hooks } = this.#target.agent;
    return await system.http.post(url, body, {
      userAgent: `agent/${system.host.version.agent}`,
      timeoutMs: Math.min(TRY_MS, leftMs),
      proxy: node.httpProxy,
      signal: hooks.stop.asked,
    });
  }
}

function isTold(outcome: HttpOutcome): boolean {
  return outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300;
}

/** Of the answers that are no, only those about the moment. */
function mayWorkLater(outcome: HttpOutcome): boolean {
  return outcome.kind === "failed" || outcome.status >= 500 || [408, 429].includes(outcome.status);
}

function why(outcome: HttpOutcome): string {
  return outcome.kind === "failed" ? outcome.reason : `it answered with status ${outcome.status}`;
}
