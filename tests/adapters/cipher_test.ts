/** Against what Python and openssl made: see `tests/fixtures/secrets/make.py`. */
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createCipher } from "../../src/adapters/cipher.ts";
import { contentOf, formatEnvelope, keyOfSecret, packedOf } from "../../src/core/secrets/envelope.ts";
import { parseStoredValue } from "../../src/core/secrets/stored_value.ts";

interface Fixture {
  readonly name: string;
  readonly secret: string;
  /** As a `sec` object holds it. */
  readonly value: string;
  /** The content, in Base64. */
  readonly content: string;
}

const FIXTURES = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/secrets/sealed.json", import.meta.url)),
) as Fixture[];
const cipher = createCipher();

async function decode(value: string, secret: string): Promise<Uint8Array> {
  const stored = parseStoredValue(value, "sec");
  if (stored.kind !== "sealed") throw new Error("Expected an encrypted value");
  return contentOf(await cipher.decrypt(keyOfSecret(secret), stored.envelope));
}

for (const { name, secret, value, content } of FIXTURES) {
  Deno.test(`a value that OpenSVC's way of encryption made is decrypted: ${name}`, async () => {
    assertEquals(await decode(value, secret), Uint8Array.from(atob(content), (c) => c.charCodeAt(0)));
  });

  Deno.test(`what the agent encrypts is decrypted again, and is never the same twice: ${name}`, async () => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const seal = async () => {
      const sealed = await cipher.encrypt(keyOfSecret(secret), packedOf(bytes));
      return `crypt:${formatEnvelope(sealed, "n1")}`;
    };
    const [one, two] = [await seal(), await seal()];
    assertNotEquals(one, two);
    assertEquals([await decode(one, secret), await decode(two, secret)], [bytes, bytes]);
  });
}

Deno.test("another cluster secret, and a damaged value, are told without a word of either", async () => {
  const { value, secret } = FIXTURES[0]!;
  const problem = "the cluster secret is another one, or the value is damaged";
  await assertRejects(() => decode(value, "x".repeat(32)), SyntaxError, problem);
  const stored = parseStoredValue(value, "sec");
  if (stored.kind !== "sealed") throw new Error("Expected an encrypted value");
  stored.envelope.data[3]! ^= 1;
  await assertRejects(() => cipher.decrypt(keyOfSecret(secret), stored.envelope), SyntaxError, problem);
});

Deno.test("openssl reads what the agent encrypted", async () => {
  const secret = FIXTURES[0]!.secret;
  const { iv, data } = await cipher.encrypt(
    keyOfSecret(secret),
    packedOf(new TextEncoder().encode("hunter2")),
  );
  const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const key = hex(new TextEncoder().encode(secret));
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, data);
    const args = ["enc", "-d", "-aes-256-cbc", "-K", key, "-iv", hex(iv), "-in", file];
    const { stdout } = await new Deno.Command("openssl", { args }).output();
    const unpacked = new Blob([stdout]).stream().pipeThrough(new DecompressionStream("deflate"));
    assertEquals(await new Response(unpacked).text(), '"hunter2"');
  } finally {
    await Deno.remove(file);
  }
});
