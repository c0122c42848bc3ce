import { assertEquals } from "@std/assert";
import { LAG_BOUNDS, Meter } from "../../src/daemon/meter.ts";

Deno.test("Meter puts delays into classes: a bound belongs to its class, what is later to the last one", () => {
  const meter = new Meter();
  for (const lag of [0, 0.01, 0.011, 300, 301, -5]) meter.start(lag);
  assertEquals(meter.lag.classes, [3, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
  assertEquals([meter.lag.count, meter.lag.sum, meter.lag.max], [6, 601.021, 301]);
  assertEquals(meter.lag.classes.length, LAG_BOUNDS.length + 1);
});

Deno.test("Meter counts what is caught up as started, and not as late", () => {
  const meter = new Meter();
  meter.start(undefined);
  assertEquals([meter.started, meter.lag.count], [1, 0]);
});

Deno.test("Meter tells results apart; a run that could not be tried has failed", () => {
  const meter = new Meter();
  meter.end([{ outcome: "ran", is_failed: false }, { outcome: "ran", is_failed: true }]);
  meter.end([{ outcome: "refused", is_failed: true }]);
  meter.end([{ outcome: "skipped", is_failed: false }]);
  meter.end(undefined);
  assertEquals(Object.fromEntries(meter.ended), { succeeded: 1, failed: 2, refused: 1, skipped: 1 });
});
