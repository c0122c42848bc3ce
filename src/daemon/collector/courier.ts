import { basename, dirname } from "@std/path";
import type { Agent } from "../../actions/agent.ts";
import { daemonStatusMessage, hasKnownStatus } from "../../actions/collector/daemon_status.ts";
import type { Door } from "../../actions/collector/door.ts";
import { addressOf, openDoor } from "../../actions/collector/door.ts";
import { pingCollector, wantedConfigs } from "../../actions/collector/ping.ts";
import type { PushOutcome } from "../../actions/collector/push.ts";
import { isAboutAll, pushKind, reasonOf, spoolOf } from "../../actions/collector/push.ts";
import { wakeFile, wakeFolder } from "../../actions/collector/wake.ts";
import type { CollectorWishes } from "../../actions/collector/wishes.ts";
import type { CollectorReport } from "../../actions/daemon_report.ts";
import type { Journal } from "../../actions/journal.ts";
import { LONGEST_MS } from "../../core/collector/back_off.ts";
import type { CollectorMessage, CollectorTarget, MessageKind } from "../../core/collector/message.ts";
import { MESSAGE_KINDS } from "../../core/collector/message.ts";
import type { CollectorSettings } from "../../core/collector/settings.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import { isDiskFull, messageOf } from "../../core/error_text.ts";
import { removeDrafts } from "../../state/drafts.ts";
import type { Spool } from "../../state/collector/spool.ts";
import { spoolFile } from "../../state/collector/spool_files.ts";
import { readStateOr } from "../../state/state_file.ts";
import { Bell } from "../bell.ts";
import { CourierTales } from "./courier_tales.ts";
import { Pauses } from "../pauses.ts";

/** How many messages are sent before others who want to send of the kind get their turn. */
const CHUNK = 100;
/** How long a slow collector may take for those, in milliseconds. */
const CHUNK_MS = 5_000;
/** How long others get for it, in milliseconds. */
const TURN_MS = 60;

/** What a courier is given. */
export interface CourierTask {
  readonly agent: Agent;
  readonly journal: Journal;
  readonly wishes: CollectorWishes;
  /** Aborted when nothing may be sent any more. */
  readonly stopping: AbortSignal;
  /** The services of this node, as their paths. */
  services(): readonly string[];
}

/**
 * Tells the collector what is in the spool, beside everything else that the daemon does: woken by what is put there and by
 * the ends of its pauses, and by nothing else.
 */
export class Courier {
  readonly #task: CourierTask;
  readonly #settings: CollectorSettings;
  readonly #spool: Spool;
  readonly #bell: Bell;
  readonly #pauses: Pauses;
  readonly #tales: CourierTales;
  /** When the collector last asked for a configuration, on the monotonic clock. */
  readonly #asked = new Map<string, number>();
  readonly #counts = { delivered: 0, rejected: 0, failed: 0 };
  #isRegistered = false;
  #isStatusWanted = true;
  #told: string | undefined;
  #statusAt = -Infinity;
  /** Services whose status nobody had looked at when the last full status was made. */
  #unknown: readonly string[] = [];
  #lookedAt = -Infinity;
  #everythingAt = -Infinity;
  #pingAt = -Infinity;

  private constructor(task: CourierTask, settings: CollectorSettings) {
    const { agent, journal } = task;
    this.#task = task;
    this.#settings = settings;
    this.#spool = spoolOf(agent);
    this.#bell = new Bell(agent.system.clock);
    this.#pauses = new Pauses(agent.system);
    this.#tales = new CourierTales(journal);
  }

  /** The courier of a node; undefined when there is no collector. */
  static of(task: CourierTask): Courier | undefined {
    const { collector } = task.agent.node;
    for (const problem of collector?.problems ?? []) task.journal.error(problem);
    const isReachable = collector?.feeder !== undefined || collector?.compliance !== undefined;
    return isReachable ? new Courier(task, collector) : undefined;
  }

  /** Begins to work; disposing of what it gives waits for the end. */
  start(): AsyncDisposable {
    const watch = this.#watch();
    const { stopping } = this.#task;
    const stop = () => this.#bell.ring();
    stopping.addEventListener("abort", stop);
    const ended = this.#run();
    return {
      [Symbol.asyncDispose]: async () => {
        watch[Symbol.dispose]();
        await ended;
        stopping.removeEventListener("abort", stop);
      },
    };
  }

  /** Services may have come or gone. */
  noteServices(): void {
    if (this.#told !== undefined && this.#told !== this.#names()) this.#wantStatus();
  }

  get report(): CollectorReport {
    return {
      state: this.#isRegistered ? "registered" : "not registered",
      ...this.#counts,
      next_tries: this.#nextTries(),
    };
  }

  /** Of the messages of a kind the first one counts. */
  #nextTries(): Readonly<Record<string, string>> {
    const first: Record<string, string> = {};
    for (const [name, at] of Object.entries(this.#pauses.ends)) {
      const label = name.includes("/") ? basename(dirname(name)) : name;
      if (first[label] === undefined || at < first[label]) first[label] = at;
    }
    return first;
  }

  /** Without events, what is put into the spool is found at the next sign of life. */
  #watch(): Disposable {
    const { files } = this.#task.agent.system;
    const { folders } = this.#task.agent;
    try {
      files.makeFolder(wakeFolder(folders));
      removeDrafts(this.#task.agent.system, wakeFolder(folders));
      return files.watch([wakeFolder(folders)], () => this.#hear());
    } catch (error) {
      this.#task.journal.warning(`what the collector has to be told is found late: ${messageOf(error)}`);
      return { [Symbol.dispose]() {} };
    }
  }

  #hear(): void {
    const { files } = this.#task.agent.system;
    const reason = readStateOr(files, wakeFile(this.#task.agent.folders), (text) => text);
    // What could be done by hand may be possible here, too.
    if (reason?.startsWith("retry")) this.#pauses.end();
    this.#bell.ring();
  }

  async #run(): Promise<void> {
    const { journal, stopping } = this.#task;
    let isMended = false;
    while (!stopping.aborted) {
      try {
        if (!isMended) await this.#spool.mend();
        isMended = true;
        await this.#round();
        this.#tales.work();
        this.#pauses.clear("courier");
      } catch (error) {
        // A full disk must not end the courier; a pause keeps it from trying all the time.
        this.#tales.trouble(messageOf(error));
        if (isDiskFull(error)) await this.#makeWay();
        this.#pauses.fail("courier", { kind: "later", code: null, reason: "", isAboutAll: true });
      }
      if (!stopping.aborted) await this.#bell.wait(this.#sleepMs());
    }
    journal.debug("the courier stops");
  }

  async #makeWay(): Promise<void> {
    try {
      await this.#spool.makeWay();
    } catch {
      // Not even that can be noted; what can be removed is removed.
    }
  }

  async #round(): Promise<void> {
    const { agent, stopping } = this.#task;
    const door = openDoor(agent);
    this.#isRegistered = door.isRegistered;
    this.#tales.registration(door.isRegistered);
    if (!door.isRegistered) return;
    await this.#queueStatus();
    for (const kind of MESSAGE_KINDS) {
      if (stopping.aborted) return;
      await this.#sendKind(kind, door);
    }
    if (!stopping.aborted) await this.#ping(door);
    this.#tales.dropped(this.#spool.ledger);
  }

  #now(): number {
    return this.#task.agent.system.clock.monotonic();
  }

  #names(): string {
    return [...this.#task.services()].sort().join("\n");
  }

  #wantStatus(): void {
    this.#isStatusWanted = true;
    this.#bell.ring();
  }

  /** At the first contact, when services come or go, and when the collector has forgotten the node; not too often. */
  async #queueStatus(): Promise<void> {
    if (this.#settings.feeder === undefined || this.#statusWaitMs() > 0) return;
    if (!this.#isStatusWanted && !this.#isMoreKnown()) return;
    this.#statusAt = this.#now();
    const names = this.#names();
    try {
      const { message, unknown } = await daemonStatusMessage(this.#task.agent, this.#task.services());
      await this.#spool.put(message);
      this.#unknown = unknown;
    } catch (error) {
      // A cluster.conf that cannot be used keeps nothing else from being told.
      return this.#tales.hold("daemon_status", messageOf(error));
    }
    this.#isStatusWanted = false;
    this.#told = names;
  }

  /** Whether a service that the last full status left out can be told of now; looked at as often as one may be sent. */
  #isMoreKnown(): boolean {
    if (this.#unknown.length === 0 || this.#now() < this.#lookedAt + this.#settings.statusDelay * 1000) {
      return false;
    }
    this.#lookedAt = this.#now();
    return this.#unknown.some((service) => hasKnownStatus(this.#task.agent, service));
  }

  #statusWaitMs(): number {
    return this.#statusAt + this.#settings.statusDelay * 1000 - this.#now();
  }

  async #sendKind(kind: MessageKind, door: Door): Promise<void> {
    const target: CollectorTarget = kind === "compliance" ? "compliance" : "feeder";
    const isClosed = () => this.#pauses.isPaused(target) || this.#pauses.isPaused(kind);
    if (addressOf(this.#settings, target) === undefined || isClosed() || this.#spool.isEmpty(kind)) return;
    const { stopping, agent: { system: { clock } } } = this.#task;
    const files = (await this.#spool.files(kind)).filter((file) => !this.#pauses.isPaused(file));
    for (let at = 0; at < files.length;) {
      if (at > 0) {
        await clock.sleep(TURN_MS, stopping);
        await this.#letOthersPass(kind, door);
      }
      if (stopping.aborted || isClosed()) return;
      const outcome = await this.#push(kind, files.slice(at, at + CHUNK), door);
      // Who sends meanwhile rings when it is done.
      if (outcome === undefined) return;
      this.#learn(kind, target, outcome);
      if (kind === "daemon_status") await this.#heed(outcome);
      if (outcome.seen === 0) return;
      at += outcome.seen;
    }
  }

  /** A long queue must keep neither what comes before it from being told, nor a sign of life. */
  async #letOthersPass(kind: MessageKind, door: Door): Promise<void> {
    if (this.#task.stopping.aborted) return;
    await this.#queueStatus();
    const earlier = MESSAGE_KINDS.slice(0, MESSAGE_KINDS.indexOf(kind));
    for (const each of earlier) await this.#sendKind(each, door);
    if (!this.#task.stopping.aborted) await this.#ping(door);
  }

  /** The answer to a full status asks for the same as that to a sign of life. */
  async #heed({ verdicts }: PushOutcome): Promise<void> {
    for (const verdict of verdicts.values()) {
      if (verdict.kind !== "done") continue;
      await this.#giveConfigs(wantedConfigs(verdict.answer, this.#task.services()));
    }
  }

  #push(kind: MessageKind, files: readonly string[], door: Door): Promise<PushOutcome | undefined> {
    const { agent, journal, wishes, stopping } = this.#task;
    return pushKind(agent, kind, {
      door,
      files,
      waitMs: TURN_MS,
      turnMs: CHUNK_MS,
      signal: stopping,
      warn: (text) => journal.warning(text),
      onRejected: (key, reason) => {
        this.#counts.rejected++;
        journal.error(`${key}: the collector refuses it: ${reason}`);
      },
      wishes: { ...wishes, everything: (agent) => this.#everything(agent) },
    });
  }

  #learn(kind: MessageKind, target: CollectorTarget, { verdicts, stoppedBy, isGivenUp }: PushOutcome): void {
    const { folders } = this.#task.agent;
    let last: Verdict | undefined;
    for (const [key, verdict] of verdicts) {
      const file = spoolFile(folders, { kind, key });
      if (verdict.kind === "later") {
        this.#counts.failed++;
        if (!verdict.isAboutAll) this.#pauses.fail(file, verdict);
        last = verdict;
      } else this.#pauses.clear(file);
      if (verdict.kind === "done") {
        this.#counts.delivered++;
        this.#reach(target);
      }
    }
    if (isGivenUp && last) this.#pauses.fail(kind, last);
    else if (!stoppedBy) this.#pauses.clear(kind);
    if (stoppedBy) this.#lose(target, stoppedBy);
    else if (last) this.#tales.hold(kind, last.kind === "later" ? last.reason : "");
  }

  #reach(target: CollectorTarget): void {
    this.#pauses.clear(target);
    this.#tales.reach(target);
  }

  #lose(target: CollectorTarget, verdict: Verdict): void {
    this.#pauses.fail(target, verdict);
    this.#tales.lose(target, reasonOf(verdict));
  }

  /** A sign of life, and what the collector wants after it. */
  async #ping(door: Door): Promise<void> {
    const { agent, journal, stopping } = this.#task;
    if (this.#settings.feeder === undefined || this.#now() < this.#pingAt) return;
    if (this.#pauses.isPaused("feeder") || this.#pauses.isPaused("ping")) return;
    const services = this.#task.services();
    const warn = (text: string) => journal.warning(text);
    const verdict = await pingCollector(agent, { door, services, warn, signal: stopping });
    if (stopping.aborted) return;
    if (verdict.kind === "unknown node") await this.#introduce();
    if (isAboutAll(verdict)) return this.#lose("feeder", verdict);
    if (verdict.kind !== "done") {
      this.#pauses.fail("ping", verdict);
      return this.#tales.hold("signs of life", reasonOf(verdict));
    }
    this.#pauses.clear("ping");
    this.#pingAt = this.#now() + this.#settings.pingInterval * 1000;
    this.#reach("feeder");
    if (verdict.code === 204) await this.#startOver();
    else await this.#giveConfigs(wantedConfigs(verdict.answer, services));
  }

  async #introduce(): Promise<void> {
    const message = await this.#task.wishes.system(this.#task.agent);
    if (message) await this.#putAll([message]);
  }

  /** The collector has no status of this node: it is told everything again. */
  async #startOver(): Promise<void> {
    await this.#putAll(await this.#everything(this.#task.agent));
    this.#wantStatus();
  }

  /** Not with each sign of life: a collector takes its time between accepting a status and having it. */
  async #everything(agent: Agent): Promise<readonly CollectorMessage[]> {
    if (this.#now() < this.#everythingAt + LONGEST_MS) return [];
    this.#everythingAt = this.#now();
    for (const path of this.#task.services()) this.#asked.set(path, this.#now());
    this.#task.journal.info("the collector has no status of this node: it is told everything again");
    return await this.#task.wishes.everything(agent);
  }

  /** Those that were asked for a moment ago are on their way. */
  async #giveConfigs(paths: readonly string[]): Promise<void> {
    const { pingInterval, statusDelay } = this.#settings;
    const recently = this.#now() - 2000 * Math.min(pingInterval, statusDelay);
    const wanted = paths.filter((path) => (this.#asked.get(path) ?? -Infinity) < recently);
    for (const path of wanted) this.#asked.set(path, this.#now());
    if (wanted.length > 0) await this.#putAll(await this.#task.wishes.configs(this.#task.agent, wanted));
  }

  async #putAll(messages: readonly CollectorMessage[]): Promise<void> {
    for (const message of messages) await this.#spool.put(message);
    if (messages.length > 0) this.#bell.ring();
  }

  #sleepMs(): number {
    const { feeder } = this.#settings;
    if (this.#pauses.isPaused("courier")) return Math.max(TURN_MS, this.#pauses.left("courier"));
    if (!this.#isRegistered) return LONGEST_MS;
    const isQuiet = feeder === undefined || ["feeder", "ping"].some((name) => this.#pauses.isPaused(name));
    const untilPing = isQuiet ? Infinity : this.#pingAt - this.#now();
    const isStatusOpen = this.#isStatusWanted && feeder !== undefined;
    const untilStatus = isStatusOpen ? this.#statusWaitMs() : Infinity;
    return Math.max(TURN_MS, Math.min(LONGEST_MS, this.#pauses.shortest, untilPing, untilStatus));
  }
}
