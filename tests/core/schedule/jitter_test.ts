/** The stable draw of `~` windows, proved over many services, nights and questions. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { stableDraw } from "../../../src/core/schedule/draw.ts";
import { parseInstant } from "../../../src/core/schedule/instant.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { type Zone, zoneOf } from "../../../src/core/schedule/zone.ts";

const SERVICES = 10_000;

interface Question {
  readonly schedule: string | readonly string[];
  readonly zone: string;
  readonly from: string;
  readonly node?: string;
}

/** Where the services of one node draw their first run from an instant on. */
function drawn({ schedule, zone: name, from, node = "n1" }: Question, services = SERVICES): number[] {
  const zone: Zone = zoneOf(name);
  const parsed = parseSchedule(schedule);
  const now = parseInstant(from, zone).seconds;
  return Array.from({ length: services }, (_, i) => {
    const draw = (occurrence: string) => stableDraw({ node, path: `svc${i}`, rid: "task#0", occurrence });
    return nextRun(parsed, { now, zone, draw })!.at;
  });
}

/** How far counts are from even ones: chi-square, which for n bins is n - 1 on average. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Free stretches of a window, both ends included. */
type Stretches = readonly (readonly [from: string, to: string])[];

const windows: (Question & { readonly what: string; readonly free: Stretches })[] = [
  {
    what: "a window of a day in UTC",
    schedule: "~02:00-04:00",
    zone: "UTC",
    from: "2026-01-02T00:00:00",
    free: [["2026-01-02T02:00:00Z", "2026-01-02T04:00:00Z"]],
  },
  {
    what: "a window over midnight",
    schedule: "~22:00-02:00",
    zone: "Europe/Paris",
    from: "2026-01-02T12:00:00",
    free: [["2026-01-02T21:00:00Z", "2026-01-03T01:00:00Z"]],
  },
  {
    what: "a window with exclusions in it",
    schedule: ["~00:00-05:59:59", "! 01:00-02:00", "! 03:30-05:00"],
    zone: "UTC",
    from: "2026-01-02T00:00:00",
    free: [
      ["2026-01-02T00:00:00Z", "2026-01-02T00:59:59Z"],
      ["2026-01-02T02:00:00Z", "2026-01-02T03:29:59Z"],
      ["2026-01-02T05:00:00Z", "2026-01-02T05:59:59Z"],
    ],
  },
  {
    what: "a window around the gap of spring",
    schedule: "~01:00-04:00",
    zone: "Europe/Paris",
    from: "2026-03-29T00:00:00",
    free: [["2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"]],
  },
  {
    what: "a window that ends in the gap of spring",
    schedule: "~01:00-02:30",
    zone: "Europe/Paris",
    from: "2026-03-29T00:00:00",
    free: [["2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"]],
  },
  {
    what: "a window around the fold of autumn",
    schedule: "~01:00-04:00",
    zone: "Europe/Paris",
    from: "2026-10-25T00:00:00",
    free: [["2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"]],
  },
  {
    what: "a window over midnight into the fold of autumn",
    schedule: "~23:00-02:30",
    zone: "Europe/Paris",
    from: "2026-10-24T12:00:00",
    free: [["2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z"]],
  },
  {
    what: "a window around a fold of half an hour",
    schedule: "~01:00-03:00",
    zone: "Australia/Lord_Howe",
    from: "2026-04-05T00:00:00",
    free: [["2026-04-04T14:00:00Z", "2026-04-04T16:30:00Z"]],
  },
];

/** The free seconds in order: where an instant stands among them, or -1 outside. */
function placeIn(free: Stretches): { readonly count: number; of(at: number): number } {
  const bounds = free.map(([from, to]) => [Date.parse(from) / 1000, Date.parse(to) / 1000] as const);
  const count = bounds.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const of = (at: number) => {
    let before = 0;
    for (const [from, to] of bounds) {
      if (at >= from && at <= to) return before + at - from;
      before += to - from + 1;
    }
    return -1;
  };
  return { count, of };
}

for (const { what, free, ...question } of windows) {
  Deno.test(`10,000 services spread evenly over ${what}, and none leaves it by a second`, () => {
    const place = placeIn(free);
    const bins: number[] = Array(50).fill(0);
    for (const at of drawn(question)) {
      const index = place.of(at);
      assert(index >= 0, `${new Date(at * 1000).toISOString()} is outside`);
      bins[Math.floor(index * bins.length / place.count)]! += 1;
    }
    // 49 on average with a deviation of 9.9: more than 100 comes once in 30,000 draws of a fair dice.
    assertLess(chiSquare(bins), 100, bins.join(" "));
  });
}

Deno.test("the first and the last second of a window are drawn as often as others", () => {
  const from = Date.parse("2026-01-02T02:00:00Z") / 1000;
  const counts: number[] = Array(10).fill(0);
  const question = { schedule: "~02:00:00-02:00:09", zone: "UTC", from: "2026-01-02T00:00:00" };
  for (const at of drawn(question)) counts[at - from]! += 1;
  // 9 on average with a deviation of 4.2.
  assertLess(chiSquare(counts), 35, counts.join(" "));
});

Deno.test("one service spreads evenly over its window in 4,000 nights, and the nights are independent", () => {
  const zone = zoneOf("UTC");
  const schedule = parseSchedule("~02:00-03:59:59");
  const draw = (occurrence: string) => stableDraw({ node: "n1", path: "shop", rid: "task#0", occurrence });
  const bins: number[] = Array(20).fill(0);
  const shares: number[] = [];
  let now = Date.UTC(2026, 0, 1) / 1000;
  for (let night = 0; night < 4_000; night++, now += 86_400) {
    const share = (nextRun(schedule, { now, zone, draw })!.at - now - 7_200) / 7_200;
    shares.push(share);
    bins[Math.floor(share * bins.length)]! += 1;
  }
  assertLess(chiSquare(bins), 60, bins.join(" "));
  const products = shares.slice(1).map((share, i) => (share - 0.5) * (shares[i]! - 0.5));
  const correlation = products.reduce((sum, product) => sum + product, 0) / products.length * 12;
  assertLess(Math.abs(correlation), 0.07);
});

Deno.test("the draw is the same whoever asks, whenever, and in whatever order", () => {
  const question = { schedule: "~22:00-02:00", zone: "Europe/Paris", from: "2026-10-24T12:00:00" };
  const first = drawn(question, 500);
  // Another process: nothing is kept from the first one but the names.
  assertEquals(drawn({ ...question }, 500), first);
  // Later in the same window, before the instant, as after a restart or a reload; and from another spelling of now.
  const zone = zoneOf(question.zone);
  const schedule = parseSchedule(question.schedule);
  for (const [i, at] of [...first.entries()].reverse()) {
    const draw = (occurrence: string) =>
      stableDraw({ node: "n1", path: `svc${i}`, rid: "task#0", occurrence });
    for (const now of [at - 3_600, at - 1.5, at]) {
      assertEquals(nextRun(schedule, { now, zone, draw })!.at, at);
    }
  }
});

Deno.test("other nodes draw other instants for the same services", () => {
  const question = { schedule: "~02:00-04:00", zone: "UTC", from: "2026-01-02T00:00:00" };
  const [one, two] = ["n1", "n2"].map((node) => drawn({ ...question, node }, 1_000));
  assertLess(one!.filter((at, i) => at === two![i]).length, 5);
});
