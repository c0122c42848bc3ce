import { assertGreater } from "@std/assert";
import { fuzzParser } from "../core/schedule/fuzz.ts";
import { PROPERTIES, tryProperty } from "../core/schedule/properties.ts";
import { checkTransitions } from "../core/schedule/transitions.ts";

for (const property of PROPERTIES) {
  Deno.test(`nextRun() of very many random schedules ${property.sentence}`, () => {
    tryProperty(property, { runs: 100_000, seed: 1_774_742_400 });
  });
}

Deno.test("nextRun() is right around every change of every zone from 1970 to 2037", () => {
  assertGreater(checkTransitions(1).asked, 10_000);
});

Deno.test("parseSchedule() stands 1,000,000 random inputs: its own errors only, each in 10 ms, in bounded memory", () => {
  assertGreater(fuzzParser(1_000_000, 1_774_742_400), 10_000);
});
