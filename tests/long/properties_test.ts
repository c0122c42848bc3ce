import { PROPERTIES, tryProperty } from "../core/schedule/properties.ts";

for (const property of PROPERTIES) {
  Deno.test(`nextRun() of very many random schedules ${property.sentence}`, () => {
    tryProperty(property, { runs: 100_000, seed: 1_774_742_400 });
  });
}
