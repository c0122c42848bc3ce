import { fromBase64, toBase64 } from "./base64.ts";
import type { Envelope } from "./envelope.ts";
import { parseEnvelope } from "./envelope.ts";

/** The kinds of objects that hold keys with values. */
export type StoreKind = "cfg" | "sec";

/** How a value is kept: `bare` is a text without a form, which only `cfg` may have. */
export type Form = "crypt" | "base64" | "literal" | "bare";

/** A value as a `[data]` section keeps it. */
export type StoredValue =
  | { readonly kind: "plain"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "sealed"; readonly envelope: Envelope };

/** Says how a value is kept, from its first letters. */
export function formOf(text: string): Form {
  return (["crypt", "base64", "literal"] as const).find((form) => text.startsWith(`${form}:`)) ?? "bare";
}

/**
 * Reads a value of a `[data]` section; throws `SyntaxError` for a form that the kind of object does not have, and for a
 * value that is damaged. The reason never shows the value.
 */
export function parseStoredValue(text: string, kind: StoreKind): StoredValue {
  const form = formOf(text);
  if (text === "") throw unreadable("it is empty");
  if (form === "crypt") {
    if (kind === "cfg") throw unreadable("it is encrypted, expected that in a sec object only");
    return { kind: "sealed", envelope: parseEnvelope(text.slice("crypt:".length)) };
  }
  if (form === "bare" && kind === "sec") {
    throw unreadable("it has no known form, expected crypt:, base64: or literal: in front of it");
  }
  return { kind: "plain", bytes: plainBytes(text, form) };
}

function plainBytes(text: string, form: Form): Uint8Array<ArrayBuffer> {
  if (form !== "base64") {
    return new TextEncoder().encode(form === "bare" ? text : text.slice("literal:".length));
  }
  const bytes = fromBase64(text.slice("base64:".length));
  if (bytes === undefined) throw unreadable("it is no Base64");
  return bytes;
}

/** Of one line, without blanks at its ends; nothing in it may look like a reference, which OpenSVC would replace. */
const LITERAL_REGEXP = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Writes a value that is not secret, as a `cfg` object keeps it. */
export function formatPlainValue(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  const isLiteral = LITERAL_REGEXP.test(text) && !/[{}$]/.test(text);
  return isLiteral ? `literal:${text}` : `base64:${toBase64(bytes)}`;
}

function unreadable(problem: string): SyntaxError {
  return new SyntaxError(`Cannot read the value: ${problem}`);
}

/** Says what is wrong with a value, for a sentence that names its key. */
export function describeValueError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Cannot (?:read the value|decrypt): /, "");
}
