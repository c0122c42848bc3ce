import { assertEquals } from "@std/assert";
import { shortenMessage } from "../../../src/core/text/shorten.ts";

Deno.test("shortenMessage() keeps begin and end of a long message, and all of another", () => {
  assertEquals(shortenMessage("Cannot"), "Cannot");
  assertEquals(shortenMessage("x".repeat(1000)).length, 1000);
  const short = shortenMessage(`Cannot read ${"x".repeat(50_000)}, expected less`);
  assertEquals([short.length, short.startsWith("Cannot read x"), short.endsWith("x, expected less")], [
    753,
    true,
    true,
  ]);
});
