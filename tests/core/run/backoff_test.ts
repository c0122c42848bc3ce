import { assertEquals } from "@std/assert";
import { retryDelay } from "../../../src/core/run/backoff.ts";

const cases: { edge: string; delay: number; maxDelay: number; pauses: number[] }[] = [
  { edge: "doubles up to the longest", delay: 10, maxDelay: 60, pauses: [10, 20, 40, 60, 60] },
  { edge: "keeps a delay that is longer than the longest", delay: 600, maxDelay: 300, pauses: [600, 600] },
  { edge: "does not wait without a delay", delay: 0, maxDelay: 300, pauses: [0, 0] },
];

for (const { edge, delay, maxDelay, pauses } of cases) {
  Deno.test(`retryDelay() ${edge}`, () => {
    const policy = { count: 9, delay, maxDelay };
    assertEquals(pauses.map((_, i) => retryDelay(policy, i + 1)), pauses);
  });
}

Deno.test("retryDelay() stays finite after thousands of attempts", () => {
  assertEquals(retryDelay({ count: 1e6, delay: 10, maxDelay: 300 }, 5_000), 300);
});
