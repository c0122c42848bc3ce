import { assertEquals, assertThrows } from "@std/assert";
import { formatEnvelope } from "../../../src/core/secrets/envelope.ts";
import { formatPlainValue, formOf, parseStoredValue } from "../../../src/core/secrets/stored_value.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const ENVELOPE = { iv: new Uint8Array(16), data: new Uint8Array(16) };
const SEALED = `crypt:${formatEnvelope(ENVELOPE, "n1")}`;

const plain: readonly (readonly [kind: "cfg" | "sec", text: string, content: string])[] = [
  ["cfg", "literal:a b", "a b"],
  ["cfg", "literal:", ""],
  ["cfg", "base64:YQpi", "a\nb"],
  ["cfg", "bare: word", "bare: word"],
  ["cfg", "literal:base64:YQ==", "base64:YQ=="],
  ["sec", "literal:hunter2", "hunter2"],
  ["sec", "base64:aHVudGVyMg", "hunter2"],
];

for (const [kind, text, content] of plain) {
  Deno.test(`parseStoredValue() reads ${text} of ${kind}`, () => {
    assertEquals(parseStoredValue(text, kind), { kind: "plain", bytes: bytes(content) });
  });
}

Deno.test("parseStoredValue() finds the envelope of an encrypted value", () => {
  assertEquals(parseStoredValue(SEALED, "sec"), { kind: "sealed", envelope: ENVELOPE });
});

const refused: readonly (readonly [kind: "cfg" | "sec", text: string, problem: string])[] = [
  ["cfg", SEALED, "expected that in a sec object only"],
  ["cfg", "", "it is empty"],
  ["sec", "", "it is empty"],
  ["sec", "hunter2", "no known form"],
  ["sec", "base64:hunter2!", "no Base64"],
  ["sec", "crypt:hunter2!", "no Base64"],
];

for (const [kind, text, problem] of refused) {
  Deno.test(`parseStoredValue() refuses ${text.slice(0, 20) || "nothing"} of ${kind}, and does not show it`, () => {
    const error = assertThrows(() => parseStoredValue(text, kind), SyntaxError, problem);
    assertEquals(error.message.includes("hunter2"), false);
  });
}

const written: readonly (readonly [content: string, form: "literal" | "base64"])[] = [
  ["a b", "literal"],
  ["a", "literal"],
  ["", "base64"],
  [" a", "base64"],
  ["a\n", "base64"],
  ["ä", "base64"],
  ["{nodename}", "base64"],
  ["$(1+1)", "base64"],
];

for (const [content, form] of written) {
  Deno.test(`formatPlainValue() writes ${JSON.stringify(content)} as ${form}, and it is read as it was`, () => {
    const text = formatPlainValue(bytes(content));
    assertEquals(formOf(text), form);
    assertEquals(parseStoredValue(text, "cfg"), { kind: "plain", bytes: bytes(content) });
  });
}
