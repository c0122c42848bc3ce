import { assertEquals } from "@std/assert";
import { ByteRing } from "../../../src/core/process/byte_ring.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (ring: ByteRing<string>) =>
  ring.kept.map(({ source, bytes }) => `${source}:${new TextDecoder().decode(bytes)}`);

Deno.test("ByteRing keeps everything while there is room, in order and by source", () => {
  const ring = new ByteRing<string>(4_096);
  for (const [source, text] of [["o", "a"], ["o", "b"], ["e", "c"], ["o", "d"]] as const) {
    ring.push(source, bytes(text));
  }
  assertEquals(textOf(ring), ["o:ab", "e:c", "o:d"]);
  assertEquals(ring.size, 4);
});

Deno.test("ByteRing drops the oldest, and of a large piece all but its end", () => {
  const ring = new ByteRing<string>(10_000);
  ring.push("o", bytes("x".repeat(50_000) + "end"));
  assertEquals(ring.size, 10_000);
  assertEquals(textOf(ring).at(-1)?.endsWith("xxend"), true);
  for (let i = 0; i < 500; i++) ring.push("e", bytes("y".repeat(100)));
  assertEquals(ring.size >= 10_000 && ring.size <= 20_000, true, `${ring.size}`);
  assertEquals(textOf(ring).every((text) => text.startsWith("e:")), true);
});

Deno.test("ByteRing keeps its memory bounded when sources take turns byte by byte", () => {
  const ring = new ByteRing<string>(1 << 20);
  for (let i = 0; i < 100_000; i++) ring.push(i % 2 === 0 ? "o" : "e", bytes("z"));
  assertEquals(ring.kept.length <= (1 << 20) / 64 + 257, true);
  assertEquals(ring.kept.at(-1)?.source, "e");
});
