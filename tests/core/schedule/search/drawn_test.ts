import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { daysFromCivil } from "../../../../src/core/schedule/civil.ts";
import { stableDraw } from "../../../../src/core/schedule/draw.ts";
import { nextRun } from "../../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../../src/core/schedule/parse.ts";
import { UTC } from "../../../../src/core/schedule/zone.ts";

const HOUR = 3600;
const FRIDAY = daysFromCivil(2026, 1, 2) * 86_400;

function drawnAt(
  expression: string | readonly string[],
  { now, last, share }: { now: number; last?: number; share: number },
): number | undefined {
  return nextRun(parseSchedule(expression), { now, last, zone: UTC, draw: () => share })?.at;
}

Deno.test("nextRun() draws the first second of a window for 0, and its last for the largest share", () => {
  assertEquals(drawnAt("~02:00-04:00", { now: FRIDAY, share: 0 }), FRIDAY + 2 * HOUR);
  assertEquals(drawnAt("~02:00-04:00", { now: FRIDAY, share: 1 - 2 ** -53 }), FRIDAY + 4 * HOUR);
});

Deno.test("nextRun() keeps the drawn instant while now moves towards it", () => {
  for (const now of [FRIDAY - HOUR, FRIDAY + 2 * HOUR, FRIDAY + 2.9 * HOUR]) {
    assertEquals(drawnAt("~02:00-04:00", { now, share: 0.5 }), FRIDAY + 3 * HOUR);
  }
});

Deno.test("nextRun() runs at now when the drawn instant has passed and the window is open", () => {
  assertEquals(drawnAt("~02:00-04:00", { now: FRIDAY + 3.5 * HOUR, share: 0.5 }), FRIDAY + 3.5 * HOUR);
  assertEquals(drawnAt("~02:00-04:00", { now: FRIDAY + 4 * HOUR, share: 0.5 }), FRIDAY + 4 * HOUR);
});

Deno.test("nextRun() draws in the next window after a run in this one", () => {
  const now = FRIDAY + 3 * HOUR + 1;
  assertEquals(drawnAt("~02:00-04:00", { now, last: now - 1, share: 0.5 }), FRIDAY + 27 * HOUR);
});

Deno.test("nextRun() draws from both sides of midnight, asked on either side", () => {
  for (const now of [FRIDAY, FRIDAY + 22.5 * HOUR, FRIDAY + 24.5 * HOUR]) {
    assertEquals(drawnAt("~22:00-02:00", { now, share: 0.75, last: FRIDAY - HOUR }), FRIDAY + 25 * HOUR);
  }
});

Deno.test("nextRun() draws only from the side of midnight whose day is allowed", () => {
  assertEquals(drawnAt("~22:00-02:00 fri", { now: FRIDAY + 3 * HOUR, share: 0.5 }), FRIDAY + 23 * HOUR);
  assertEquals(drawnAt("~22:00-02:00 sat", { now: FRIDAY + 3 * HOUR, share: 0.5 }), FRIDAY + 25 * HOUR);
});

Deno.test("nextRun() draws from the seconds that exclusions leave, and spreads over them evenly", () => {
  const expression = ["~00:00-05:59:59", "! 01:00-05:00"];
  assertEquals(drawnAt(expression, { now: FRIDAY, share: 0.25 }), FRIDAY + 0.5 * HOUR);
  assertEquals(drawnAt(expression, { now: FRIDAY, share: 0.75 }), FRIDAY + 5.5 * HOUR);
  assertEquals(drawnAt(expression, { now: FRIDAY + 2 * HOUR, share: 0.25 }), FRIDAY + 5 * HOUR);
});

Deno.test("nextRun() leaves out a window that exclusions cover", () => {
  assertEquals(drawnAt(["~02:00-04:00", "! 01:00-05:00 fri"], { now: FRIDAY, share: 0 }), FRIDAY + 26 * HOUR);
});

Deno.test("nextRun() draws from what the interval leaves of the window", () => {
  const last = FRIDAY - 21 * HOUR;
  assertEquals(drawnAt("~02:00-04:00@1d", { now: FRIDAY, last, share: 0 }), FRIDAY + 3 * HOUR);
});

Deno.test("nextRun() never asks for a draw without a ~ that has an effect", () => {
  const draw = () => {
    throw new Error("Cannot draw here");
  };
  for (const expression of ["02:00-04:00", "~@10", "~09:00", "@10"]) {
    nextRun(parseSchedule(expression), { now: FRIDAY, zone: UTC, draw });
  }
});

Deno.test("nextRun() asks for the draw with the name of the window", () => {
  const asked = new Set<string>();
  const draw = (occurrence: string) => (asked.add(occurrence), 0.5);
  for (const hour of [0, 2, 2.5]) {
    nextRun(parseSchedule("~02:00-04:00"), { now: FRIDAY + hour * HOUR, zone: UTC, draw });
  }
  assertEquals([...asked], ["~02:00-04:00 2026-01-02"]);
});

const KEY = { node: "n1", path: "testmd", rid: "task#0", occurrence: "~00:00-06:00 2026-01-02" };

Deno.test("stableDraw() gives the same number for the same key on every start", () => {
  assertEquals(stableDraw({ ...KEY }), stableDraw(KEY));
});

Deno.test("stableDraw() gives another number when any part differs, or moves to the neighbour", () => {
  const draws = [
    KEY,
    { ...KEY, node: "n2" },
    { ...KEY, path: "testme" },
    { ...KEY, rid: "task#1" },
    { ...KEY, occurrence: "~00:00-06:00 2026-01-03" },
    { ...KEY, node: "n", path: "1testmd" },
  ].map(stableDraw);
  assertEquals(new Set(draws).size, draws.length);
});

Deno.test("stableDraw() spreads neighbouring keys evenly from 0 to 1", () => {
  const bins: number[] = Array(20).fill(0);
  for (let index = 0; index < 20_000; index++) {
    const draw = stableDraw({ ...KEY, path: `svc${index % 100}`, rid: `task#${Math.floor(index / 100)}` });
    bins[Math.floor(draw * bins.length)]! += 1;
  }
  // 1,000 expected in each; the standard deviation is 31.
  assertGreater(Math.min(...bins), 850);
  assertLess(Math.max(...bins), 1150);
});
