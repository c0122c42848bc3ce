import { assertEquals } from "@std/assert";
import { OutputCap } from "../../../src/core/process/output_cap.ts";

function feed(limit: number, lines: readonly string[]) {
  const cap = new OutputCap<string>(limit);
  const shown = lines.filter((line) => cap.take(line, line.length) !== undefined);
  return { shown, ...cap.finish() };
}

Deno.test("OutputCap lets a short output through whole", () => {
  assertEquals(feed(6, ["aaa", "bbb"]), { shown: ["aaa", "bbb"], bytesLeftOut: 0, tail: [] });
});

Deno.test("OutputCap keeps the beginning and the end, and counts what was between", () => {
  const end = feed(6, ["aaa", "bbb", "ccc", "ddd", "eee", "fff"]);
  assertEquals(end, { shown: ["aaa", "bbb"], bytesLeftOut: 6, tail: ["eee", "fff"] });
});

Deno.test("OutputCap keeps the order: a short line after one that did not fit waits too", () => {
  assertEquals(feed(6, ["aaa", "bbbb", "c"]), { shown: ["aaa"], bytesLeftOut: 0, tail: ["bbbb", "c"] });
});

Deno.test("OutputCap leaves out a line that alone is over the limit", () => {
  assertEquals(feed(3, ["aaaa", "b"]), { shown: [], bytesLeftOut: 4, tail: ["b"] });
});

Deno.test("OutputCap keeps little of a very long output", () => {
  const cap = new OutputCap<number>(100);
  for (let i = 0; i < 100_000; i++) cap.take(i, 10);
  const { bytesLeftOut, tail } = cap.finish();
  assertEquals(tail, [99_990, 99_991, 99_992, 99_993, 99_994, 99_995, 99_996, 99_997, 99_998, 99_999]);
  assertEquals(bytesLeftOut, (100_000 - 20) * 10);
});
