const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const BLOCK = 64;

/**
 * The MD5 sum of a text in UTF-8, in hexadecimal: how OpenSVC names the content of a file. It tells changes, and
 * protects nothing.
 *
 * @example
 * ```ts
 * md5(""); // "d41d8cd98f00b204e9800998ecf8427e"
 * ```
 */
export function md5(text: string): string {
  const words = paddedWords(new TextEncoder().encode(text));
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let at = 0; at < words.length; at += 16) addBlock(state, words.subarray(at, at + 16));
  return [...new Uint8Array(state.buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A one after the bytes, zeros, and the number of bits in the last eight bytes. */
function paddedWords(bytes: Uint8Array): Uint32Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const words = new Uint32Array(padded.buffer);
  words[words.length - 2] = bytes.length * 8;
  words[words.length - 1] = Math.floor(bytes.length / 2 ** 29);
  return words;
}

function addBlock(state: Uint32Array, block: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const { mixed, index } = round(i, b, c, d);
    const sum = (a + mixed + SINES[i]! + block[index]!) | 0;
    const shift = SHIFTS[(i >> 4) * 4 + (i % 4)]!;
    const next = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    [a, b, c, d] = [d, next, b, c];
  }
  for (const [i, value] of [a, b, c, d].entries()) state[i] = state[i]! + value;
}

/** How three words are mixed in step `i`, and which word of the block comes in. */
function round(
  i: number,
  b: number,
  c: number,
  d: number,
): { readonly mixed: number; readonly index: number } {
  if (i < 16) return { mixed: (b & c) | (~b & d), index: i };
  if (i < 32) return { mixed: (d & b) | (~d & c), index: (5 * i + 1) % 16 };
  if (i < 48) return { mixed: b ^ c ^ d, index: (3 * i + 5) % 16 };
  return { mixed: c ^ (b | ~d), index: (7 * i) % 16 };
}
