import type { Entry } from "./entries.ts";
import type { Armed, Row } from "./row.ts";
import { arm, jump, lastMissed, newRow, restart, use } from "./row.ts";

/** An entry whose time has come. */
export interface Due {
  readonly entry: Entry;
  /** The planned instant, in seconds since the epoch: what is stamped. */
  readonly plannedAt: number;
  /** Whether it is a planned instant (a lone time, a crontab expression) and not a window or a period. */
  readonly isPlanned: boolean;
  /** The instant for which it was planned at first: a window, or a period, is stamped with when it could be used. */
  readonly dueAt?: number;
  /** Whether it is a planned instant that was missed, and is caught up. */
  readonly isCaughtUp?: boolean;
  /** Whether it is there because the host booted. */
  readonly isReboot?: boolean;
}

/** A planned instant that passed unused, or that for which a window was due that closed unused. */
export interface Missed {
  readonly entry: Entry;
  readonly plannedAt: number;
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
      else this.#rows.set(entry.key, newRow(entry, row, lastOf(entry), now));
    }
    return known.length;
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

  /** How many are due at this instant. */
  countDue(now: number): number {
    let count = 0;
    for (const { armed, heldUntil } of this.#rows.values()) {
      if (armed !== undefined && armed.at <= now && heldUntil <= now) count++;
    }
    return count;
  }

  /**
   * What is due, by planned instant and then by priority; what came too late to run is in `missed`. What was due once
   * waits for a place as long as it takes: only a window may close meanwhile, and is then in `lapsed`.
   */
  due(
    now: number,
  ): {
    readonly due: readonly Due[];
    readonly missed: readonly Missed[];
    readonly lapsed: readonly Missed[];
  } {
    const due: (Due & { readonly queuedFor: number })[] = [];
    const missed: Missed[] = [];
    const lapsed: Missed[] = [];
    for (const row of this.#rows.values()) {
      if (row.armed === undefined || row.armed.at > now || row.heldUntil > now) continue;
      const { isPlanned: wasPlanned, plannedAt: wasFor } = row.armed;
      if (!wasPlanned) row.dueSince ??= wasFor;
      const armed = this.#settle(row, now, missed);
      if (armed === undefined) {
        if (row.dueSince !== undefined) lapsed.push({ entry: row.entry, plannedAt: row.dueSince });
        row.dueSince = undefined;
        continue;
      }
      row.queuedFor ??= armed.plannedAt;
      const { plannedAt, isPlanned } = armed;
      const isCaughtUp = row.missed !== undefined;
      const dueAt = isPlanned ? plannedAt : row.dueSince ?? plannedAt;
      due.push({ entry: row.entry, plannedAt, isPlanned, dueAt, isCaughtUp, queuedFor: row.queuedFor });
    }
    due.sort((a, b) => a.queuedFor - b.queuedFor || a.entry.priority - b.entry.priority);
    return { due, missed, lapsed };
  }

  /** Looks again at what has come late or was held; gives what it is armed for if that is still due. */
  #settle(row: Row, now: number, missed: Missed[]): Armed | undefined {
    if (row.missed === undefined) this.#settleLate(row, now, missed);
    if (row.missed !== undefined) this.#settleMissed(row, now);
    else if (row.isLate && row.armed && !row.armed.isPlanned) {
      // A window that waited is used from the instant at which that became possible, and that one is stamped.
      arm(row, now);
    }
    if (row.armed && row.armed.at <= now) return row.armed;
    row.queuedFor = undefined;
    return undefined;
  }

  /** After a pause of the daemon, a planned instant is lost or caught up, and a window may have closed: asks again. */
  #settleLate(row: Row, now: number, missed: Missed[]): void {
    const armed = row.armed!;
    const isWaiting = armed.isPlanned && row.queuedFor !== undefined;
    if (isWaiting || now - armed.at <= GRACE_SECONDS) return;
    if (armed.isPlanned) {
      if (row.entry.isCaughtUp) row.missed = armed.plannedAt;
      else missed.push({ entry: row.entry, plannedAt: armed.plannedAt });
      row.decided = armed.plannedAt;
    }
    arm(row, now);
  }

  /** Of all instants that were missed, the latest one is caught up. */
  #settleMissed(row: Row, now: number): void {
    row.missed = lastMissed(row, row.missed!, now) ?? row.missed;
    arm(row, now);
  }

  /** The entry was started for its planned instant, or that is given up; its next one follows from that. */
  started(key: string, plannedAt: number, now: number): void {
    const row = this.#rows.get(key);
    if (!row) return;
    use(row, plannedAt);
    restart(row, now);
  }

  /**
   * The entry stays due, and is not looked at again before `until`, in seconds. It only waits for an answer when `isLate`
   * is false: what it is stamped with stays what it was.
   */
  hold(key: string, until: number, isLate = true): void {
    const row = this.#rows.get(key);
    if (!row) return;
    Object.assign(row, { heldUntil: until, isLate: row.isLate || isLate });
    if (isLate && row.entry.isCaughtUp && row.armed?.isPlanned) row.missed = row.armed.plannedAt;
  }

  /** Forgets the holds of a service: something changed that may let its entries run. */
  release(path: string): void {
    for (const key of this.#keys.get(path) ?? []) {
      const row = this.#rows.get(key);
      if (row) row.heldUntil = 0;
    }
  }

  /** Forgets the hold of one entry. */
  releaseEntry(key: string): void {
    const row = this.#rows.get(key);
    if (row) row.heldUntil = 0;
  }

  /** Forgets all holds but those that wait for a run to end. */
  releaseAll(): void {
    for (const row of this.#rows.values()) if (row.heldUntil < Infinity) row.heldUntil = 0;
  }

  /** The last run is another than remembered (a run elsewhere, with `--cron`): arms the entry again. */
  learn(key: string, last: number | undefined, now: number): boolean {
    const row = this.#rows.get(key);
    if (!row || last === undefined || last === row.stamp) return false;
    if (last <= (row.last ?? -Infinity) || last > now) return false;
    row.last = row.stamp = last;
    row.decided = Math.max(row.decided, last);
    if (row.missed !== undefined && row.missed <= last) row.missed = undefined;
    restart(row, now);
    return true;
  }

  /**
   * The clock jumped by so many seconds. Back: everything is armed anew, and only who waits for a run to end goes on
   * waiting. Forward: what is due now is found by itself.
   */
  jump(now: number, movedBy: number): void {
    for (const row of this.#rows.values()) {
      jump(row, now, movedBy);
      if (movedBy > 0) continue;
      if (row.heldUntil === Infinity) arm(row, now);
      else restart(row, now);
    }
  }
}
