import { dirname } from "@std/path";
import type { Clock, FilePart, Files } from "../ports.ts";
import { LOG_ROTATION } from "../state/log_file.ts";
import type { LogFilter, LogRow, LogSource } from "./logs.ts";
import { mergeByTime, parseLog } from "./logs.ts";

/** How often files are looked at although nobody told of a change, in milliseconds. */
const SWEEP_MS = 500;
/** How much of the end is looked through for the last whole line, in bytes: no line is longer. */
const LONGEST_LINE = 1024 * 1024;
const LINE_FEED = 10;

/** How far one log file was read. */
interface Place {
  /** Which file it was; undefined when there was none. */
  readonly identity: string | undefined;
  /** Bytes read, up to the end of a line. */
  readonly offset: number;
}

/** Hands on new lines of log files as they come, across rotations, until it is stopped. */
export class LogFollower {
  readonly #files: Pick<Files, "readFrom">;
  readonly #sources: readonly LogSource[];
  readonly #filter: LogFilter;
  readonly #places = new Map<string, Place>();

  /** Takes what the files hold at this moment as read. */
  constructor(files: Pick<Files, "readFrom">, sources: readonly LogSource[], filter: LogFilter) {
    this.#files = files;
    this.#sources = sources;
    this.#filter = filter;
    for (const { file } of sources) this.#places.set(file, this.#endOf(file));
  }

  /** Where the files are. */
  get folders(): readonly string[] {
    return [...new Set(this.#sources.map(({ file }) => dirname(file)))];
  }

  /** What a file held up to the place from which it is followed; undefined for one that is not, or was set aside. */
  textBefore(file: string): string | undefined {
    const place = this.#places.get(file);
    if (place === undefined) return undefined;
    const part = this.#files.readFrom(file, 0);
    return part?.identity === place.identity ? textOf(part?.bytes.subarray(0, place.offset)) : undefined;
  }

  /** The lines that were added since the last look, of all services by time. */
  take(): LogRow[] {
    return mergeByTime(
      this.#sources.flatMap((source) => parseLog(this.#added(source), source, this.#filter)),
    );
  }

  #endOf(file: string): Place {
    const part = this.#files.readFrom(file, -LONGEST_LINE);
    if (part === undefined) return { identity: undefined, offset: 0 };
    const offset = part.size - part.bytes.length + wholeLines(part.bytes).length;
    return { identity: part.identity, offset };
  }

  #added({ file }: LogSource): string {
    const known = this.#places.get(file)!;
    const part = this.#files.readFrom(file, known.offset);
    // Between two renames of a rotation there is no file: the next look finds both.
    if (part === undefined) return "";
    if (part.identity === known.identity && part.size >= known.offset) {
      return this.#advance(file, known, part);
    }
    const older = known.identity === undefined ? "" : this.#setAside(file, known, part.identity);
    const whole = this.#files.readFrom(file, 0);
    if (whole === undefined) return older;
    return older + this.#advance(file, { identity: whole.identity, offset: 0 }, whole);
  }

  #advance(file: string, { offset, identity }: Place, { bytes }: FilePart): string {
    const lines = wholeLines(bytes);
    this.#places.set(file, { identity, offset: offset + lines.length });
    return textOf(lines);
  }

  /** The rest of the file that was followed, under its new name, and those that came between it and the newest. */
  #setAside(file: string, { identity, offset }: Place, newest: string): string {
    let text = "";
    for (let age = 1; age <= LOG_ROTATION.kept; age++) {
      const name = `${file}.${age}`;
      const seen = this.#files.readFrom(name, Infinity)?.identity;
      if (seen === undefined || seen === newest) continue;
      const part = this.#files.readFrom(name, seen === identity ? offset : 0);
      text = textOf(part?.bytes) + text;
      if (seen === identity) return text;
    }
    // It is gone: what came between is all that there is, and may be older than what was followed.
    return "";
  }
}

/** A line counts once it is whole. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

export interface FollowRequest {
  /** Aborted when nobody wants more lines. */
  readonly signal: AbortSignal;
  /** Whether no more lines will come. */
  isOver(): boolean;
  onRows(rows: readonly LogRow[]): void;
}

/** Calls back with new lines whenever there are any; resolves when no more come, or when `signal` aborts. */
export async function followLogs(
  { files, clock }: {
    readonly files: Pick<Files, "readFrom" | "watch">;
    readonly clock: Pick<Clock, "sleep">;
  },
  follower: LogFollower,
  { signal, isOver, onRows }: FollowRequest,
): Promise<void> {
  let changed = new AbortController();
  using _watch = files.watch(follower.folders, () => changed.abort());
  for (;;) {
    // Asked before the look: what was written until then is seen by it.
    const isLast = isOver();
    const rows = follower.take();
    if (rows.length > 0) onRows(rows);
    if (isLast || signal.aborted) return;
    await clock.sleep(SWEEP_MS, AbortSignal.any([signal, changed.signal]));
    changed = new AbortController();
  }
}
