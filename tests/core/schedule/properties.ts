/**
 * What must hold for every schedule, as properties: the normal tests try them on some, the long ones on many.
 *
 * @module
 */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import fc from "fast-check";
import { formatSchedule } from "../../../src/core/schedule/format.ts";
import type { Schedule } from "../../../src/core/schedule/model.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { zoneOf } from "../../../src/core/schedule/zone.ts";
import { randomPlace, randomRules } from "./random_rules.ts";
import { DAYS, type Rule, slowNext, type SlowQuery } from "./slow_engine.ts";

const last = fc.option(fc.oneof(fc.integer({ min: 0, max: 7200 }), fc.integer({ min: 0, max: 1_000_000 })), {
  nil: undefined,
});

/** A question and its schedule. */
const question = fc.tuple(randomRules, randomPlace, last).map(([rules, { zone, now }, ago]) => {
  const query: SlowQuery = { now, zone, last: ago === undefined ? undefined : now - ago };
  return { rules, schedule: parseSchedule(rules.map(({ text }) => text)), query };
});

type Question = typeof question extends fc.Arbitrary<infer Value> ? Value : never;

interface Property {
  readonly sentence: string;
  /** How much slower than the others it is. */
  readonly weight: number;
  check(question: Question, after: number): void;
}

function next(schedule: Schedule, { now, last, zone }: SlowQuery): number | undefined {
  return nextRun(schedule, { now, last, zone: zoneOf(zone) })?.at;
}

function isBeyond(at: number | undefined, now: number): boolean {
  return at === undefined || at > now + (DAYS - 1) * 86_400;
}

function isAllowed(rules: readonly Rule[], at: number, zone: string): boolean {
  return slowNext(rules, { now: at, last: undefined, zone }) === at;
}

/** Each takes a question and a number of seconds. */
export const PROPERTIES: readonly Property[] = [
  {
    sentence: "is the earliest instant, as the slow engine finds it",
    weight: 10,
    check({ rules, schedule, query }) {
      const slow = slowNext(rules, query);
      const fast = next(schedule, query);
      if (slow !== undefined || !isBeyond(fast, query.now)) assertEquals(fast, slow);
    },
  },
  {
    sentence: "is allowed, whatever the last run",
    weight: 2,
    check({ rules, schedule, query }) {
      const at = next(schedule, query);
      if (at !== undefined) assert(isAllowed(rules, at, query.zone), String(at));
    },
  },
  {
    sentence: "is never before now, and the same when it is asked again at that instant",
    weight: 1,
    check({ schedule, query }) {
      const at = next(schedule, query);
      if (at === undefined) return;
      assertGreaterOrEqual(at, query.now);
      assertEquals(next(schedule, { ...query, now: at }), at);
    },
  },
  {
    sentence: "never comes back when time goes on",
    weight: 1,
    check({ schedule, query }, after) {
      const at = next(schedule, query);
      const later = next(schedule, { ...query, now: query.now + after });
      if (at !== undefined) assertGreaterOrEqual(later ?? Infinity, at);
    },
  },
  {
    sentence: "leaves the written interval after the last run",
    weight: 1,
    check({ rules, schedule, query }) {
      const intervals = rules.filter((rule) => !rule.isExclusion).flatMap(({ ranges }) => ranges);
      const at = next(schedule, query);
      if (at === undefined || query.last === undefined || intervals.some(({ isWall }) => isWall)) return;
      assertGreaterOrEqual(at - query.last, Math.min(...intervals.map(({ interval }) => interval)));
    },
  },
  {
    sentence: "is the same for the canonical spelling, which is stable",
    weight: 1,
    check({ schedule, query }) {
      const text = formatSchedule(schedule);
      assertEquals(formatSchedule(parseSchedule(text)), text);
      assertEquals(next(parseSchedule(text), query), next(schedule, query));
    },
  },
];

/** Tries a property on `runs` random questions; throws with the smallest one that breaks it. */
export function tryProperty(property: Property, { runs, seed }: { runs: number; seed: number }): void {
  const after = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(question, after, (question, after) => {
      try {
        property.check(question, after);
      } catch (error) {
        throw new Error(JSON.stringify({ schedule: question.schedule.text, query: question.query }), {
          cause: error,
        });
      }
    }),
    { numRuns: Math.ceil(runs / property.weight), seed },
  );
}
