import { assertEquals } from "@std/assert";
import { nearest } from "../../../src/core/text/nearest.ts";

const cases: readonly (readonly [typed: string, found: string | undefined])[] = [
  ["runn", "run"],
  ["rnu", "run"],
  ["statsu", "status"],
  ["print shedule", "print schedule"],
  ["print_status", "print status"],
  ["xyzzy", undefined],
];

for (const [typed, found] of cases) {
  Deno.test(`nearest() of "${typed}" is ${found ?? "nothing"}`, () => {
    assertEquals(nearest(typed, ["status", "run", "print schedule", "print status"]), found);
  });
}

Deno.test("nearest() of nothing to choose from is nothing", () => {
  assertEquals(nearest("run", []), undefined);
});
