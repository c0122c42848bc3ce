import { basename } from "@std/path";
import type { Agent } from "../actions/agent.ts";
import { WISHES } from "../actions/collector/wishes.ts";
import { endLeftovers, isInit, reapAsInit } from "../actions/init.ts";
import type { Journal } from "../actions/journal.ts";
import { RefusedError } from "../core/errors.ts";
import type { Lock } from "../ports.ts";
import { messageOf } from "../core/error_text.ts";
import { parseObjectPath } from "../core/naming/object_path.ts";
import type { StopMode } from "../state/daemon_record.ts";
import { daemonLockFile, daemonSocket, findDaemon, stopWishFile } from "../state/daemon_record.ts";
import { attachedFile } from "../state/compliance.ts";
import { runtimePath, statePath } from "../state/folders.ts";
import { readStateOr } from "../state/state_file.ts";
import { ATTACHED } from "../state/wake_daemon.ts";
import { Bell } from "./bell.ts";
import { Catalog, watchedFolders } from "./catalog.ts";
import { ChangePushes, servicesOf } from "./collector/change_pushes.ts";
import { ClockWatch, describeJump } from "./clock_watch.ts";
import { Courier } from "./collector/courier.ts";
import { Launcher } from "./launcher.ts";
import { Meter } from "./meter.ts";
import { OwnRecord } from "./own_record.ts";
import { Scheduler } from "./scheduler.ts";
import { serveStatus } from "./status_server.ts";
import { viewsOf } from "./views.ts";

/** The longest the loop sleeps: a clock that is set meanwhile is noticed within this time, in milliseconds. */
const LONGEST_SLEEP_MS = 30_000;
/** Events of the file system may be missed: every so often all configurations are looked at, in milliseconds. */
const RESCAN_MS = 60_000;
/** How long the lock of the root is waited for, in milliseconds. */
const LOCK_WAIT_MS = 500;
/** How long the loop pauses after something went wrong that nobody planned, in milliseconds. */
const PAUSE_MS = 1_000;
/** Changes of files come in bursts; they are answered together after this pause, in milliseconds. */
const SETTLE_MS = 50;

/** How long a daemon that ends waits for hooks that still run, in milliseconds. */
const HOOKS_END_MS = 3_000;

/** How a daemon is asked to end or to look again. */
export interface DaemonControl {
  /** Aborted at the first wish to stop: nothing is launched any more. */
  readonly stopping: AbortSignal;
  /** Aborted at the second wish: what runs is ended. */
  readonly ending: AbortSignal;
  /** Calls back for each wish to read all configurations again, until disposed. */
  onReload(reload: () => void): Disposable;
}

/** Fires tasks and the `status` action on schedule until it is told to stop. */
export class Daemon {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #control: DaemonControl;
  readonly #bell: Bell;
  readonly #watch: ClockWatch;
  readonly #scheduler: Scheduler;
  readonly #launcher: Launcher;
  readonly #catalog: Catalog;
  readonly #courier: Courier | undefined;
  readonly #pushes: ChangePushes;
  readonly #meter = new Meter();
  readonly #startedAt: number;
  readonly #record: OwnRecord;
  #isReloadWanted = false;
  #lookAt = 0;

  constructor(agent: Agent, journal: Journal, control: DaemonControl) {
    this.#agent = agent;
    this.#journal = journal;
    this.#control = control;
    this.#startedAt = agent.system.clock.now();
    this.#bell = new Bell(agent.system.clock);
    this.#record = new OwnRecord(agent, journal, this.#startedAt);
    this.#watch = new ClockWatch(agent.system.clock);
    this.#catalog = new Catalog(agent, journal, (change) => this.#pushes.read(change));
    const { stopping } = control;
    this.#pushes = new ChangePushes(agent, { catalog: this.#catalog, journal, stopping });
    this.#launcher = new Launcher(agent, journal, (job, results) => {
      this.#meter.end(results);
      this.#scheduler.ended(job);
      this.#pushes.ended(job);
      this.#bell.ring();
    });
    this.#courier = Courier.of({
      agent,
      journal,
      wishes: WISHES,
      stopping: control.stopping,
      services: () => this.#catalog.names,
    });
    this.#scheduler = new Scheduler(
      agent,
      journal,
      this.#catalog,
      this.#launcher,
      this.#meter,
      {
        onChange: (path) => {
          if (path !== undefined) this.#pushes.touch(path);
          this.#bell.ring();
        },
        onStatus: (instance, status) => this.#pushes.statusKnown(instance, status),
      },
    );
  }

  /** Runs until it is stopped, and nothing that runs needs it any more; throws `RefusedError` when another daemon has this root. */
  async run(): Promise<void> {
    await using cleanup = new AsyncDisposableStack();
    const lock = await this.#takeRoot();
    cleanup.defer(() => lock.release());
    // A wish that an earlier daemon did not live to hear.
    this.#forgetWish();
    cleanup.use(reapAsInit(this.#agent.system, (count) => this.#meter.reap(count)));
    cleanup.use(this.#serveStatus());
    // Whoever finds the record finds the socket, too.
    await this.#record.keep();
    cleanup.defer(() => this.#record.remove());
    // Before the first event may come, and never after it: what changes while services are read must not be forgotten.
    this.#lookAt = this.#agent.system.clock.monotonic() + RESCAN_MS;
    cleanup.use(this.#watchFiles());
    cleanup.use(this.#control.onReload(() => {
      this.#isReloadWanted = true;
      this.#bell.ring();
    }));
    this.#control.stopping.addEventListener("abort", () => this.#bell.ring());
    this.#journal.info(`the daemon starts, process ${this.#agent.system.processes.self.pid}`);
    await this.#scheduler.begin();
    if (this.#courier) cleanup.use(this.#courier.start());
    await this.#loop();
    await this.#waitForRuns();
    await this.#scheduler.settled();
    await this.#pushes.settled();
    await this.#agent.hooks.finish(this.#agent.system.clock, {
      limitMs: HOOKS_END_MS,
      hurry: this.#control.ending,
    });
    if (isInit(this.#agent.system)) await this.#endContainer();
    this.#journal.info("the daemon stops");
  }

  async #takeRoot(): Promise<Lock> {
    const { system, folders } = this.#agent;
    system.files.makeFolder(folders.run);
    // A daemon that was killed holds the lock until the last of its threads is gone.
    const lock = await system.files.lock(daemonLockFile(folders), LOCK_WAIT_MS);
    if (lock !== undefined) return lock;
    const pid = findDaemon(system, folders)?.pid;
    const who = pid === undefined ? "another one" : `process ${pid}`;
    throw new RefusedError(`Cannot start the daemon: ${who} runs for ${folders.etc} already, expected none`);
  }

  #serveStatus(): AsyncDisposable {
    const { system: { server }, folders } = this.#agent;
    const views = viewsOf({
      agent: this.#agent,
      meter: this.#meter,
      scheduler: this.#scheduler,
      launcher: this.#launcher,
      courier: this.#courier,
      startedAt: this.#startedAt,
      stopping: this.#control.stopping,
    });
    return serveStatus(server, daemonSocket(folders), views, this.#journal);
  }

  /** Without events, changes are found a little later: every look mends what was missed. */
  #watchFiles(): Disposable {
    try {
      return this.#watchFolders();
    } catch (error) {
      this.#journal.warning(`changes of files are not told, and found within 60 s: ${messageOf(error)}`);
      return { [Symbol.dispose]() {} };
    }
  }

  /** What is put into a folder that has just been made may send no event: of a service with attachments the folder does. */
  #isNewHome(path: string): boolean {
    const { system: { files }, folders } = this.#agent;
    const [name] = servicesOf([path], folders.run);
    if (name === undefined) return false;
    try {
      const object = parseObjectPath(name);
      return path === runtimePath(folders, object) &&
        files.facts(attachedFile(statePath(folders, object))) !== undefined;
    } catch {
      // No name of a service.
      return false;
    }
  }

  #watchFolders(): Disposable {
    const { system: { files, clock }, folders } = this.#agent;
    const watched = watchedFolders(this.#agent);
    for (const folder of watched) files.makeFolder(folder);
    return files.watch(watched, (paths) => {
      const isConfig = paths.some((path) => path.startsWith(`${folders.etc}/`) || path === folders.etc);
      const attached = paths.filter((path) => basename(path) === ATTACHED || this.#isNewHome(path));
      for (const name of servicesOf(attached, folders.run)) this.#catalog.retry(name);
      if (isConfig || attached.length > 0) {
        this.#lookAt = Math.min(this.#lookAt, clock.monotonic() + SETTLE_MS);
      }
      if (paths.some((path) => !path.startsWith(`${folders.etc}/`))) {
        this.#scheduler.releaseAll(servicesOf(paths, folders.run));
      }
      this.#pushes.filesChanged(paths);
      this.#bell.ring();
    });
  }

  async #loop(): Promise<void> {
    const { clock } = this.#agent.system;
    while (!this.#control.stopping.aborted) {
      let pause = 0;
      try {
        this.#lookAtClock();
        if (this.#isReloadWanted || clock.monotonic() >= this.#lookAt) await this.#lookAtFiles();
        await this.#scheduler.launchDue(this.#control.stopping);
      } catch (error) {
        // A daemon that gives up runs nothing at all.
        this.#journal.error(messageOf(error));
        pause = PAUSE_MS;
      }
      await this.#bell.wait(Math.max(pause, this.#sleepMs()));
    }
  }

  #lookAtClock(): void {
    const jump = this.#watch.jump();
    if (jump) {
      for (const text of describeJump(jump)) {
        this.#journal.warning(`${text}: all schedules are planned again`);
      }
      this.#scheduler.jump(jump.moved);
    }
    const zone = this.#watch.zoneChange();
    if (zone === undefined) return;
    this.#journal.warning(`the system's time zone is now ${zone}: all schedules are planned again`);
    this.#scheduler.useZone(zone);
    this.#isReloadWanted = true;
  }

  async #lookAtFiles(): Promise<void> {
    const isForced = this.#isReloadWanted;
    if (isForced) {
      this.#journal.info("reload");
      this.#meter.reload();
    }
    this.#isReloadWanted = false;
    this.#lookAt = this.#agent.system.clock.monotonic() + RESCAN_MS;
    await this.#record.keep();
    await this.#scheduler.refresh(isForced);
    this.#courier?.noteServices();
  }

  #sleepMs(): number {
    const { clock } = this.#agent.system;
    const wakeAt = this.#scheduler.wakeAt();
    const untilDue = wakeAt === undefined ? Infinity : wakeAt * 1000 - clock.now();
    const untilLook = this.#lookAt - clock.monotonic();
    return Math.max(0, Math.min(untilDue, untilLook, LONGEST_SLEEP_MS));
  }

  /**
   * Leaves the commands to their supervisors, or lets them finish for `stop_timeout`; those that are not over then, and
   * all of them at a second wish to stop, are ended. Triggers and hooks have no supervisor: they are always waited for.
   */
  async #waitForRuns(): Promise<void> {
    const mode = this.#stopMode();
    const { system: { clock }, node: { stopTimeout } } = this.#agent;
    if (this.#launcher.running === 0) return;
    if (mode === "leave") {
      this.#journal.info(`leaves ${this.#launcher.names()} to their supervisors`);
      this.#launcher.leave();
    } else if (mode === "wait") {
      this.#journal.info(`waiting up to ${stopTimeout} s for ${this.#launcher.names()}`);
    }
    const deadline = clock.monotonic() + (mode === "end" ? 0 : stopTimeout * 1000);
    const hurry = () => this.#bell.ring();
    this.#control.ending.addEventListener("abort", hurry);
    while (this.#launcher.running > 0) {
      const left = deadline - clock.monotonic();
      const isOver = left <= 0 || this.#control.ending.aborted;
      if (isOver) this.#endRuns();
      await this.#bell.wait(isOver ? LONGEST_SLEEP_MS : left);
    }
  }

  /** The first process of a container takes everything with it when it ends: there is no next daemon to leave runs to. */
  #stopMode(): StopMode {
    const { system, folders } = this.#agent;
    const wish = readStateOr(system.files, stopWishFile(folders), (text) => text.trim());
    this.#forgetWish();
    if (isInit(system)) return "end";
    return wish === "wait" || wish === "end" ? wish : "leave";
  }

  /** A wish that stays is removed at the next start. */
  #forgetWish(): void {
    try {
      this.#agent.system.files.remove(stopWishFile(this.#agent.folders));
    } catch (error) {
      this.#journal.warning(messageOf(error));
    }
  }

  /** Ends what runs; in a container, a second wish does not wait for the grace of the tasks. */
  #endRuns(): void {
    const { stop } = this.#launcher;
    if (!stop.asked.aborted) {
      this.#journal.warning(`ending ${this.#launcher.names()}`);
      stop.ask("SIGTERM");
    }
    const isHurried = isInit(this.#agent.system) && this.#control.ending.aborted;
    if (isHurried && !stop.hurried.aborted) stop.ask("SIGTERM");
  }

  /** As the first process of a container: what the tasks have left running may end by itself. */
  async #endContainer(): Promise<void> {
    const left = await endLeftovers(this.#agent.system, this.#control.ending);
    if (left.length === 0) return;
    this.#journal.warning(`still running: ${left.map(({ pid }) => `process ${pid}`).join(", ")}`);
  }
}
