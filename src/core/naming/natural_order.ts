const PIECE_REGEXP = /\d+|\D+/g;

/**
 * Orders texts as people count: runs of digits by their number, everything else by character.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["task#10", "task#2"].sort(compareNatural), ["task#2", "task#10"]);
 * ```
 */
export function compareNatural(a: string, b: string): number {
  return a === b ? 0 : compareKeys(keyOf(a), keyOf(b));
}

/** Orders things by their names as `compareNatural` does, taking each name apart only once. */
export function sortNaturally<Item>(items: Iterable<Item>, nameOf: (item: Item) => string): Item[] {
  const keyed = Array.from(items, (item) => ({ item, key: keyOf(nameOf(item)) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

/** A text and its runs of digits and of other characters. */
interface Key {
  readonly text: string;
  readonly pieces: readonly string[];
}

function keyOf(text: string): Key {
  return { text, pieces: text.match(PIECE_REGEXP) ?? [] };
}

function compareKeys({ text: a, pieces: left }: Key, { text: b, pieces: right }: Key): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = comparePieces(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(a, b);
}

function comparePieces(a: string, b: string): number {
  if (a === b) return 0;
  if (!isDigit(a) || !isDigit(b)) return compareText(a, b);
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return x.length - y.length || compareText(x, y);
}

function isDigit(piece: string): boolean {
  const code = piece.charCodeAt(0);
  return code >= 48 && code <= 57;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
