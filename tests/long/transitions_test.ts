import { assertGreater } from "@std/assert";
import { checkTransitions } from "../core/schedule/transitions.ts";

Deno.test("nextRun() is right around every change of every zone from 1970 to 2037", () => {
  assertGreater(checkTransitions(1).asked, 10_000);
});
