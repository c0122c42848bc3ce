/** The longest line that is handed on in one piece, in UTF-16 units (64 Ki). */
export const MAX_LINE = 65_536;

/** Says where a long line may be cut. */
export interface Cuts {
  /** How many characters after a cut must be known to choose it. */
  readonly reach: number;
  /** A good place at `at` or near it; never 0. */
  cutAt(text: string, at: number): number;
}

const ANYWHERE: Cuts = { reach: 0, cutAt: (_text, at) => at };

/**
 * Cuts raw output into lines: `\n`, `\r\n` and a lone `\r` (a progress bar) end one. Invalid UTF-8 becomes U+FFFD, and a
 * line that is longer than `MAX_LINE` comes in pieces. Empty lines are kept, except those that a lone `\r` makes.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #cuts: Cuts;
  #rest = "";

  /** With `cuts`, pieces of a long line may be a little longer or shorter than the limit. */
  constructor(cuts: Cuts = ANYWHERE) {
    this.#cuts = cuts;
  }

  /** The lines that are complete with this chunk. */
  push(chunk: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(chunk, { stream: true }), false);
  }

  /** The last line, when it has no end. */
  finish(): string[] {
    return this.#take(this.#decoder.decode(), true);
  }

  #take(text: string, isLast: boolean): string[] {
    const all = this.#rest + text;
    // A `\r` at the end may be the first half of `\r\n`.
    const held = !isLast && all.endsWith("\r") ? "\r" : "";
    const parts = all.slice(0, all.length - held.length).split(/(\r\n|\n|\r)/);
    const open = parts.pop() ?? "";
    const lines: string[] = [];
    for (let i = 0; i < parts.length; i += 2) {
      const line = parts[i] ?? "";
      if (line !== "" || parts[i + 1] !== "\r") lines.push(...piecesOf(line, this.#cuts));
    }
    const pieces = piecesOf(open, this.#cuts, isLast ? 0 : this.#cuts.reach);
    this.#rest = (isLast ? "" : pieces.pop() ?? "") + held;
    if (isLast && open === "") return lines;
    return [...lines, ...pieces];
  }
}

/** At least one piece; without cuts, only the last one may be shorter than the limit. `ahead` stays with the rest. */
function piecesOf(line: string, cuts: Cuts, ahead = 0): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > MAX_LINE + ahead) {
    // Never between the two halves of a character.
    const isSplitPair = /[\ud800-\udbff]/.test(rest[MAX_LINE - 1] ?? "");
    const end = cuts.cutAt(rest, isSplitPair ? MAX_LINE - 1 : MAX_LINE);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}
