import { join } from "@std/path";
import type { CollectorMessage, MessageKind } from "../../core/collector/message.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_KINDS } from "../../core/collector/message.ts";
import { isDiskFull } from "../../core/error_text.ts";
import type { Clock, Files, Host, Lock } from "../../ports.ts";
import { configSentFolder } from "./config_sent.ts";
import { removeDrafts } from "../drafts.ts";
import type { Folders } from "../folders.ts";
import type { Spooled } from "./spool_files.ts";
import {
  collectorFolder,
  formatSpooled,
  isSpooledName,
  parseSpooled,
  spoolFile,
  spoolFolder,
} from "./spool_files.ts";
import type { Ledger } from "./spool_ledger.ts";
import { readLedger, writeLedger } from "./spool_ledger.ts";
import type { Warn } from "../state_file.ts";
import { isAside, readState, setAsideCorrupt } from "../state_file.ts";

/** How many messages may wait, whatever their size. */
const MAX_COUNT = 100_000;
/** How long another one that writes is waited for, in milliseconds. */
const LOCK_WAIT_MS = 5_000;
/** How many files are looked at in one go. */
const LOOK_AT_ONCE = 1_000;
/** A full spool gives up a little more than it must: else each message would look at all of them. */
const SLACK = 0.05;
/** What part of a spool is given up when its disk is full. */
const YIELDED = 0.25;
/** A spool that is smaller than this, in bytes, is not what fills a disk. */
const HARMLESS_BYTES = 1024 * 1024;

export interface SpoolPorts {
  readonly files: Files;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly host: Pick<Host, "uuid">;
}

/** What waits of one kind. */
export interface Queue {
  readonly kind: MessageKind;
  readonly count: number;
  readonly bytes: number;
  /** When the oldest one was written, in milliseconds since the epoch. */
  readonly oldest: number | undefined;
  /** Files that could not be used, and are kept aside. */
  readonly aside: number;
}

interface Place {
  readonly file: string;
  readonly bytes: number;
  readonly at: number;
}

/** What has to be told, on disk: one file a key, the newest wins, bounded in bytes and in number. */
export class Spool {
  readonly #ports: SpoolPorts;
  readonly #folders: Folders;
  readonly #maxBytes: number;

  constructor(ports: SpoolPorts, folders: Folders, maxBytes: number) {
    this.#ports = ports;
    this.#folders = folders;
    this.#maxBytes = maxBytes;
  }

  /** Writes a message, durably, in the place of an older one of its key; false when it is too large to be kept. */
  async put(message: CollectorMessage): Promise<boolean> {
    const { clock, host } = this.#ports;
    const at = new Date(clock.now()).toISOString();
    const text = formatSpooled({ id: host.uuid(), at, message });
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MAX_MESSAGE_BYTES) return false;
    await this.#locked(async () => {
      const write = () => this.#write(spoolFile(this.#folders, message), text, bytes);
      try {
        await write();
      } catch (error) {
        if (!isDiskFull(error) || !await this.#yield()) throw error;
        await write();
      }
    });
    return true;
  }

  /** Its disk is full, and tasks need room more than reports do: gives up the oldest reports of a spool that is large. */
  async makeWay(): Promise<void> {
    await this.#locked(async () => void await this.#yield());
  }

  isEmpty(kind: MessageKind): boolean {
    return !this.#ports.files.list(spoolFolder(this.#folders, kind)).some(({ name }) => isSpooledName(name));
  }

  /** The files of a kind, oldest first; of very many, with pauses for others. */
  async files(kind: MessageKind): Promise<readonly string[]> {
    return (await this.#placesInTurns(kind)).sort(byAge).map(({ file }) => file);
  }

  async #placesInTurns(kind: MessageKind): Promise<Place[]> {
    const { files, clock } = this.#ports;
    const folder = spoolFolder(this.#folders, kind);
    const names = files.list(folder).map(({ name }) => name).filter(isSpooledName);
    const places: Place[] = [];
    for (let at = 0; at < names.length; at += LOOK_AT_ONCE) {
      if (at > 0) await clock.sleep(1);
      places.push(...this.#placesOf(folder, names.slice(at, at + LOOK_AT_ONCE)));
    }
    return places;
  }

  /** Reads a message; one that cannot be used is set aside, with a warning, and undefined like one that is gone. */
  read(file: string, warn: Warn): Spooled | undefined {
    const { files } = this.#ports;
    const found = readState(files, file, parseSpooled);
    if (found.kind === "value") return { file, ...found.value };
    if (found.kind === "unusable") {
      if (found.isCorrupt) setAsideCorrupt(files, file, parseSpooled, warn);
      else warn(found.reason);
    }
    return undefined;
  }

  /** The message of a key as it waits now. */
  find(key: Pick<CollectorMessage, "kind" | "key">, warn: Warn): Spooled | undefined {
    return this.read(spoolFile(this.#folders, key), warn);
  }

  /** Removes what was sent, unless a newer one took its place meanwhile. */
  async remove({ file, id }: Pick<Spooled, "file" | "id">): Promise<void> {
    const { files } = this.#ports;
    await this.#locked(async () => {
      const found = readState(files, file, parseSpooled);
      if (found.kind !== "value" || found.value.id !== id) return;
      const bytes = files.facts(file)?.size ?? 0;
      if (!files.remove(file)) return;
      const ledger = this.#ledger();
      await this.#keep({
        ...ledger,
        bytes: Math.max(0, ledger.bytes - bytes),
        count: Math.max(0, ledger.count - 1),
      });
    });
  }

  /** Counts everything anew, with pauses for others, and removes what those who were killed left half written. */
  async mend(): Promise<void> {
    const spools = MESSAGE_KINDS.map((kind) => spoolFolder(this.#folders, kind));
    const folders = [collectorFolder(this.#folders), configSentFolder(this.#folders), ...spools];
    for (const folder of folders) removeDrafts(this.#ports, folder);
    await this.#locked(async () => {
      const places: Place[][] = [];
      for (const kind of MESSAGE_KINDS) places.push(await this.#placesInTurns(kind));
      await this.#keep(this.#ledgerOf(places.flat()));
    });
  }

  get ledger(): Ledger {
    return this.#ledger();
  }

  survey(): Queue[] {
    return MESSAGE_KINDS.map((kind) => {
      const places = this.#places(kind);
      return {
        kind,
        count: places.length,
        bytes: sum(places),
        oldest: places.length === 0
          ? undefined
          : places.reduce((least, { at }) => Math.min(least, at), Infinity),
        aside: this.#ports.files.list(spoolFolder(this.#folders, kind)).filter(({ name }) => isAside(name))
          .length,
      };
    });
  }

  async #write(file: string, text: string, bytes: number): Promise<void> {
    const { files } = this.#ports;
    const old = files.facts(file);
    let ledger = this.#ledger();
    const after = (ledger: Ledger): Ledger => ({
      ...ledger,
      bytes: ledger.bytes - (old?.size ?? 0) + bytes,
      count: ledger.count + (old ? 0 : 1),
    });
    if (this.#isFull(after(ledger))) ledger = this.#makeRoom(bytes, file);
    // Counted first: a writer that is killed in between leaves too much on the bill, and never too little.
    await this.#keep(after(ledger));
    await files.replace(file, text, { isDurable: true });
  }

  #isFull({ bytes, count }: Ledger): boolean {
    return bytes > this.#maxBytes || count > MAX_COUNT;
  }

  /** Gives up reports of runs, oldest first, and only then states: those are told again anyway. */
  #makeRoom(needed: number, kept: string): Ledger {
    const ledger = this.#count();
    const { bytes, count } = ledger;
    const mostBytes = this.#maxBytes * (1 - SLACK) - needed;
    const mostCount = MAX_COUNT * (1 - SLACK);
    if (!this.#isFull({ ...ledger, bytes: bytes + needed, count: count + 1 })) return ledger;
    const others = MESSAGE_KINDS.filter((kind) => kind !== "action").flatMap((kind) => this.#places(kind));
    const places = [...this.#places("action").sort(byAge), ...others.sort(byAge)];
    return this.#drop(ledger, places.filter(({ file }) => file !== kept), {
      bytes: mostBytes,
      count: mostCount,
    });
  }

  /** Whether reports were given up. */
  async #yield(): Promise<boolean> {
    const ledger = this.#count();
    if (ledger.bytes < HARMLESS_BYTES) return false;
    const most = { bytes: ledger.bytes * (1 - YIELDED), count: Infinity };
    const after = this.#drop(ledger, this.#places("action").sort(byAge), most);
    if (after.count === ledger.count) return false;
    await this.#keep(after);
    return true;
  }

  /** Removes as many, the first ones first, as it takes to have no more than that. */
  #drop(ledger: Ledger, places: readonly Place[], most: Pick<Ledger, "bytes" | "count">): Ledger {
    const { clock, files } = this.#ports;
    let { bytes, count } = ledger;
    for (const place of places) {
      if (bytes <= most.bytes && count <= most.count) break;
      if (!files.remove(place.file)) continue;
      bytes -= place.bytes;
      count--;
    }
    const dropped = ledger.dropped + ledger.count - count;
    return { bytes, count, dropped, dropped_at: new Date(clock.now()).toISOString() };
  }

  #ledger(): Ledger {
    return readLedger(this.#ports.files, this.#folders) ?? this.#count();
  }

  #count(): Ledger {
    return this.#ledgerOf(MESSAGE_KINDS.flatMap((kind) => this.#places(kind)));
  }

  #ledgerOf(places: readonly Place[]): Ledger {
    const { dropped = 0, dropped_at = null } = readLedger(this.#ports.files, this.#folders) ?? {};
    return { bytes: sum(places), count: places.length, dropped, dropped_at };
  }

  #keep(ledger: Ledger): Promise<void> {
    return writeLedger(this.#ports.files, this.#folders, ledger);
  }

  #places(kind: MessageKind): Place[] {
    const folder = spoolFolder(this.#folders, kind);
    return this.#placesOf(
      folder,
      this.#ports.files.list(folder).map(({ name }) => name).filter(isSpooledName),
    );
  }

  #placesOf(folder: string, names: readonly string[]): Place[] {
    const { files } = this.#ports;
    return names.flatMap((name) => {
      const file = join(folder, name);
      const facts = files.facts(file);
      return facts ? [{ file, bytes: facts.size, at: facts.modifiedAt }] : [];
    });
  }

  /**
   * One at a time, in order, in this process; and alone among processes. Who holds the lock for so long is stuck: a report
   * that is told twice is better than one that is lost.
   */
  async #locked(work: () => Promise<void>): Promise<void> {
    const { files } = this.#ports;
    const before = lastTurns.get(files);
    const turn = Promise.withResolvers<void>();
    lastTurns.set(files, turn.promise);
    await before;
    let lock: Lock | undefined;
    try {
      lock = await files.lock(join(collectorFolder(this.#folders), "spool.lock"), LOCK_WAIT_MS);
      await work();
    } finally {
      lock?.release();
      turn.resolve();
    }
  }
}

/**
 * The last one that uses the spool, or waits for it. The lock of a file is asked for again and again, and may always be
 * somebody else's: a run must not wait for its turn while a thousand services tell of themselves.
 */
const lastTurns = new WeakMap<Files, Promise<void>>();

function byAge(a: Place, b: Place): number {
  return a.at - b.at || (a.file < b.file ? -1 : 1);
}

function sum(places: readonly Place[]): number {
  return places.reduce((total, { bytes }) => total + bytes, 0);
}
