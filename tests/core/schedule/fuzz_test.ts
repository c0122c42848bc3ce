import { assertGreater } from "@std/assert";
import { fuzzParser } from "./fuzz.ts";

Deno.test("parseSchedule() stands 50,000 random inputs: its own errors only, each in 10 ms, in bounded memory", () => {
  assertGreater(fuzzParser(50_000, 20_260_329), 1000);
});
