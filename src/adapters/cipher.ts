/**
 * The cipher of OpenSVC's secrets, by the runtime's own cryptography.
 *
 * @module
 */
import type { Bytes, Cipher, Sealed } from "../ports.ts";

const ALGORITHM = "AES-CBC";
const BLOCK = 16;

/** Makes the cipher; nothing is set up before the first secret. */
export function createCipher(): Cipher {
  return { decrypt, encrypt };
}

async function decrypt(key: Bytes, { iv, data }: Sealed): Promise<Bytes> {
  try {
    const imported = await crypto.subtle.importKey("raw", key, ALGORITHM, false, ["decrypt"]);
    const packed = await crypto.subtle.decrypt({ name: ALGORITHM, iv }, imported, data);
    return await piped(new Uint8Array(packed), new DecompressionStream("deflate"));
  } catch (cause) {
    // Neither the padding nor zlib's checksum can tell the one from the other.
    throw new SyntaxError("Cannot decrypt: the cluster secret is another one, or the value is damaged", {
      cause,
    });
  }
}

async function encrypt(key: Bytes, content: Bytes): Promise<Sealed> {
  const imported = await crypto.subtle.importKey("raw", key, ALGORITHM, false, ["encrypt"]);
  const packed = await piped(content, new CompressionStream("deflate"));
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK));
  return { iv, data: new Uint8Array(await crypto.subtle.encrypt({ name: ALGORITHM, iv }, imported, packed)) };
}

/** The web's `deflate` is the format of zlib. */
async function piped(bytes: Bytes, through: CompressionStream | DecompressionStream): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
