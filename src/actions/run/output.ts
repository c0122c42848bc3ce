import { ByteRing } from "../../core/process/byte_ring.ts";
import { LineSplitter } from "../../core/process/lines.ts";
import type { Stream, System } from "../../ports.ts";
import type { Journal, Target } from "../journal.ts";

const LINE_FEED = 10;
const STREAMS = ["stdout", "stderr"] as const;

/** Where the output of a command goes, and how much of it is kept. */
export interface OutputOptions {
  readonly rid: string | undefined;
  /** False lets the output through to the agent's own streams, and keeps nothing. */
  readonly isLogged: boolean;
  /** How many bytes of the beginning, and as many of the end, are kept. */
  readonly outputMax: number;
  /** How many bytes another agent has put in the log already. */
  readonly alreadyLogged?: number;
  /** How many of the first lines are in the log already, by stream: they come again, and are passed over. */
  readonly linesLogged?: Readonly<Record<Stream, number>> | undefined;
  /** Each line that is kept, in order. */
  onLine?(line: string): void;
}

/**
 * Turns what a command writes into log lines: those of the first `outputMax` bytes as they come, those of the last ones
 * when it has ended, with a line between them that tells how much was left out. The console shows all of it.
 */
export class OutputLog {
  readonly #terminal: Pick<System["terminal"], "write">;
  readonly #journal: Journal;
  readonly #options: OutputOptions;
  readonly #splitters: Record<Stream, LineSplitter>;
  #budget: number;
  #total: number;
  #logged: number;
  #ring: ByteRing<Stream> | undefined;
  readonly #linesToPass: Record<Stream, number>;

  constructor(terminal: Pick<System["terminal"], "write">, journal: Journal, options: OutputOptions) {
    this.#terminal = terminal;
    this.#journal = journal;
    this.#options = options;
    this.#splitters = this.#newSplitters();
    this.#linesToPass = { stdout: 0, stderr: 0, ...options.linesLogged };
    this.#total = this.#logged = options.alreadyLogged ?? 0;
    this.#budget = options.outputMax - this.#logged;
    if (this.#budget <= 0) this.#startRing();
  }

  /** Whether the beginning is full: what comes now is only kept when it turns out to be the end. */
  get isFull(): boolean {
    return this.#ring !== undefined;
  }

  add(stream: Stream, chunk: Uint8Array): void {
    if (!this.#options.isLogged) return this.#terminal.write(stream, chunk);
    this.#total += chunk.length;
    let rest = chunk;
    if (this.#budget > 0) {
      const head = beginning(chunk, this.#budget);
      this.#budget -= head.length;
      this.#logged += head.length;
      this.#tell(stream, this.#splitters[stream].push(head));
      if (this.#budget > 0) return;
      rest = chunk.subarray(head.length);
      this.#finishLines("all", this.#journal.mask.reach);
      this.#startRing();
    }
    if (rest.length === 0) return;
    this.#ring!.push(stream, rest);
    if (this.#journal.hasConsole) this.#tell(stream, this.#splitters[stream].push(rest), "shown");
  }

  /** Tells of bytes that nobody read, because only the end counts by now. */
  skip(bytes: number): void {
    this.#total += bytes;
  }

  /** The command has ended: what is left of the last lines, and of the end of a long output, goes into the log. */
  finish(): void {
    if (this.#ring === undefined) return this.#finishLines();
    this.#finishLines("shown");
    const leftOut = this.#total - this.#logged - this.#ring.size;
    if (leftOut > 0) {
      const bytes = `${leftOut} bytes of output are left out here (output_max)`;
      this.#journal.lines("INFO", [bytes], this.#options.rid, "kept");
    }
    this.#tellKept(leftOut > 0);
  }

  #tellKept(isCut: boolean): void {
    const splitters = this.#newSplitters();
    const isPartial = { stdout: isCut, stderr: isCut };
    for (const { source, bytes } of this.#ring!.kept) {
      const start = isPartial[source] ? this.#wholeFrom(bytes) : 0;
      isPartial[source] = false;
      this.#tell(source, splitters[source].push(bytes.subarray(start)), "kept");
    }
    for (const stream of STREAMS) this.#tell(stream, splitters[stream].finish(), "kept");
  }

  /** The first line may have lost its beginning; of one without an end, what may be the end of a secret goes. */
  #wholeFrom(bytes: Uint8Array): number {
    return bytes.indexOf(LINE_FEED) + 1 || this.#journal.mask.reach;
  }

  #newSplitters(): Record<Stream, LineSplitter> {
    const { mask } = this.#journal;
    return { stdout: new LineSplitter(mask), stderr: new LineSplitter(mask) };
  }

  #startRing(): void {
    this.#ring = new ByteRing(Math.max(1, this.#options.outputMax));
  }

  /** Ends open lines; where they are cut, their last characters may be the beginning of a secret, and go. */
  #finishLines(target: Target = "all", cutOff = 0): void {
    for (const stream of STREAMS) {
      const lines = this.#splitters[stream].finish();
      const last = lines.pop();
      if (last !== undefined) lines.push(cutOff === 0 ? last : last.slice(0, -cutOff));
      this.#tell(stream, lines, target);
    }
    Object.assign(this.#splitters, this.#newSplitters());
  }

  #tell(stream: Stream, all: readonly string[], target: Target = "all"): void {
    const passed = target === "all" ? Math.min(this.#linesToPass[stream], all.length) : 0;
    this.#linesToPass[stream] -= passed;
    const lines = all.slice(passed);
    if (lines.length === 0) return;
    if (target !== "shown") { for (const line of lines) this.#options.onLine?.(line); }
    const level = stream === "stdout" ? "INFO" : "WARNING";
    const texts = lines.map((line) => `| ${line}`);
    this.#journal.lines(level, texts, this.#options.rid, target);
  }
}

/** As much as the budget allows, and on to the end of the line when that is in the chunk. */
function beginning(chunk: Uint8Array, budget: number): Uint8Array {
  if (chunk.length <= budget) return chunk;
  const end = chunk.indexOf(LINE_FEED, Math.max(0, budget - 1));
  return chunk.subarray(0, end < 0 ? budget : end + 1);
}
