/** The last lines of an output, as many as fit into so many bytes of UTF-8. */
export class TailKeeper {
  readonly #maxBytes: number;
  readonly #encoder = new TextEncoder();
  #lines: { readonly text: string; readonly bytes: number }[] = [];
  #bytes = 0;
  #first = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes a line without its end; of one that is too long by itself, the end is kept. */
  add(line: string): void {
    const text = endOf(line, this.#maxBytes - 1, this.#encoder);
    const bytes = this.#encoder.encode(text).length + 1;
    this.#lines.push({ text, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) this.#bytes -= this.#lines[this.#first++]!.bytes;
    // Dropping from the front one by one would move all others each time.
    if (this.#first > 1_000 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The lines that are kept, each with a line feed; at most `maxBytes` of them, the last ones. */
  text(maxBytes = this.#maxBytes): string {
    const kept: string[] = [];
    let left = maxBytes;
    for (let i = this.#lines.length - 1; i >= this.#first; i--) {
      const { text, bytes } = this.#lines[i]!;
      left -= bytes;
      if (left < 0) break;
      kept.push(`${text}\n`);
    }
    return kept.reverse().join("");
  }
}

/** Cuts at the front, never in the middle of a character. */
function endOf(line: string, maxBytes: number, encoder: TextEncoder): string {
  if (line.length * 3 <= maxBytes) return line;
  const bytes = encoder.encode(line);
  if (bytes.length <= maxBytes) return line;
  let begin = bytes.length - maxBytes;
  // The bytes of a character after its first one begin with the bits 10.
  while (begin < bytes.length && (bytes[begin]! & 0b1100_0000) === 0b1000_0000) begin++;
  return new TextDecoder().decode(bytes.subarray(begin));
}
