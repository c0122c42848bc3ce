import { dirname } from "@std/path";
import type { Clock, Files } from "../ports.ts";
import type { LogFilter, LogRow, LogSource } from "./logs.ts";
import { mergeByTime, parseLog } from "./logs.ts";

/** How often files are looked at although nobody told of a change, in milliseconds. */
const SWEEP_MS = 2_000;

/** How much of the beginning of a file tells it from its successor: a time, a session and a message. */
const HEAD_LENGTH = 256;

/** How far one log file was read. */
interface Place {
  /** The beginning of the file that was read, to notice that another one has its name now. */
  head: string;
  /** Characters read, up to the end of a line. */
  length: number;
}

/** Hands on new lines of log files as they come, across rotations, until it is stopped. */
export class LogFollower {
  readonly #files: Pick<Files, "read">;
  readonly #sources: readonly LogSource[];
  readonly #filter: LogFilter;
  readonly #places = new Map<string, Place>();

  /** Takes what the files hold at this moment as read. */
  constructor(files: Pick<Files, "read">, sources: readonly LogSource[], filter: LogFilter) {
    this.#files = files;
    this.#sources = sources;
    this.#filter = filter;
    for (const { file } of sources) this.#places.set(file, placeAt(files.read(file) ?? ""));
  }

  /** Where the files are. */
  get folders(): readonly string[] {
    return [...new Set(this.#sources.map(({ file }) => dirname(file)))];
  }

  /** The lines that were added since the last look, of all services by time. */
  take(): LogRow[] {
    return mergeByTime(
      this.#sources.flatMap((source) => parseLog(this.#added(source), source, this.#filter)),
    );
  }

  #added({ file }: LogSource): string {
    const known = this.#places.get(file)!;
    const text = this.#files.read(file);
    // Between two renames of a rotation there is no file: the next look finds both.
    if (text === undefined) return "";
    const place = placeAt(text);
    this.#places.set(file, place);
    if (text.startsWith(known.head)) return text.slice(known.length, place.length);
    const old = this.#files.read(`${file}.1`) ?? "";
    const rest = old.startsWith(known.head) ? old.slice(known.length) : "";
    return rest + text.slice(0, place.length);
  }
}

/** A line counts once it is whole. */
function placeAt(text: string): Place {
  const length = text.lastIndexOf("\n") + 1;
  return { head: text.slice(0, Math.min(length, HEAD_LENGTH)), length };
}

/** Calls back with new lines whenever there are any; resolves when `signal` aborts. */
export async function followLogs(
  { files, clock }: { readonly files: Pick<Files, "read" | "watch">; readonly clock: Pick<Clock, "sleep"> },
  follower: LogFollower,
  signal: AbortSignal,
  onRows: (rows: readonly LogRow[]) => void,
): Promise<void> {
  let changed = new AbortController();
  using _watch = files.watch(follower.folders, () => changed.abort());
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, AbortSignal.any([signal, changed.signal]));
    changed = new AbortController();
    const rows = follower.take();
    if (rows.length > 0) onRows(rows);
  }
}
