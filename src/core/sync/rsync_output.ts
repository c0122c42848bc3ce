/**
 * What rsync tells while it works, and in the end.
 *
 * @module
 */

/** How far a transfer is. */
export interface Progress {
  /** As rsync writes it, such as `1,238,099`. */
  readonly bytes: string;
  readonly percent: number;
  /** Such as `146.38kB/s`. */
  readonly rate: string;
  /** How long it takes yet, or took: `0:00:08`. */
  readonly time: string;
}

/** Reads a line of `--info=progress2`; undefined for any other line. */
export function readProgress(line: string): Progress | undefined {
  const match = /^\s*([\d,.]+[KMGTP]?)\s+(\d{1,3})%\s+(\S+\/s)\s+(\d+:\d\d:\d\d)/.exec(line);
  if (match === null) return undefined;
  const [, bytes = "", percent = "", rate = "", time = ""] = match;
  return { bytes, percent: Number(percent), rate, time };
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Takes the lines of the progress out of an output; what is left is the log's. */
export class ProgressFilter {
  readonly #onProgress: (progress: Progress) => void;
  #pending: number[] = [];

  constructor(onProgress: (progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  /** Gives the bytes of the whole lines that are not about the progress. */
  push(chunk: Uint8Array): Uint8Array {
    const kept: number[] = [];
    for (const byte of chunk) {
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) this.#pending.push(byte);
      else this.#endLine(kept);
    }
    const last = this.#read();
    if (last) this.#onProgress(last);
    return Uint8Array.from(kept);
  }

  /** Gives the last line when it has no end. */
  finish(): Uint8Array {
    const kept: number[] = [];
    this.#endLine(kept);
    return Uint8Array.from(kept);
  }

  #endLine(kept: number[]): void {
    const progress = this.#read();
    if (progress) this.#onProgress(progress);
    else if (this.#pending.length > 0) kept.push(...this.#pending, LINE_FEED);
    this.#pending = [];
  }

  /** Lines of the progress are short, and begin with a blank. */
  #read(): Progress | undefined {
    if (this.#pending[0] !== 32 || this.#pending.length > 120) return undefined;
    return readProgress(String.fromCharCode(...this.#pending));
  }
}

/** What `--stats` told; undefined where it did not, or not as a plain number. */
export interface TransferStats {
  readonly sent?: number;
  readonly received?: number;
  readonly files?: number;
  readonly deleted?: number;
}

const STATS: readonly (readonly [RegExp, keyof TransferStats])[] = [
  [/^Total bytes sent: ([\d,.]+)$/, "sent"],
  [/^Total bytes received: ([\d,.]+)$/, "received"],
  [/^Number of (?:regular )?files transferred: ([\d,.]+)$/, "files"],
  [/^Number of deleted files: ([\d,.]+)/, "deleted"],
];

/** Adds what a line of the output tells. */
export function addStats(stats: TransferStats, line: string): TransferStats {
  for (const [pattern, field] of STATS) {
    const digits = pattern.exec(line)?.[1]?.replaceAll(/\D/g, "");
    if (digits) return { ...stats, [field]: Number(digits) };
  }
  return stats;
}
