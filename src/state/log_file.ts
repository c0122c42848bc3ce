import type { Files, Log } from "../ports.ts";
import type { LogEntry } from "../core/log/entry.ts";

/** The size at which a log file is set aside, in bytes, and how many are kept besides the open one. */
export const LOG_ROTATION = { bytes: 5 * 1024 * 1024, kept: 3 } as const;

const LOG_MODE = 0o640;

export interface LogFileOptions {
  readonly file: string;
  /** Writes an entry as one line, without the line break. */
  readonly format: (entry: LogEntry) => string;
}

/** Appends entries to a log file that is rotated by size (`x.log`, `x.log.1` … `x.log.3`). */
export class LogFile implements Log {
  readonly #files: Pick<Files, "append" | "facts" | "rename" | "remove" | "tryLock">;
  readonly #options: LogFileOptions;
  #size: number | undefined;

  constructor(
    files: Pick<Files, "append" | "facts" | "rename" | "remove" | "tryLock">,
    options: LogFileOptions,
  ) {
    this.#files = files;
    this.#options = options;
  }

  write(entry: LogEntry): void {
    this.writeAll([entry]);
  }

  /** Opens the file once for all of them. */
  writeAll(entries: readonly LogEntry[]): void {
    const text = entries.map((entry) => `${this.#options.format(entry)}\n`).join("");
    this.#size ??= this.#sizeOnDisk();
    if (this.#size + text.length > LOG_ROTATION.bytes) this.#rotate();
    this.#files.append(this.#options.file, text, LOG_MODE);
    this.#size += text.length;
  }

  #sizeOnDisk(): number {
    return this.#files.facts(this.#options.file)?.size ?? 0;
  }

  /** Another process may be rotating, or have rotated meanwhile: only the lock and the size on disk decide. */
  #rotate(): void {
    const lock = this.#files.tryLock(`${this.#options.file}.lock`);
    if (lock === undefined) return;
    this.#size = this.#sizeOnDisk();
    if (this.#size >= LOG_ROTATION.bytes / 2) this.#shift();
    lock.release();
  }

  #shift(): void {
    const { file } = this.#options;
    this.#files.remove(`${file}.${LOG_ROTATION.kept}`);
    for (let age = LOG_ROTATION.kept - 1; age >= 1; age--) {
      if (this.#files.facts(`${file}.${age}`)) this.#files.rename(`${file}.${age}`, `${file}.${age + 1}`);
    }
    this.#files.rename(file, `${file}.1`);
    this.#size = 0;
  }
}
