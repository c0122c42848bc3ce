import { assert, assertEquals } from "@std/assert";
import { LONGEST_MS, pauseAfter } from "../../../src/core/collector/back_off.ts";
import type { Verdict } from "../../../src/core/collector/verdict.ts";

const LATER: Verdict = { kind: "later", code: 503, reason: "", isAboutAll: true };

Deno.test("pauseAfter() grows from a second to five minutes", () => {
  const pauses = [1, 2, 3, 4, 9, 10, 1_000].map((failures) => pauseAfter(failures, LATER, 0.999999) / 1000);
  assertEquals(pauses.map(Math.ceil), [1, 2, 4, 8, 256, 300, 300]);
});

Deno.test("pauseAfter() is not the same for all, and never much shorter", () => {
  assertEquals([0, 0.5].map((random) => pauseAfter(3, LATER, random)), [3_000, 3_500]);
});

Deno.test("pauseAfter() gives a collector the time that it asks for", () => {
  assertEquals(pauseAfter(1, { ...LATER, retryAfterMs: 90_000 }, 0), 90_000);
  assertEquals(pauseAfter(10, { ...LATER, retryAfterMs: 1 }, 0), LONGEST_MS * 0.75);
});

Deno.test("pauseAfter() is long from the first time on where only a person can help", () => {
  assert(pauseAfter(1, { kind: "unregistered", code: 401, reason: "" }, 0) >= LONGEST_MS * 0.75);
});
