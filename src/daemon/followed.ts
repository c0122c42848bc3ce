import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import type { Instance } from "../actions/load.ts";
import { sweepDrafts } from "../actions/sweep_drafts.ts";
import { isLastInFuture } from "../core/schedule/next.ts";
import { removeDrafts } from "../state/drafts.ts";
import { stampName, StampReader } from "../state/stamps.ts";
import type { Catalog, Change } from "./catalog.ts";
import type { Entry } from "./entries.ts";
import { entriesOf } from "./entries.ts";
import type { Guard } from "./guard.ts";
import type { LeftRuns } from "./left_runs.ts";
import { NodeDuties } from "./node_duties.ts";
import { nowCeil, nowFloor } from "./now.ts";
import type { RebootRuns } from "./reboot.ts";
import type { SettledInstants } from "./settled_instants.ts";
import type { Timetable } from "./timetable.ts";
import type { Told } from "./told.ts";

/** What follows from the services that are read. */
export interface FollowedParts {
  readonly timetable: Timetable;
  readonly reboots: RebootRuns;
  readonly settled: SettledInstants;
  readonly left: LeftRuns;
  readonly told: Told;
  readonly guard: Guard;
}

/** Reads the services, and the node, into the timetable: at the beginning, and whenever their files change. */
export class Followed {
  #agent: Agent;
  readonly #journal: Journal;
  readonly #catalog: Catalog;
  readonly #parts: FollowedParts;
  readonly #node: NodeDuties;

  constructor(agent: Agent, journal: Journal, catalog: Catalog, parts: FollowedParts) {
    this.#agent = agent;
    this.#journal = journal;
    this.#catalog = catalog;
    this.#parts = parts;
    this.#node = new NodeDuties(agent, journal, parts.timetable);
  }

  /** Reads all services for the first time. */
  async begin(): Promise<void> {
    const changes = this.#catalog.refresh();
    for (const change of changes) await this.#take(change);
    await this.#parts.guard.try("node", () => this.#node.follow());
    await this.#parts.reboots.begin(this.#parts.timetable.entries);
    for (const { loaded } of changes) if (loaded?.kind === "loaded") await this.#mend(loaded.instance);
    const { system, folders } = this.#agent;
    for (const folder of [folders.var, folders.run, folders.etc]) removeDrafts(system, folder);
    this.#journal.info(`${this.#catalog.size} services, ${this.#parts.timetable.size} schedules`);
  }

  /** Looks for changed configurations; reads all again when it is forced. */
  async refresh(isForced: boolean): Promise<void> {
    if (isForced) this.#parts.told.forgetAll();
    await this.#parts.guard.try("node", () => this.#node.follow(isForced));
    for (const change of this.#catalog.refresh(isForced)) {
      await this.#take(change);
      // A service that could not be read when the daemon started may have runs of an earlier one.
      if (change.loaded?.kind === "loaded") await this.#parts.left.takeOver(change.loaded.instance);
    }
    for (const name of this.#parts.left.open) {
      await this.#parts.guard.try(name, async () => {
        const loaded = this.#catalog.load(name);
        if (loaded?.kind === "loaded") await this.#parts.left.takeOver(loaded.instance);
        else this.#parts.left.forget(name);
      });
    }
  }

  /** A run of the service may be over. */
  noteQuiet(name: string): void {
    this.#parts.left.noteQuiet(name);
  }

  async #take(change: Change): Promise<void> {
    if (!await this.#parts.guard.try(change.name, () => this.#apply(change))) {
      this.#catalog.retry(change.name);
    }
  }

  /** What agents that were killed left behind. */
  async #mend(instance: Instance): Promise<void> {
    await this.#parts.left.takeOver(instance);
    sweepDrafts(this.#agent, instance);
  }

  /** The system's zone is another one; what it means for the entries is seen when they are read again. */
  useZone(timeZone: string): void {
    if (this.#agent.node.isZoneFixed) return;
    this.#agent = { ...this.#agent, node: { ...this.#agent.node, timeZone } };
  }

  async #apply({ name, loaded }: Change): Promise<void> {
    if (loaded?.kind !== "loaded") {
      const had = this.#parts.timetable.replace(name, [], () => undefined, nowCeil(this.#agent));
      if (loaded === undefined || loaded.kind === "missing") return this.#journal.info(`${name}: removed`);
      const isNews = this.#parts.told.note(name, loaded.reason) || had > 0;
      const effect = had > 0 ? "; nothing of it is scheduled" : "";
      if (isNews) this.#journal.error(`${name}: ${loaded.reason}${effect}`);
      // The reason may pass while the file stays as it is: the folders above it, or too many open files.
      if (loaded.kind === "refused") this.#catalog.retry(name);
      return;
    }
    this.#parts.told.forget(name);
    const { entries, problems } = entriesOf(this.#agent, loaded.instance);
    for (const problem of problems) this.#journal.error(`${name}: ${problem}`);
    this.#parts.timetable.replace(name, entries, (entry) => this.lastOf(entry), nowCeil(this.#agent));
    // What held an entry may be another thing now.
    this.#parts.timetable.release(name);
    this.#parts.reboots.release();
    this.#journal.info(`${name}: ${entries.length} schedules`);
    await this.#parts.settled.follow(loaded.instance, entries, nowFloor(this.#agent));
  }

  /** The stamp of an entry; one in the future is a mistake of a clock, and is ignored with a warning. */
  lastOf(entry: Entry): number | undefined {
    const stamps = new StampReader(this.#agent.system, entry.memoryFolder);
    const last = stamps.read(
      stampName(entry.action, entry.rid),
      (text) => this.#parts.told.tell(entry.key, text),
    );
    if (last !== undefined && isLastInFuture(last, nowFloor(this.#agent))) {
      this.#parts.told.tell(
        entry.key,
        `the last run is in the future (${new Date(last * 1000).toISOString()}), and is ignored`,
      );
    }
    return last;
  }
}
