/** A piece of output that is kept, with the stream that it came from. */
export interface Kept<Source> {
  readonly source: Source;
  readonly bytes: Uint8Array;
}

interface Block<Source> {
  readonly source: Source;
  readonly buffer: Uint8Array;
  used: number;
}

const SMALL_BLOCK = 256;
const LARGE_BLOCK = 16_384;
/** Of sources that take turns byte by byte fewer bytes are kept, so that memory stays bounded. */
const BYTES_A_BLOCK = 64;

/** The last bytes of what several sources write, in the order in which it came, in bounded memory. */
export class ByteRing<Source> {
  readonly #max: number;
  readonly #blocks: Block<Source>[] = [];
  #size = 0;

  /** Keeps the last `max` bytes, and the rest of the block that holds the first of them. */
  constructor(max: number) {
    this.#max = max;
  }

  push(source: Source, bytes: Uint8Array): void {
    // Of a piece that is larger than all that may be kept, only its end would stay.
    let rest = bytes.length > this.#max ? bytes.subarray(bytes.length - this.#max) : bytes;
    const last = this.#blocks.at(-1);
    const isSame = last?.source === source;
    if (last && isSame) rest = rest.subarray(this.#fill(last, rest));
    while (rest.length > 0) {
      const room = isSame || rest.length > SMALL_BLOCK ? Math.min(LARGE_BLOCK, this.#max) : SMALL_BLOCK;
      const block = { source, buffer: new Uint8Array(room), used: 0 };
      rest = rest.subarray(this.#fill(block, rest));
      this.#blocks.push(block);
    }
    this.#drop();
  }

  /** How many bytes are kept. */
  get size(): number {
    return this.#size;
  }

  get kept(): Kept<Source>[] {
    return this.#blocks.map(({ source, buffer, used }) => ({ source, bytes: buffer.subarray(0, used) }));
  }

  /** Copies as much as there is room for, and tells how much that was. */
  #fill(block: Block<Source>, bytes: Uint8Array): number {
    const count = Math.min(bytes.length, block.buffer.length - block.used);
    block.buffer.set(bytes.subarray(0, count), block.used);
    block.used += count;
    this.#size += count;
    return count;
  }

  #drop(): void {
    const most = LARGE_BLOCK / BYTES_A_BLOCK + this.#max / BYTES_A_BLOCK;
    for (let [first] = this.#blocks; first; [first] = this.#blocks) {
      if (this.#size - first.used < this.#max && this.#blocks.length <= most) return;
      this.#blocks.shift();
      this.#size -= first.used;
    }
  }
}
