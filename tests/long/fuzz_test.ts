import { assertGreater } from "@std/assert";
import { fuzzParser } from "../core/schedule/fuzz.ts";

Deno.test("parseSchedule() stands 1,000,000 random inputs: its own errors only, each in 10 ms, in bounded memory", () => {
  assertGreater(fuzzParser(1_000_000, 1_774_742_400), 10_000);
});
