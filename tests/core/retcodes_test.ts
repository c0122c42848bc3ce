import { assertEquals, assertThrows } from "@std/assert";
import { isSuccess, parseRetcodes, statusOfExitCode } from "../../src/core/retcodes.ts";

Deno.test("parseRetcodes() reads pairs, and takes the usual two for an empty text", () => {
  assertEquals([...parseRetcodes("0:up\n3:warn 4:n/a")], [[0, "up"], [3, "warn"], [4, "n/a"]]);
  assertEquals([...parseRetcodes(" ")], [[0, "up"], [1, "down"]]);
});

for (const text of ["0", "0:", ":up", "0: up", "x:up", "0:good", "-1:up", "256:up", "0:up 0:down"]) {
  Deno.test(`parseRetcodes() refuses "${text}"`, () => {
    assertThrows(() => parseRetcodes(text), SyntaxError, "Cannot read the exit code map");
  });
}

Deno.test("statusOfExitCode() takes codes that are not in the list for down, but 0 for up", () => {
  const retcodes = parseRetcodes("3:warn");
  assertEquals([0, 3, 7].map((code) => statusOfExitCode(retcodes, code)), ["up", "warn", "down"]);
});

Deno.test("isSuccess() is true for up and warn only", () => {
  const retcodes = parseRetcodes("0:down 1:up 2:warn 3:n/a");
  assertEquals([0, 1, 2, 3, 4].map((code) => isSuccess(retcodes, code)), [false, true, true, false, false]);
});
