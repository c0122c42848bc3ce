import { assertEquals, assertThrows } from "@std/assert";
import { SlowLooks } from "../../src/daemon/slow_looks.ts";

Deno.test("SlowLooks tells of an answer once, and throws what the question threw", async () => {
  const told: string[] = [];
  const looks = new SlowLooks<number>((key) => void told.push(key));
  let isBroken = true;
  const ask = () => isBroken ? Promise.reject(new Error("the disk is gone")) : Promise.resolve(7);
  assertEquals(looks.take("a", ask), undefined);
  await settle();
  assertEquals(told, ["a"]);
  assertThrows(() => looks.take("a", ask), Error, "the disk is gone");
  isBroken = false;
  assertEquals(looks.take("a", ask), undefined);
  await settle();
  assertEquals(looks.take("a", ask), { answer: 7 });
  assertEquals(told, ["a", "a"]);
});

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
