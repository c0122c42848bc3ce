import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import type { Instance, Resource } from "../actions/load.ts";
import { adoptRun } from "../actions/run/supervision/adopt.ts";
import { runAction } from "../actions/run/run.ts";
import type { NodeAction, OwnAction, ScheduledAction } from "../actions/schedule/entries.ts";
import { syncAction } from "../actions/sync/sync.ts";
import { TARGET_WORDS } from "../core/sync/targets.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import type { ClaimedRun } from "../state/slots.ts";
import type { RunResult } from "../core/run/result.ts";
import type { HeldGroups } from "../state/lock_groups.ts";

/** One launch: a task or a synchronisation of a service, for one planned instant. */
export interface Job {
  readonly key: string;
  readonly action: ResourceAction;
  readonly instance: Instance;
  readonly rid: string;
  /** Seconds since the epoch. */
  readonly plannedAt: number;
  /** When it was launched, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The same, of what it was planned for at first. */
  readonly dueAt?: number;
  readonly sessionId?: string;
  /** The lock groups that were taken for it: given back when it is over, unless it is left to its supervisor. */
  readonly groups?: HeldGroups | undefined;
}

/** What is done to a single resource. */
export type ResourceAction = Exclude<ScheduledAction, OwnAction | NodeAction>;

/** What counts of the results of a job. */
export type JobResult = Pick<RunResult, "outcome" | "is_failed">;

/** Told when a job is over; without results it could not be tried. */
export type OnEnd = (job: Job, results: readonly JobResult[] | undefined) => void;

/** Runs jobs in this process, at most so many at a time, and counts those that run. */
export class Launcher {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #onEnd: OnEnd;
  readonly #running = new Set<Job>();
  readonly #leaving = new AbortController();
  /** Asked when the commands that run must be ended. */
  readonly stop = new StopRequest();

  constructor(agent: Agent, journal: Journal, onEnd: OnEnd) {
    this.#agent = agent;
    this.#journal = journal;
    this.#onEnd = onEnd;
  }

  get running(): number {
    return this.#running.size;
  }

  get jobs(): readonly Job[] {
    return [...this.#running];
  }

  get isFull(): boolean {
    return this.#running.size >= this.#agent.node.maxParallel;
  }

  /** How many runs of an entry are under way. */
  countOf(key: string): number {
    let count = 0;
    for (const job of this.#running) if (job.key === key) count++;
    return count;
  }

  /** Names what runs, for the log. */
  names(): string {
    return [...this.#running].map(({ key }) => key).join(", ");
  }

  /** Leaves the commands that run to their supervisors: the next daemon follows them. */
  leave(): void {
    this.#leaving.abort();
  }

  /** Starts a job and returns at once; `onEnd` is told when it is over. */
  launch(job: Job): void {
    this.#follow(job, job.action === "run" ? this.#run(job) : this.#sync(job));
  }

  /** Goes on with a run of an earlier daemon, whatever the number of jobs. */
  adopt(job: Job, resource: Resource, claimed: ClaimedRun): void {
    const request = { stop: this.stop, leaving: this.#leaving.signal };
    this.#follow(job, adoptRun({ agent: this.#agent, instance: job.instance, resource, request }, claimed));
  }

  #follow(job: Job, work: Promise<readonly JobResult[]>): void {
    this.#running.add(job);
    work
      .finally(() => job.groups?.release())
      .catch((error) => {
        this.#journal.error(`${job.key}: ${error instanceof Error ? error.message : error}`);
        return undefined;
      })
      .then((results) => {
        this.#running.delete(job);
        this.#onEnd(job, results);
      });
  }

  async #run(
    { instance, rid, plannedAt, dueAt = plannedAt, sessionId, groups }: Job,
  ): Promise<readonly RunResult[]> {
    const { results } = await runAction(this.#agent, [instance], {
      filter: { rid },
      origin: "scheduler",
      isScheduled: true,
      plannedAt,
      dueAt,
      isConfirmed: false,
      isForced: false,
      waitMs: 0,
      extraArgs: [],
      environment: {},
      isParallel: false,
      questionsOn: "stderr",
      stop: this.stop,
      leaving: this.#leaving.signal,
      sessionId,
      groups,
    });
    return results;
  }

  /** Nobody supervises it but this daemon, which therefore waits for its end when it stops. */
  async #sync({ instance, rid, plannedAt }: Job): Promise<readonly JobResult[]> {
    const { results } = await syncAction(this.#agent, [instance], {
      filter: { rid },
      groups: TARGET_WORDS,
      origin: "scheduler",
      isScheduled: true,
      plannedAt,
      isForced: false,
      isDryRun: false,
      waitMs: 0,
      showsProgress: false,
      stop: this.stop,
    });
    return results.map(({ outcome, is_failed }) => ({
      outcome: outcome === "refused" || outcome === "skipped" ? outcome : "ran",
      is_failed,
    }));
  }
}
