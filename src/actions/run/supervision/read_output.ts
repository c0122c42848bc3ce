import { join } from "@std/path";
import { RUN_FILES } from "../../../core/process/supervisor.ts";
import type { Stream, System } from "../../../ports.ts";
import { readStateOr } from "../../../state/state_file.ts";
import type { OutputLog } from "../output.ts";

/** How much is read at once, in bytes. */
const CHUNK = 65_536;
/** Room is given back in steps of so many bytes: each step is a call to the kernel. */
const RELEASE_STEP = 4_194_304;

const STREAMS = ["stdout", "stderr"] as const;
const FILES = { stdout: RUN_FILES.out, stderr: RUN_FILES.err } as const;

type Offsets = Record<Stream, number>;

/** Reads how far the output of a run is in the log already, by stream, in bytes. */
export function readOffsets(files: Pick<System["files"], "readUnlinked">, folder: string): Offsets {
  return readStateOr(files, join(folder, RUN_FILES.read), parseOffsets) ?? { stdout: 0, stderr: 0 };
}

function parseOffsets(text: string): Offsets {
  const [stdout = "0", stderr = "0"] = text.trim().split(" ");
  const offset = (word: string) => (/^\d+$/.test(word) ? Number(word) : 0);
  return { stdout: offset(stdout), stderr: offset(stderr) };
}

/** What a reader works with. */
export interface OutputSource {
  readonly files: Pick<System["files"], "readPart" | "facts" | "overwrite" | "release">;
  readonly folder: string;
  readonly offsets: Offsets;
  readonly outputMax: number;
}

/**
 * Takes what a supervised command has written from its files to the log, as far as it goes, each time it is asked.
 *
 * How far it came is kept in the folder, so that another agent goes on from there. When the beginning of a long output
 * is in the log, all but its present end is passed over, and its room is given back.
 */
export class OutputReader {
  readonly #source: OutputSource;
  readonly #output: OutputLog;
  readonly #offsets: Offsets;
  readonly #released: Offsets = { stdout: 0, stderr: 0 };
  /** Bytes behind the last line break, which are not in the log yet. */
  readonly #pending: Offsets = { stdout: 0, stderr: 0 };

  constructor(source: OutputSource, output: OutputLog) {
    this.#source = source;
    this.#output = output;
    this.#offsets = { ...source.offsets };
    for (const stream of STREAMS) this.#takeCut(stream);
  }

  /** Reads what is there now, at most some chunks of it; gives how many bytes that were. */
  read(): number {
    const count = STREAMS.reduce((sum, stream) => sum + this.#readStream(stream), 0);
    if (count > 0) this.#keepOffsets();
    return count;
  }

  #readStream(stream: Stream): number {
    const { files, folder, outputMax } = this.#source;
    const file = join(folder, FILES[stream]);
    const size = files.facts(file)?.size ?? 0;
    // The supervisor cut it, because it grew too large while nobody read it.
    if (size < this.#offsets[stream]) this.#offsets[stream] = this.#released[stream] = 0;
    const unread = size - this.#offsets[stream];
    if (unread === 0) return 0;
    if (this.#output.isFull && unread > outputMax) this.#pass(stream, unread - outputMax);
    const bytes = files.readPart(file, this.#offsets[stream], CHUNK) ?? new Uint8Array();
    this.#offsets[stream] += bytes.length;
    this.#output.add(stream, bytes);
    this.#pending[stream] = pendingAfter(bytes, this.#pending[stream]);
    this.#giveBack(stream, file);
    return bytes.length;
  }

  #pass(stream: Stream, bytes: number): void {
    this.#offsets[stream] += bytes;
    this.#output.skip(bytes);
  }

  /** Whoever comes after this agent may still want the end of what is there. */
  #giveBack(stream: Stream, file: string): void {
    const end = this.#offsets[stream] - this.#source.outputMax;
    if (end - this.#released[stream] < RELEASE_STEP) return;
    this.#source.files.release(file, end);
    this.#released[stream] = end;
  }

  /** What a supervisor without an agent kept of an output that grew too large: its beginning, and a later piece. */
  #takeCut(stream: Stream): void {
    const { files, folder } = this.#source;
    const file = join(folder, FILES[stream]);
    for (const piece of [`${file}.head`, `${file}.tail`]) {
      const size = files.facts(piece)?.size ?? 0;
      for (let at = piece.endsWith(".head") ? this.#offsets[stream] : 0; at < size; at += CHUNK) {
        this.#output.add(stream, files.readPart(piece, at, CHUNK) ?? new Uint8Array());
      }
      if (size > 0) this.#offsets[stream] = 0;
    }
  }

  #keepOffsets(): void {
    const kept = STREAMS.map((stream) =>
      String(this.#offsets[stream] - this.#pending[stream]).padStart(15, "0")
    );
    try {
      this.#source.files.overwrite(join(this.#source.folder, RUN_FILES.read), `${kept.join(" ")}\n`);
    } catch {
      // Without it, another agent would write these lines into the log once more.
    }
  }
}

/** Very long lines go into the log in pieces: of those, nothing is read again. */
function pendingAfter(bytes: Uint8Array, before: number): number {
  const end = bytes.lastIndexOf(10);
  const pending = end < 0 ? before + bytes.length : bytes.length - end - 1;
  return pending >= CHUNK ? 0 : pending;
}
