import type { ActionBegin, ActionLine, ActionStatus } from "../../core/collector/action_body.ts";
import { LineKeeper } from "../../core/collector/line_keeper.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";
import { messageOf } from "../../core/error_text.ts";
import type { RunResult } from "../../core/run/result.ts";
import { Mask } from "../../core/secrets/mask.ts";
import type { Agent } from "../agent.ts";
import { hasCollector } from "../collector/configured.ts";
import { spool } from "../collector/outbox.ts";
import type { Journal } from "../journal.ts";
import { beginMessage, endMessage } from "./messages.ts";

/** Whether the collector is told of runs: of those by hand, or of scheduled ones. */
export function isActionLogged(agent: Pick<Agent, "node">, isScheduled: boolean): boolean {
  const { collector } = agent.node;
  if (!hasCollector(agent)) return false;
  return (isScheduled ? collector?.logsScheduledActions : collector?.logsActions) === true;
}

/** A run, as far as its report needs to know it. */
export interface ReportedRun {
  readonly agent: Agent;
  readonly journal: Pick<Journal, "warning">;
  readonly begin: ActionBegin;
  readonly subset: string;
  /** Values of `--env` and arguments for the command: what no line shows. */
  readonly hidden?: readonly string[];
}

/** How a run ended; `status` is that of the task, where its code has one. */
export interface ReportedEnd extends Pick<RunResult, "is_failed" | "reason"> {
  readonly status: RunResult["status"];
  /** Milliseconds since the epoch; now when it is absent. */
  readonly endedAt?: number;
}

/**
 * Tells the collector of one run, beside it: what is told is put on the disk, from where the daemon sends it. Trouble
 * with that is one warning, and changes nothing of the run.
 */
export class ActionLog {
  readonly #run: ReportedRun;
  readonly #keeper = new LineKeeper();
  readonly #hidden = new Mask();
  #begun = Promise.resolve();
  #hasWarned = false;

  constructor(run: ReportedRun) {
    this.#run = run;
    for (const value of run.hidden ?? []) this.#hidden.add(value);
  }

  /** The journal of the run, of whose lines the report will tell. */
  listening(journal: Journal): Journal {
    const log = {
      write: ({ at, level, message }: ActionLine) =>
        this.#keeper.add({ at, level, message: this.#hidden.apply(message) }),
    };
    return journal.alsoTo({ log, level: "INFO" });
  }

  /** The run starts now, and does not wait. */
  begin(): void {
    this.#begun = this.#spool(beginMessage(this.#run.begin));
  }

  /** The run is over; `lines` stand for those that were listened to. */
  async end(end: ReportedEnd, lines: readonly ActionLine[] = this.#keeper.lines): Promise<void> {
    await this.#begun;
    const { agent, subset, begin } = this.#run;
    const { is_failed, status, endedAt = agent.system.clock.now() } = end;
    const word = is_failed ? "err" : statusWord(status);
    const reason = this.#hidden.apply(end.reason ?? "");
    await this.#spool(endMessage(begin, { status: word, reason, endedAt, subset, lines }));
  }

  async #spool(message: CollectorMessage): Promise<void> {
    const { agent, journal, begin: { rid } } = this.#run;
    try {
      await spool(agent, [message]);
    } catch (error) {
      if (!this.#hasWarned) journal.warning(`the collector is not told of the run: ${messageOf(error)}`, rid);
      this.#hasWarned = true;
    }
  }
}

function statusWord(status: RunResult["status"]): ActionStatus {
  return status === "warn" ? "warn" : "ok";
}
