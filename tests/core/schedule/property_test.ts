import { PROPERTIES, tryProperty } from "./properties.ts";

for (const property of PROPERTIES) {
  Deno.test(`nextRun() of random schedules ${property.sentence}`, () => {
    tryProperty(property, { runs: 5000, seed: 20_260_329 });
  });
}
