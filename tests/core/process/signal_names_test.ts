import { assertEquals } from "@std/assert";
import { parseSignal, SIGNAL_WORDS } from "../../../src/core/process/signal_names.ts";

for (const text of ["TERM", "SIGTERM", "term", " sigterm ", "15"]) {
  Deno.test(`parseSignal() reads "${text}"`, () => assertEquals(parseSignal(text), "SIGTERM"));
}

for (const text of ["", "SIG", "0", "64", "TERMINATE", "-9", "SEGV"]) {
  Deno.test(`parseSignal() refuses "${text}"`, () => assertEquals(parseSignal(text), undefined));
}

Deno.test("SIGNAL_WORDS can all be read again", () => {
  assertEquals(SIGNAL_WORDS.filter((word) => parseSignal(word) !== `SIG${word}`), []);
  assertEquals(SIGNAL_WORDS.slice(0, 2), ["HUP", "INT"]);
});
