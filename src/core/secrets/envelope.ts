/**
 * What stands behind `crypt:` in a `sec` object of OpenSVC 2.1 and 3: Base64 of a JSON text, which ends with a NUL, that
 * names who encrypted it and holds the AES-CBC text of zlib-packed data.
 *
 * @module
 */
import { fromBase64, toBase64 } from "./base64.ts";

/** An encrypted value. */
export interface Envelope {
  /** 16 bytes. */
  readonly iv: Uint8Array<ArrayBuffer>;
  /** Whole blocks of 16 bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const BLOCK = 16;
const KEY_LENGTHS = [16, 24, 32];
const MAX_KEY_LENGTH = 32;

/** Reads what follows `crypt:`; throws `SyntaxError` when it is no envelope. The reason never shows the text. */
export function parseEnvelope(text: string): Envelope {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw damaged("it is no Base64");
  const { iv, data } = parseJson(new TextDecoder().decode(bytes).replace(/\0+$/, ""));
  const envelope = { iv: fieldBytes(iv), data: fieldBytes(data) };
  if (envelope.iv.length !== BLOCK) throw damaged("its initial vector is not 16 bytes long");
  if (envelope.data.length === 0 || envelope.data.length % BLOCK !== 0) {
    throw damaged("its data is not whole blocks of 16 bytes");
  }
  return envelope;
}

/** Writes an envelope as `sec` objects have it: `join` is the sender that every cluster believes. */
export function formatEnvelope({ iv, data }: Envelope, nodeName: string): string {
  const fields = { clustername: "join", nodename: nodeName, iv: toBase64(iv), data: toBase64(data) };
  return toBase64(new TextEncoder().encode(`${JSON.stringify(fields)}\0`));
}

/** The AES key that a cluster secret stands for: its first 32 bytes; throws `SyntaxError` when it cannot be one. */
export function keyOfSecret(secret: string): Uint8Array<ArrayBuffer> {
  const key = new TextEncoder().encode(secret).slice(0, MAX_KEY_LENGTH);
  if (KEY_LENGTHS.includes(key.length)) return key;
  throw new SyntaxError(
    `Cannot use the cluster secret: it is ${key.length} bytes long, expected 16, 24, or 32 and more`,
  );
}

/** What an encrypted value means: OpenSVC keeps a text as a JSON string, and bytes as they are. */
export function contentOf(packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(packed));
    return typeof value === "string" ? new TextEncoder().encode(value) : packed;
  } catch {
    return packed;
  }
}

/** The counterpart of `contentOf`. */
export function packedOf(content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    return new TextEncoder().encode(JSON.stringify(text));
  } catch {
    return content;
  }
}

function parseJson(text: string): { readonly iv?: unknown; readonly data?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw damaged("it holds no JSON");
  }
}

function fieldBytes(value: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === "string" ? fromBase64(value) : undefined;
  if (bytes === undefined) throw damaged("its fields are not what they should be");
  return bytes;
}

function damaged(problem: string): SyntaxError {
  return new SyntaxError(`Cannot decrypt: ${problem}, expected what OpenSVC writes`);
}
