const SPECIAL_REGEXP = /[*?[]/;
const cache = new Map<string, readonly Piece[]>();
const MAX_CACHED = 1000;
/** Longer globs are not worth the memory. */
const MAX_CACHED_LENGTH = 200;

/** True when the text holds a character with a meaning in globs: `*`, `?` or `[`. */
export function isGlob(text: string): boolean {
  return SPECIAL_REGEXP.test(text);
}

/**
 * Compares a text with a shell glob: `*` any characters, `?` one, `[abc]`, `[a-z]` and `[!a]` one of a set.
 *
 * It takes at most the product of both lengths in steps, however many stars there are: a regular expression would take
 * a power of it. Throws `SyntaxError` for a set whose range is out of order.
 *
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(matchesGlob("task#backup", "task#b*"));
 * ```
 */
export function matchesGlob(text: string, glob: string): boolean {
  if (!isGlob(glob)) return text === glob;
  let pieces = cache.get(glob);
  if (!pieces) {
    pieces = parseGlob(glob);
    if (cache.size >= MAX_CACHED) cache.clear();
    if (glob.length <= MAX_CACHED_LENGTH) cache.set(glob, pieces);
  }
  return matches([...text], pieces);
}

/** One character of the text that fits, or any number of them. */
type Piece = "any" | "one" | { readonly char: string } | CharacterSet;

interface CharacterSet {
  readonly isNegated: boolean;
  /** First and last code point of each range, both included. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** Only the last star is ever gone back to: what an earlier one takes less, a later one can take more. */
function matches(text: readonly string[], pieces: readonly Piece[]): boolean {
  let [at, piece] = [0, 0];
  let [starPiece, starAt] = [-1, 0];
  while (at < text.length) {
    const wanted = pieces[piece];
    if (wanted === "any") {
      [starPiece, starAt] = [piece++, at];
    } else if (wanted !== undefined && fits(text[at]!, wanted)) {
      at++;
      piece++;
    } else {
      if (starPiece < 0) return false;
      piece = starPiece + 1;
      at = ++starAt;
    }
  }
  while (pieces[piece] === "any") piece++;
  return piece === pieces.length;
}

function fits(char: string, piece: Exclude<Piece, "any">): boolean {
  if (piece === "one") return true;
  if ("char" in piece) return piece.char === char;
  const code = char.codePointAt(0)!;
  return piece.ranges.some(([first, last]) => first <= code && code <= last) !== piece.isNegated;
}

function parseGlob(glob: string): Piece[] {
  const chars = [...glob];
  const pieces: Piece[] = [];
  // Once a bracket stays open, all later ones do.
  let isOpen = false;
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    const end = char === "[" && !isOpen ? chars.indexOf("]", i + 2) : -1;
    if (char === "[" && end < 0) isOpen = true;
    if (char === "*") {
      if (pieces.at(-1) !== "any") pieces.push("any");
    } else if (char === "?") pieces.push("one");
    else if (end > 0) {
      pieces.push(parseSet(chars.slice(i + 1, end), glob));
      i = end;
    } else pieces.push({ char });
  }
  return pieces;
}

function parseSet(members: readonly string[], glob: string): CharacterSet {
  const isNegated = members[0] === "!" || members[0] === "^";
  const ranges: [number, number][] = [];
  for (let i = isNegated ? 1 : 0; i < members.length; i++) {
    const first = members[i]!.codePointAt(0)!;
    const isRange = members[i + 1] === "-" && members[i + 2] !== undefined;
    if (isRange) i += 2;
    const last = isRange ? members[i]!.codePointAt(0)! : first;
    if (last < first) {
      throw new SyntaxError(`Cannot read the pattern "${glob}": a set in brackets is out of order`);
    }
    ranges.push([first, last]);
  }
  return { isNegated, ranges };
}
