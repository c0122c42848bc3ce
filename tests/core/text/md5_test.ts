import { assertEquals } from "@std/assert";
import { md5 } from "../../../src/core/text/md5.ts";

// RFC 1321, and lengths around the end of a block.
const sums: readonly [text: string, sum: string][] = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "d174ab98d277d9f5a5611c2c9f419d9f",
  ],
  ["1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"],
  ["a".repeat(55), "ef1772b6dff9a122358552954ad0df65"],
  ["a".repeat(56), "3b0c8ac703f828b04c6c197006d17218"],
  ["a".repeat(64), "014842d480b571495a4a0363793f7367"],
  ["é", "66ddcd97cfdeabb2f6fb8a999b4bc76f"],
];

for (const [text, sum] of sums) {
  Deno.test(`md5() of ${text.length} characters, "${text.slice(0, 8)}"`, () => {
    assertEquals(md5(text), sum);
  });
}
