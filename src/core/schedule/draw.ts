/** What a draw depends on: the same parts give the same number on every start, on every node of the same name. */
export interface DrawKey {
  readonly node: string;
  /** The service's short path. */
  readonly path: string;
  readonly rid: string;
  readonly occurrence: string;
}

const TWO_TO_21 = 2_097_152;
const TWO_TO_53 = 9_007_199_254_740_992;

/** A number from 0 up to, but not including, 1 that is evenly spread over the keys, and always the same for one key. */
export function stableDraw({ node, path, rid, occurrence }: DrawKey): number {
  const text = [node, path, rid, occurrence].join("\0");
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 15);
  }
  const high = mix(a ^ mix(b));
  const low = mix(b ^ Math.imul(high, 0x27d4eb2f));
  return ((high >>> 0) * TWO_TO_21 + (low >>> 11)) / TWO_TO_53;
}

/** Spreads each bit over all 32 of them. */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
