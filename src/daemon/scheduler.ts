import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import type { Instance } from "../actions/load.ts";
import { isOwnAction } from "../actions/schedule/entries.ts";
import type { Catalog } from "./catalog.ts";
import type { Entry } from "./entries.ts";
import { Followed } from "./followed.ts";
import { passedInPause } from "./gates.ts";
import { GroupQueue, type GroupWait, type Turn } from "./group_queue.ts";
import type { ClosedGate } from "./gate_looks.ts";
import { GateLooks } from "./gate_looks.ts";
import { Guard } from "./guard.ts";
import { isKept } from "./kept.ts";
import type { Job, Launcher } from "./launcher.ts";
import { LeftRuns } from "./left_runs.ts";
import type { Meter } from "./meter.ts";
import type { SchedulerEvents } from "./own/handler.ts";
import { OwnActions } from "./own_actions.ts";
import { nowCeil, nowFloor } from "./now.ts";
import { RebootRuns } from "./reboot.ts";
import { RequirementWatch } from "./requirement_watch.ts";
import { SettledInstants } from "./settled_instants.ts";
import { type Held, Skips } from "./skips.ts";
import { type Due, Timetable } from "./timetable.ts";
import { Told } from "./told.ts";

/** How soon an unmet requirement is looked at again when no event tells of a change, in seconds. */
const REQUIREMENT_RETRY = 5;
/** The same for a service that is frozen, unprovisioned, or has its memory elsewhere. */
const GATE_RETRY = 30;

/** Plans all services and launches what is due; the daemon's loop says when. */
export class Scheduler {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #catalog: Catalog;
  readonly #launcher: Launcher;
  readonly #meter: Meter;
  readonly #timetable = new Timetable();
  readonly #followed: Followed;
  readonly #reboots: RebootRuns;
  readonly #settled: SettledInstants;
  readonly #skips: Skips;
  readonly #groups: GroupQueue;
  readonly #own: OwnActions;
  readonly #requirements: RequirementWatch;
  readonly #looks: GateLooks;
  /** Why an entry was last held or skipped, so that the log says it once. */
  readonly #told: Told;
  readonly #guard: Guard;

  /** `events` are told of what becomes possible, or known, beside the loop. */
  constructor(
    agent: Agent,
    journal: Journal,
    catalog: Catalog,
    launcher: Launcher,
    meter: Meter,
    events: SchedulerEvents,
  ) {
    this.#agent = agent;
    this.#journal = journal;
    this.#catalog = catalog;
    this.#launcher = launcher;
    this.#meter = meter;
    this.#reboots = new RebootRuns(agent, journal);
    this.#settled = new SettledInstants(agent, journal);
    this.#skips = new Skips(agent, catalog);
    this.#groups = new GroupQueue(agent);
    this.#told = new Told(journal);
    this.#guard = new Guard(journal);
    this.#followed = new Followed(agent, journal, catalog, {
      timetable: this.#timetable,
      reboots: this.#reboots,
      settled: this.#settled,
      left: new LeftRuns(agent, journal, launcher, this.#guard),
      told: this.#told,
      guard: this.#guard,
    });
    this.#requirements = new RequirementWatch(agent);
    this.#looks = new GateLooks(agent, this.#requirements, (key) => {
      this.#releaseEntry(key);
      events.onChange();
    });
    const onChange = (path: string) => {
      this.#timetable.release(path);
      events.onChange(path);
    };
    this.#own = new OwnActions(agent, catalog, this.#guard, { ...events, onChange });
  }

  /** How many services have a configuration. */
  get services(): number {
    return this.#catalog.size;
  }

  get schedules(): number {
    return this.#timetable.size;
  }

  /** The tasks that are followed. */
  get tasks(): readonly Entry[] {
    return this.#timetable.entries.filter(({ action }) => action === "run");
  }

  /** How many are due and wait for a free place. */
  get waiting(): number {
    return this.#launcher.isFull ? this.#timetable.countDue(nowFloor(this.#agent)) : 0;
  }

  /** Reads all services for the first time. */
  begin(): Promise<void> {
    return this.#followed.begin();
  }

  /** Looks for changed configurations; reads all again when it is forced. */
  refresh(isForced: boolean): Promise<void> {
    return this.#followed.refresh(isForced);
  }

  /** The system's zone is another one; what it means for the entries is seen when they are read again. */
  useZone(timeZone: string): void {
    this.#followed.useZone(timeZone);
  }

  /** The earliest instant at which there is something to do, in seconds; none while every place is taken. */
  wakeAt(): number | undefined {
    if (this.#launcher.isFull) return undefined;
    const times = [this.#timetable.wakeAt(), this.#reboots.wakeAt(), this.#requirements.wakeAt()];
    const instants = times.filter((at) => at !== undefined);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** The clock was set, or the host slept: nothing planned runs twice, and nothing is forgotten. */
  jump(movedMs: number): void {
    this.#timetable.jump(nowCeil(this.#agent), Math.round(movedMs / 1000));
  }

  /** Something that tasks may require has changed, and of these services a run may be over. */
  releaseAll(services: Iterable<string>): void {
    this.#timetable.releaseAll();
    this.#reboots.release();
    for (const name of services) this.#followed.noteQuiet(name);
  }

  /** A job is over: its entry, and those that waited for a status of its service, are looked at again. */
  ended(job: Job): void {
    this.#timetable.release(job.instance.name);
    this.#followed.noteQuiet(job.instance.name);
    if (job.groups) this.#releaseGroups();
  }

  /** All who wait for a lock group are looked at again. */
  #releaseGroups(): void {
    for (const key of this.#groups.takeWaiting()) this.#timetable.releaseEntry(key);
    this.#reboots.release();
  }

  #releaseEntry(key: string): void {
    this.#timetable.releaseEntry(key);
    this.#reboots.releaseEntry(key);
  }

  /** Launches what is due, as far as there are free places and `stopping` is not aborted. */
  async launchDue(stopping: AbortSignal): Promise<void> {
    const now = nowFloor(this.#agent);
    for (const key of this.#requirements.changed()) this.#releaseEntry(key);
    for (const item of this.#takeDue(now)) {
      if (stopping.aborted) return;
      const { entry, entry: { action }, isPlanned, isReboot } = item;
      if (isOwnAction(action)) {
        const isClosed = this.#own.isClosed(item, action);
        if (isClosed && !isPlanned) this.#hold(item, now + GATE_RETRY);
        else {
          if (isReboot) await this.#reboots.started(entry);
          this.#drop(item, now);
          if (!isClosed) this.#own.queue(item, action, stopping);
        }
      } else if (!this.#launcher.isFull) await this.#tryLaunch(item, now);
    }
  }

  /** What is due, in order, telling of what was missed; those who wait for a lock group come with those who have one. */
  #takeDue(now: number): Due[] {
    const look = () => {
      const { due, missed, lapsed } = this.#timetable.due(now);
      for (const { entry, plannedAt } of missed) {
        this.#meter.miss();
        this.#journal.warning(`${entry.key}: missed, planned at ${new Date(plannedAt * 1000).toISOString()}`);
      }
      for (const passed of [...missed, ...lapsed]) this.#skips.pass(passed);
      return [...this.#reboots.due(now), ...due];
    };
    this.#groups.begin();
    const due = look();
    if (!this.#groups.concerns(due)) return due;
    this.#releaseGroups();
    return look();
  }

  /** What could not even be looked at is tried again, and the others are launched. */
  async #tryLaunch(item: Due, now: number): Promise<void> {
    if (await this.#guard.try(item.entry.key, () => this.#launch(item, now))) return;
    if (item.isReboot) this.#reboots.hold(item.entry, now + GATE_RETRY);
    else this.#timetable.hold(item.entry.key, now + GATE_RETRY);
  }

  /** Resolves when no own action is under way any more. */
  settled(): Promise<void> {
    return this.#own.settled();
  }

  async #launch(item: Due, now: number): Promise<void> {
    const { entry, plannedAt } = item;
    const isFree = this.#launcher.countOf(entry.key) < entry.maxParallel;
    const behind = isFree ? this.#groups.standBehind(entry, now) : undefined;
    if (behind) return this.#waitForTurn(item, behind);
    const loaded = this.#catalog.load(entry.path);
    if (loaded?.kind === "refused" || loaded?.kind === "broken") this.#told.tell(entry.key, loaded.reason);
    const { rid, action } = entry;
    if (loaded?.kind !== "loaded" || rid === undefined || isOwnAction(action)) return this.#drop(item, now);
    const { instance } = loaded;
    if (!isFree) {
      // It is looked at again when that run ends: a period is then overdue and runs at once.
      const reason = "still running, not started again";
      this.#told.tell(entry.key, reason);
      if (item.isPlanned && !item.isCaughtUp) {
        return await this.#giveUp(item, instance, now, { by: "overlap", reason });
      }
      this.#skips.hold(entry, { by: "overlap", reason });
      return this.#timetable.hold(entry.key, Infinity);
    }
    if (!item.isReboot && this.#timetable.learn(entry.key, this.#followed.lastOf(entry), now)) {
      return this.#skips.start(entry);
    }
    if (item.isCaughtUp && this.#settled.has(item, instance, now)) return this.#drop(item, now);
    const gate = await this.#looks.look(entry, instance, rid);
    if (gate === undefined) return this.#hold(item, now + REQUIREMENT_RETRY, false);
    if (gate.answer) return await this.#wait(item, gate.answer, instance, now);
    if (item.isPlanned && passedInPause(this.#agent, instance, rid, plannedAt)) {
      const reason = "it was paused when its instant came";
      return await this.#giveUp(item, instance, now, { by: "paused", reason });
    }
    const turn = await this.#groups.take(item, instance, rid, now);
    if (turn.kind === "wait") return this.#waitForTurn(item, turn);
    try {
      await this.#start(item, instance, { ...turn, rid, action }, now);
    } catch (error) {
      await turn.groups?.release();
      throw error;
    }
  }

  /** Notes that the instant is used, and starts the task. */
  async #start(
    item: Due,
    instance: Instance,
    { groups, sessionId, rid, action }: Turn & Pick<Job, "rid" | "action">,
    now: number,
  ): Promise<void> {
    const { entry, plannedAt } = item;
    this.#told.forget(entry.key);
    this.#skips.start(entry);
    if (item.isCaughtUp) {
      this.#journal.info(`${entry.key}: catches up with ${new Date(plannedAt * 1000).toISOString()}`);
    }
    if (item.isReboot) await this.#reboots.started(entry);
    else this.#timetable.started(entry.key, plannedAt, now);
    await this.#settled.settle(item, instance);
    const startedAt = this.#agent.system.clock.now();
    this.#meter.start(item.isCaughtUp ? undefined : startedAt / 1000 - plannedAt);
    const { dueAt = plannedAt } = item;
    this.#launcher.launch({
      key: entry.key,
      action,
      instance,
      rid,
      plannedAt,
      dueAt,
      startedAt,
      sessionId,
      groups,
    });
  }

  /** A gate is closed: a planned instant is then lost, anything else is looked at again. */
  async #wait(item: Due, closed: ClosedGate, instance: Instance, now: number): Promise<void> {
    const { key } = item.entry;
    const isRequirement = closed.kind === "wait" && closed.cause === "requirement";
    if (isRequirement) this.#journal.debug(`${key}: ${closed.reason}`);
    else this.#told.tell(key, closed.reason);
    const held = { by: closed.kind === "gone" ? closed.kind : closed.cause, reason: closed.reason };
    if (closed.kind === "gone" || !isKept(item, closed.cause)) {
      return await this.#giveUp(item, instance, now, held);
    }
    this.#skips.hold(item.entry, held);
    const until = closed.until ?? now + (isRequirement ? REQUIREMENT_RETRY : GATE_RETRY);
    const isWatched = isRequirement || held.by === "memory";
    if (isWatched) this.#requirements.hold(item.entry, instance, { until, look: closed.look });
    this.#hold(item, until);
  }

  /** Its lock group is another's for now: whatever it is due for, it stays due, and keeps its place in the order. */
  #waitForTurn(item: Due, { reason, until }: GroupWait): void {
    this.#told.tell(item.entry.key, reason, "info");
    this.#skips.hold(item.entry, { by: "slot", reason });
    this.#hold(item, until);
  }

  #hold({ entry, isReboot }: Due, until: number, isLate = true): void {
    if (isReboot) this.#reboots.hold(entry, until);
    else this.#timetable.hold(entry.key, until, isLate);
  }

  async #giveUp(item: Due, instance: Instance, now: number, held: Held): Promise<void> {
    this.#meter.giveUp(held.by);
    this.#skips.give(item, instance, held);
    // The next daemon must not take up again what this one has let go.
    if (item.isReboot) await this.#reboots.started(item.entry);
    this.#drop(item, now);
    await this.#settled.settle(item, instance);
  }

  #drop({ entry, plannedAt, isReboot }: Due, now: number): void {
    if (isReboot) this.#reboots.drop(entry);
    else this.#timetable.started(entry.key, plannedAt, now);
  }
}
