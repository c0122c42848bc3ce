/**
 * A cipher that hides nothing, and still tells a wrong key: without the runtime's cryptography, which takes real time.
 *
 * @module
 */
import type { Bytes, Cipher } from "../../src/ports.ts";

const BLOCK = 16;

/** The key comes first, then the length, then the content, filled up to whole blocks. */
export function fakeCipher(): Cipher {
  return {
    decrypt(key, { data }) {
      const { buffer } = data.slice(key.length, key.length + 4);
      const isSame = key.every((byte, i) => data[i] === byte);
      if (!isSame) return Promise.reject(new SyntaxError("Cannot decrypt: the key is another one"));
      const start = key.length + 4;
      return Promise.resolve(data.slice(start, start + new DataView(buffer).getUint32(0)));
    },
    encrypt(key, content) {
      const size = Math.ceil((key.length + 4 + content.length) / BLOCK) * BLOCK;
      const data: Bytes = new Uint8Array(size);
      data.set(key);
      new DataView(data.buffer).setUint32(key.length, content.length);
      data.set(content, key.length + 4);
      return Promise.resolve({ iv: new Uint8Array(BLOCK), data });
    },
  };
}
