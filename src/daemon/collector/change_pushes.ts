import type { Agent } from "../../actions/agent.ts";
import { hasCollector } from "../../actions/collector/configured.ts";
import { spool } from "../../actions/collector/outbox.ts";
import type { InstanceStatus } from "../../actions/status/instance_status.ts";
import type { Journal } from "../../actions/journal.ts";
import type { Instance } from "../../actions/load.ts";
import { isConfigNews, noteConfig, readConfigText } from "../../actions/push/config_text.ts";
import { forgetPushes } from "../../actions/push/forget.ts";
import { configMessage, statusMessage } from "../../actions/push/messages.ts";
import { evaluateStatus } from "../../actions/status/status.ts";
import { statusDigest } from "../../core/collector/status_body.ts";
import type { Catalog, Change } from "../catalog.ts";
import { Guard } from "../guard.ts";
import type { Job } from "../launcher.ts";

/** What is known of a service whose status the collector was told. */
interface Told {
  readonly digest: string;
  /** On the monotonic clock, in milliseconds. */
  readonly at: number;
}

/**
 * Tells the collector of what changes, beside the schedule: a configuration at once, a status soon. Of one service, a
 * status is told at most once in `collector_status_delay`; what it is then counts. Nothing waits for it.
 */
export class ChangePushes {
  readonly #agent: Agent;
  readonly #catalog: Pick<Catalog, "load">;
  readonly #guard: Guard;
  readonly #stopping: AbortSignal;
  readonly #isWanted: boolean;
  readonly #told = new Map<string, Told>();
  readonly #pending = new Set<string>();
  readonly #work = new Set<Promise<unknown>>();
  /** Services are looked at one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(agent: Agent, { catalog, journal, stopping }: {
    readonly catalog: Pick<Catalog, "load">;
    readonly journal: Pick<Journal, "error">;
    /** Aborted when the daemon ends: the next one tells what changed meanwhile. */
    readonly stopping: AbortSignal;
  }) {
    this.#agent = agent;
    this.#catalog = catalog;
    this.#guard = new Guard(journal);
    this.#stopping = stopping;
    this.#isWanted = hasCollector(agent);
  }

  /** The file of a service was read for the first time, or anew, or is gone. */
  read({ name, loaded }: Change): void {
    if (!this.#isWanted) return;
    if (loaded === undefined || loaded.kind === "missing") return this.#forget(name);
    if (loaded.kind !== "loaded" || !loaded.instance.isMember) return;
    this.#start(`${name} push_config`, () => this.#tellConfig(name));
    this.touch(name);
  }

  /** A run is over: of a task with `check`, that is its status. */
  ended({ action, instance, rid }: Pick<Job, "action" | "instance" | "rid">): void {
    if (!this.#isWanted || action !== "run") return;
    if (hasStatus(instance, rid)) this.touch(instance.name);
  }

  /** Files changed, of which those below the runtime folders tell of states. */
  filesChanged(paths: readonly string[]): void {
    if (!this.#isWanted) return;
    for (const name of servicesOf(paths, this.#agent.folders.run)) this.touch(name);
  }

  #forget(name: string): void {
    this.#told.delete(name);
    this.#start(`${name} push_config`, () => forgetPushes(this.#agent, name));
  }

  /** The status of a service was looked at. */
  statusKnown({ name }: Instance, status: InstanceStatus): void {
    if (this.#isWanted && this.#told.get(name)?.digest !== statusDigest(status)) this.touch(name);
  }

  /** The status of a service may be another one: it is looked at as soon as it may be told. */
  touch(name: string): void {
    if (!this.#isWanted || this.#pending.has(name)) return;
    this.#pending.add(name);
    const { clock } = this.#agent.system;
    const delayMs = (this.#agent.node.collector?.statusDelay ?? 0) * 1000;
    const waitMs = (this.#told.get(name)?.at ?? -Infinity) + delayMs - clock.monotonic();
    const look = () => {
      this.#pending.delete(name);
      if (!this.#stopping.aborted) this.#start(`${name} push_status`, () => this.#tellStatus(name));
    };
    if (waitMs <= 0) look();
    else clock.sleep(waitMs, this.#stopping).then(look);
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #start(key: string, work: () => Promise<void>): void {
    const done = this.#turn.then(() => this.#stopping.aborted || this.#guard.try(key, work));
    this.#turn = done;
    this.#work.add(done);
    done.then(() => this.#work.delete(done));
  }

  /** The service as its file is now. */
  #member(name: string): Instance | undefined {
    const loaded = this.#catalog.load(name);
    return loaded?.kind === "loaded" && loaded.instance.isMember ? loaded.instance : undefined;
  }

  async #tellConfig(name: string): Promise<void> {
    const instance = this.#member(name);
    if (!instance) return;
    const text = readConfigText(this.#agent, instance);
    if (!isConfigNews(this.#agent, instance, text)) return;
    await spool(this.#agent, [configMessage(this.#agent, instance, text)]);
    await noteConfig(this.#agent, instance, text);
  }

  async #tellStatus(name: string): Promise<void> {
    const instance = this.#member(name);
    if (!instance) return;
    const status = await evaluateStatus(this.#agent, instance);
    const digest = statusDigest(status);
    if (this.#told.get(name)?.digest === digest) return;
    const text = readConfigText(this.#agent, instance);
    await spool(this.#agent, [statusMessage(this.#agent, instance, status, text)]);
    this.#told.set(name, { digest, at: this.#agent.system.clock.monotonic() });
  }
}

function hasStatus({ configuration }: Instance, rid: string): boolean {
  try {
    return Boolean(configuration.find(rid, "check")?.text);
  } catch (error) {
    // The status says so.
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

/** The services that files below the runtime folders belong to, as people write them. */
export function servicesOf(paths: readonly string[], run: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(`${run}/`)) continue;
    const [top, first, second, third] = path.slice(run.length + 1).split("/");
    if (top === "svc" && first) names.add(first);
    else if (top === "namespaces" && third) names.add(`${first}/${second}/${third}`);
  }
  return names;
}
