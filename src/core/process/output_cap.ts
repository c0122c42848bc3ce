/** What is left at the end of a run whose output was longer than is kept. */
export interface CappedEnd<Line> {
  /** How many bytes were left out between the beginning and `tail`; 0 when nothing was. */
  readonly bytesLeftOut: number;
  readonly tail: readonly Line[];
}

/**
 * Keeps the first and the last `limit` bytes of an output, whole lines only: the first pass through at once, the last
 * are handed over when the run ends, and what was between them is only counted.
 */
export class OutputCap<Line> {
  readonly #limit: number;
  readonly #tail: { readonly line: Line; readonly size: number }[] = [];
  #first = 0;
  #headSize = 0;
  #tailSize = 0;
  #bytesLeftOut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The line when it is to be shown now; undefined when it is held back. `size` is in bytes. */
  take(line: Line, size: number): Line | undefined {
    if (this.#headSize !== Infinity && this.#headSize + size <= this.#limit) {
      this.#headSize += size;
      return line;
    }
    // What follows a line that was held back is held back too, so that the order stays.
    this.#headSize = Infinity;
    this.#hold(line, size);
    return undefined;
  }

  /** What was held back and is kept. */
  finish(): CappedEnd<Line> {
    return { bytesLeftOut: this.#bytesLeftOut, tail: this.#tail.slice(this.#first).map(({ line }) => line) };
  }

  #hold(line: Line, size: number): void {
    this.#tail.push({ line, size });
    this.#tailSize += size;
    while (this.#tailSize > this.#limit) this.#drop();
    // The dropped ones are cut off in bulk, because each cut moves the whole list.
    if (this.#first > 1000 && this.#first * 2 > this.#tail.length) {
      this.#tail.splice(0, this.#first);
      this.#first = 0;
    }
  }

  #drop(): void {
    const { size } = this.#tail[this.#first++]!;
    this.#tailSize -= size;
    this.#bytesLeftOut += size;
  }
}
