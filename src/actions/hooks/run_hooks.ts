import type { Variables } from "../../core/process/environment.ts";
import { TailKeeper } from "../../core/process/tail.ts";
import type { RunResult } from "../../core/run/result.ts";
import type { Hook } from "../../drivers/task/hooks.ts";
import { readLastCall } from "../../state/hook_calls.ts";
import type { Attempt } from "../run/supervision/attempt.ts";
import { callHook } from "./call_hook.ts";
import { MAX_PING_BODY, PingSession } from "./ping.ts";

/** How a run failed, or did not. */
type End = Pick<RunResult, "is_failed" | "code" | "reason">;

/** Tells of one run, beside it, whoever wants to know: that it is late, that it takes long, how it begins and ends. */
export class RunHooks {
  readonly #attempt: Attempt;
  readonly #ping: PingSession | undefined;
  readonly #tail: TailKeeper | undefined;
  /** The attempt that goes on, from 1. */
  #number = 1;
  #isTakenOver = false;

  /** `token` is the `NAME=value` whose value is the id of the run. */
  constructor(attempt: Attempt, token: string) {
    this.#attempt = attempt;
    const { run, settings } = attempt;
    const { pingUrl: url } = settings.hooks;
    if (url === undefined) return;
    const { agent, resource, journal } = run;
    const runId = token.slice(token.indexOf("=") + 1);
    this.#ping = new PingSession({ agent, resource, journal, settings: settings.hooks, url, runId });
    this.#tail = new TailKeeper(MAX_PING_BODY);
  }

  /** Takes note of a line of the command's output. */
  addLine(line: string): void {
    this.#tail?.add(this.#attempt.run.journal.mask.apply(line));
  }

  /** Another attempt of the command begins. */
  noteAttempt(number: number): void {
    this.#number = number;
  }

  /** The run has its slot, and starts now. */
  begin(): void {
    this.#ping?.start();
    const late = this.#secondsLate();
    if (late === undefined || late <= this.#attempt.settings.hooks.lateAfter) return;
    this.#call("on_late", { OPENSVC_REASON: `started ${late} s behind its plan` });
  }

  /** An earlier agent began the run, and lost it at this attempt. */
  takeOver(number: number): void {
    this.#number = number;
    this.#isTakenOver = true;
    this.#ping?.takeOver();
  }

  /** Does the work of the run, with an eye on how long it takes. */
  async whileRunning<Value>(work: () => Promise<Value>): Promise<Value> {
    const over = new AbortController();
    this.#watchLong(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
    }
  }

  /** The run is over; only the first call counts. Gives back what it is given. */
  end<Ended extends End>(ended: Ended): Ended {
    const signal = ended.is_failed
      ? { kind: "failure" as const, code: ended.code }
      : { kind: "success" as const };
    this.#ping?.end(signal, (heldBack) => this.#textOf(ended, heldBack));
    return ended;
  }

  #textOf({ is_failed, reason }: End, heldBack: number): string {
    const head = [
      ...(is_failed && reason !== null ? [reason] : []),
      ...(this.#number > 1 ? [`attempts: ${this.#number}`] : []),
      ...(heldBack > 0 ? [`runs since the last ping that were not told: ${heldBack}`] : []),
    ].map((line) => `${line}\n`).join("");
    return head + (this.#tail?.text(MAX_PING_BODY - new TextEncoder().encode(head).length) ?? "");
  }

  #watchLong(over: AbortSignal): void {
    const { run: { agent: { system: { clock } } }, settings: { hooks }, startedAt } = this.#attempt;
    const { longAfter } = hooks;
    if (longAfter === undefined || hooks.commands.on_long === undefined || this.#isLongTold()) return;
    clock.sleep(longAfter * 1000 - (clock.now() - startedAt), over).then(() => {
      if (!over.aborted) this.#call("on_long", { OPENSVC_REASON: `still running after ${longAfter} s` });
    });
  }

  /** Whether an earlier agent has told that the run is long. */
  #isLongTold(): boolean {
    const { run: { agent, resource: { ridFolder } }, startedAt } = this.#attempt;
    if (!this.#isTakenOver) return false;
    return (readLastCall(agent.system.files, { ridFolder, hook: "on_long" }) ?? -Infinity) >= startedAt;
  }

  #call(hook: Hook, variables: Variables): void {
    const { run, settings, prepared } = this.#attempt;
    if (prepared === undefined) return;
    const { agent, resource, journal } = run;
    callHook({
      hook,
      agent,
      resource,
      journal,
      settings: settings.hooks,
      variables: { ...timesOf(this.#attempt, this.#number), ...variables },
      request: (all) => prepared.hookRequest(all),
    });
  }

  #secondsLate(): number | undefined {
    return secondsLate(this.#attempt);
  }
}

/** How far a run started behind its plan, in whole seconds; undefined for one that nobody had planned. */
function secondsLate({ run: { request }, startedAt }: Attempt): number | undefined {
  const plan = request.dueAt ?? request.plannedAt;
  return plan === undefined ? undefined : Math.max(0, Math.floor(startedAt / 1000) - plan);
}

/** What every hook of a run is told of its times. */
export function timesOf(attempt: Attempt, number: number): Variables {
  const late = secondsLate(attempt);
  const elapsedMs = attempt.run.agent.system.clock.now() - attempt.startedAt;
  return {
    ...(late === undefined ? {} : { OPENSVC_LATENESS: String(late) }),
    OPENSVC_ELAPSED: String(Math.max(0, Math.floor(elapsedMs / 1000))),
    OPENSVC_ATTEMPT: String(number),
  };
}
