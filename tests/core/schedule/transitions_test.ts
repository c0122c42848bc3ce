import { assertGreater } from "@std/assert";
import { checkTransitions } from "./transitions.ts";

Deno.test("zoneOf() knows every change of every zone from 1970 to 2037; nextRun() is right around one in a hundred", () => {
  const { zones, asked } = checkTransitions(100);
  assertGreater(zones, 400);
  assertGreater(asked, 100);
});
