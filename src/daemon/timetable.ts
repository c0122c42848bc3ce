import { nextRun } from "../core/schedule/next.ts";
import type { Entry } from "./entries.ts";

/** An entry whose time has come. */
export interface Due {
  readonly entry: Entry;
  /** The planned instant, in seconds since the epoch: what is stamped. */
  readonly plannedAt: number;
  /** Whether it is a planned instant (a lone time, a crontab expression) and not a window or a period. */
  readonly isPlanned: boolean;
  /** Whether it is there because the host booted. */
  readonly isReboot?: boolean;
}

/** A planned instant that passed unused. */
export interface Missed {
  readonly entry: Entry;
  readonly plannedAt: number;
}

interface Armed {
  /** When it is looked at. */
  readonly at: number;
  /** What is stamped when it runs then. */
  readonly plannedAt: number;
  readonly isPlanned: boolean;
}

interface Row {
  entry: Entry;
  last: number | undefined;
  /** No later than this instant was already decided upon; a planned instant is never used twice. */
  decided: number | undefined;
  armed: Armed | undefined;
  /** Not looked at before this instant, after a refusal or an unmet requirement. */
  heldUntil: number;
  /** Whether it was held since it became due: a window is then used from the instant at which that is possible. */
  isLate: boolean;
  /** The planned instant for which it was first found due: its place in the queue, which time does not take away. */
  queuedFor: number | undefined;
}

/** How late a planned instant that the daemon had armed may be found due, in seconds (spec 3.6). */
export const GRACE_SECONDS = 60;

/**
 * The instants at which entries become due; holds no clock: every call says what time it is, in whole seconds.
 *
 * An entry is armed with its next instant; `due` gives the armed ones that have come, and the caller says what became
 * of each: `started`, `held` or `skipped`.
 */
export class Timetable {
  readonly #rows = new Map<string, Row>();
  /** The keys of each service, so that a change of one does not look at all. */
  readonly #keys = new Map<string, readonly string[]>();

  /**
   * Replaces all entries of one service; unchanged ones keep their armed instant, others are armed from `now`.
   * Gives how many entries the service had.
   */
  replace(
    path: string,
    entries: readonly Entry[],
    lastOf: (entry: Entry) => number | undefined,
    now: number,
  ): number {
    const wanted = new Set(entries.map((entry) => entry.key));
    const known = this.#keys.get(path) ?? [];
    for (const key of known) if (!wanted.has(key)) this.#rows.delete(key);
    if (wanted.size > 0) this.#keys.set(path, [...wanted]);
    else this.#keys.delete(path);
    for (const entry of entries) {
      const row = this.#rows.get(entry.key);
      if (row && row.entry.fingerprint === entry.fingerprint) row.entry = entry;
      else this.#add(entry, row, lastOf(entry), now);
    }
    return known.length;
  }

  #add(entry: Entry, old: Row | undefined, last: number | undefined, now: number): void {
    const row: Row = {
      entry,
      last: latest(last, old?.last),
      // A new or changed entry never runs a planned instant that lies before the change.
      decided: latest(now - 1, old?.decided),
      armed: undefined,
      heldUntil: 0,
      isLate: false,
      queuedFor: undefined,
    };
    this.#rows.set(entry.key, row);
    this.#arm(row, now);
  }

  /** Every entry that is followed. */
  get entries(): Entry[] {
    return [...this.#rows.values()].map(({ entry }) => entry);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#rows.size;
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** The instant that an entry is armed for. */
  nextOf(key: string): number | undefined {
    return this.#rows.get(key)?.armed?.at;
  }

  /** The earliest instant at which something is to be done. */
  wakeAt(): number | undefined {
    let earliest: number | undefined;
    for (const { armed, heldUntil } of this.#rows.values()) {
      if (armed === undefined) continue;
      const at = Math.max(armed.at, heldUntil);
      if (earliest === undefined || at < earliest) earliest = at;
    }
    return earliest;
  }

  /**
   * What is due, by planned instant and then by priority; what came too late to run is in `missed`. What was due once
   * waits for a place as long as it takes: only a window may close meanwhile.
   */
  due(now: number): { readonly due: readonly Due[]; readonly missed: readonly Missed[] } {
    const due: (Due & { readonly queuedFor: number })[] = [];
    const missed: Missed[] = [];
    for (const row of this.#rows.values()) {
      if (row.armed === undefined || row.armed.at > now || row.heldUntil > now) continue;
      const armed = this.#settle(row, now, missed);
      if (armed === undefined) continue;
      row.queuedFor ??= armed.plannedAt;
      const { plannedAt, isPlanned } = armed;
      due.push({ entry: row.entry, plannedAt, isPlanned, queuedFor: row.queuedFor });
    }
    due.sort((a, b) => a.queuedFor - b.queuedFor || a.entry.priority - b.entry.priority);
    return { due, missed };
  }

  /** Looks again at what has come late or was held; gives what it is armed for if that is still due. */
  #settle(row: Row, now: number, missed: Missed[]): Armed | undefined {
    this.#settleLate(row, now, missed);
    this.#settleHeld(row, now);
    if (row.armed && row.armed.at <= now) return row.armed;
    row.queuedFor = undefined;
    return undefined;
  }

  /** After a pause of the daemon, a planned instant is lost, and a window may have closed: asks again. */
  #settleLate(row: Row, now: number, missed: Missed[]): void {
    const armed = row.armed!;
    const isWaiting = armed.isPlanned && row.queuedFor !== undefined;
    if (isWaiting || now - armed.at <= GRACE_SECONDS) return;
    if (armed.isPlanned) {
      missed.push({ entry: row.entry, plannedAt: armed.plannedAt });
      row.decided = armed.plannedAt;
    }
    this.#arm(row, now);
  }

  /** A window that waited is used from the instant at which that became possible, and that one is stamped. */
  #settleHeld(row: Row, now: number): void {
    if (row.isLate && row.armed && !row.armed.isPlanned) this.#arm(row, now);
  }

  /** The entry was started for its planned instant; its next one follows from that. */
  started(key: string, plannedAt: number, now: number): void {
    const row = this.#rows.get(key);
    if (!row) return;
    row.last = plannedAt;
    row.decided = plannedAt;
    this.#restart(row, now);
  }

  /** The entry stays due, and is not looked at again before `until`, in seconds. */
  hold(key: string, until: number): void {
    const row = this.#rows.get(key);
    if (row) Object.assign(row, { heldUntil: until, isLate: true });
  }

  /** Forgets the holds of a service: something changed that may let its entries run. */
  release(path: string): void {
    for (const key of this.#keys.get(path) ?? []) {
      const row = this.#rows.get(key);
      if (row) row.heldUntil = 0;
    }
  }

  /** Forgets all holds but those that wait for a run to end. */
  releaseAll(): void {
    for (const row of this.#rows.values()) if (row.heldUntil < Infinity) row.heldUntil = 0;
  }

  /** The last run is another than remembered (a run elsewhere, with `--cron`): arms the entry again. */
  learn(key: string, last: number | undefined, now: number): boolean {
    const row = this.#rows.get(key);
    if (!row || last === undefined || last <= (row.last ?? -Infinity) || last > now) return false;
    row.last = last;
    row.decided = latest(row.decided, last);
    this.#restart(row, now);
    return true;
  }

  /** Arms everything anew, because the clock is not what it was; only who waits for a run to end goes on waiting. */
  rearm(now: number): void {
    for (const row of this.#rows.values()) {
      if (row.heldUntil === Infinity) this.#arm(row, now);
      else this.#restart(row, now);
    }
  }

  #restart(row: Row, now: number): void {
    Object.assign(row, { heldUntil: 0, isLate: false, queuedFor: undefined });
    this.#arm(row, now);
  }

  #arm(row: Row, now: number): void {
    const { schedule, zone } = row.entry;
    const next = nextRun(schedule, {
      now,
      zone,
      last: row.last,
      draw: (occurrence) => row.entry.draw(occurrence),
      // The clock may go back, and an instant that was used already come again.
      plannedFrom: row.decided === undefined ? undefined : row.decided + 1,
    });
    row.armed = next &&
      { at: next.at, plannedAt: next.isPlanned ? next.begin : next.at, isPlanned: next.isPlanned };
  }
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
