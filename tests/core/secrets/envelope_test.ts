import { assertEquals, assertThrows } from "@std/assert";
import { fromBase64, toBase64 } from "../../../src/core/secrets/base64.ts";
import {
  contentOf,
  formatEnvelope,
  keyOfSecret,
  packedOf,
  parseEnvelope,
} from "../../../src/core/secrets/envelope.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Base64 is read in both alphabets, with and without padding, over several lines", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const text = toBase64(all);
  assertEquals([text.includes("-"), text.includes("_"), text.endsWith("==")], [true, true, true]);
  for (const form of [text, text.replace(/=+$/, ""), text.replaceAll("-", "+").replaceAll("_", "/")]) {
    assertEquals(fromBase64(form), all);
  }
  assertEquals(fromBase64("aHVu\ndGVy\n Mg=="), bytes("hunter2"));
  for (const bad of ["a", "a*b=", "aHVudGVyMg=x"]) assertEquals(fromBase64(bad), undefined, bad);
});

Deno.test("an envelope is read as it was written, and names the sender that OpenSVC believes", () => {
  const envelope = { iv: new Uint8Array(16).fill(7), data: new Uint8Array(32).fill(9) };
  const text = formatEnvelope(envelope, "n1");
  assertEquals(parseEnvelope(text), envelope);
  const json = new TextDecoder().decode(fromBase64(text));
  assertEquals(json.endsWith("}\0"), true);
  const { clustername, nodename } = JSON.parse(json.slice(0, -1));
  assertEquals({ clustername, nodename }, { clustername: "join", nodename: "n1" });
});

const damaged: readonly (readonly [what: string, text: string, problem: string])[] = [
  ["no Base64", "***", "no Base64"],
  ["no JSON", toBase64(bytes("hunter2")), "no JSON"],
  ["null", toBase64(bytes("null")), "its fields"],
  ["fields of another type", toBase64(bytes('{"iv":1,"data":"AA=="}')), "its fields"],
  ["a short vector", toBase64(bytes('{"iv":"AA==","data":"AA=="}')), "16 bytes"],
  ["half a block", toBase64(bytes(`{"iv":"${toBase64(new Uint8Array(16))}","data":"AA=="}`)), "whole blocks"],
  ["no data", toBase64(bytes(`{"iv":"${toBase64(new Uint8Array(16))}","data":""}`)), "whole blocks"],
];

for (const [what, text, problem] of damaged) {
  Deno.test(`parseEnvelope() refuses ${what}, and does not show it`, () => {
    const error = assertThrows(() => parseEnvelope(text), SyntaxError, problem);
    assertEquals(error.message.includes("hunter2"), false);
  });
}

Deno.test("keyOfSecret() takes the first 32 bytes, and refuses what is no key", () => {
  assertEquals(keyOfSecret("x".repeat(40)).length, 32);
  assertEquals([16, 24, 32].map((length) => keyOfSecret("x".repeat(length)).length), [16, 24, 32]);
  for (const length of [1, 15, 17, 31]) {
    assertThrows(() => keyOfSecret("x".repeat(length)), SyntaxError, `${length} bytes long`);
  }
});

for (const text of ["", "hunter2", '"quoted"', '{"a": 1}', "two\nlines\n", "\uFEFFmark", "1"]) {
  Deno.test(`a text comes back as it was packed: ${JSON.stringify(text)}`, () => {
    assertEquals(contentOf(packedOf(bytes(text))), bytes(text));
  });
}

Deno.test("bytes that are no text are packed as they are", () => {
  const binary = new Uint8Array([0, 255, 128]);
  assertEquals(packedOf(binary), binary);
  assertEquals(contentOf(binary), binary);
});
