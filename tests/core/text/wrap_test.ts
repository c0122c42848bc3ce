import { assertEquals } from "@std/assert";
import { wrap } from "../../../src/core/text/wrap.ts";

Deno.test("wrap() breaks at blanks, lets a long word stand alone, keeps breaks and indented lines", () => {
  assertEquals(wrap("one two three incomprehensible\n\n  kept as it stands, however long\nend", 9), [
    "one two",
    "three",
    "incomprehensible",
    "",
    "  kept as it stands, however long",
    "end",
  ]);
});
