/**
 * How fast the schedule engine answers, on one core: runs a second, impossible schedules, crontab expressions, and what
 * a node of 40,000 tasks needs.
 *
 * Run by `scripts/bench`. A figure is the best of some rounds, since other work on the machine only ever makes it worse;
 * instants are spread over a year, and are the same on every call.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints
import { daysFromCivil } from "../../src/core/schedule/civil.ts";
import type { Schedule } from "../../src/core/schedule/model.ts";
import { nextRun } from "../../src/core/schedule/next.ts";
import { parseSchedule } from "../../src/core/schedule/parse.ts";
import { type Zone, zoneOf } from "../../src/core/schedule/zone.ts";
import { Dice } from "../core/schedule/dice.ts";

const YEAR = 365 * 86_400;
const START = daysFromCivil(2026, 1, 1) * 86_400;
const ROUNDS = 7;
const CALLS = 100_000;
/** A power of two. */
const INSTANTS = 4096;
const ENTRIES = 40_000;

/** Expressions, and how many answers a second OpenSVC 2.1 gives on a like machine. */
const REFERENCE: readonly (readonly [value: string, rate: number])[] = [
  ["@10", 10_300],
  ["09:00-18:00@15m mon-fri", 7_200],
  ["02:00-04:00@121 *:last", 7_800],
  ["16:00-17:00@1m sat:last,tue-mon:last * %2+1,feb-apr", 5_200],
  ['["14:00-21:00@10", "!12:00-18:55", "!19:10-20:00"]', 5_200],
];
const GOALS: readonly (readonly [zone: string, rate: number])[] = [["UTC", 2_000_000], [
  "Europe/Paris",
  1_000_000,
]];

/** Nothing satisfies these, or the exclusions take all of it away. */
const IMPOSSIBLE = [
  "* *:30 * feb",
  "* *:31 * feb,apr,jun",
  "* * 53 jun",
  "0 0 30 2 *",
  '["09:00", "!08:00-10:00"]',
  '["09:00-11:00@5", "!08:00-10:00", "!10:00-12:00"]',
  '["@10", "!00:00-12:00", "!12:00-24:00"]',
  '["* * 10", "!* mon-thu", "!* fri-sun"]',
];
const IMPOSSIBLE_GOAL = 0.1;

const CRONTABS = ["* * * * *", "*/5 9-17 * * 1-5", "30 2,14 * * *", "15 4 1,15 * sun", "0 0 1 jan *"];
const CRONTAB_GOAL = 500_000;
/** What croner takes a second on a like machine. */
const CRONER_RATE = 9_000;

const TASKS = [
  "@10",
  "09:00-18:00@15m mon-fri",
  "04:00-06:00@60 mon-fri",
  "30 2,14 * * *",
  '["~22:00-23:30 sat,sun", "! * * * aug"]',
  "02:00-04:00@121 *:last",
  "~00:00-06:00",
  "@1h",
];
const ENTRIES_GOAL = 100;

/** Milliseconds of the best round. */
function best(rounds: number, work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const dice = new Dice(1);
const instants = Int32Array.from({ length: INSTANTS }, () => START + dice.below(YEAR));

/** Answers a second, at instants spread over a year, five minutes after the last run. */
function rateOf(schedule: Schedule, zone: Zone): number {
  let sum = 0;
  const took = best(ROUNDS, () => {
    for (let call = 0; call < CALLS; call++) {
      const now = instants[call & (INSTANTS - 1)]!;
      sum += nextRun(schedule, { now, last: now - 300, zone })?.at ?? 0;
    }
  });
  // Keeps the work from being optimised away.
  if (sum < 0) throw new RangeError("Cannot add up instants: the sum is negative, expected a positive one");
  return CALLS / took * 1000;
}

function print(
  what: string,
  figure: string,
  { isMet, goal, more = "" }: { isMet: boolean; goal: string; more?: string },
): void {
  console.log(`${what.padEnd(74)}  ${figure.padStart(16)}  goal ${goal}: ${isMet ? "met" : "missed"}${more}`);
}

function count(rate: number): string {
  return Math.round(rate).toLocaleString("en");
}

function printRates(): void {
  for (const [name, goal] of GOALS) {
    for (const [value, reference] of REFERENCE) {
      const rate = rateOf(parseSchedule(value), zoneOf(name));
      const more = `, ${count(rate / reference)} times as fast as 2.1`;
      print(`${value} in ${name}`, `${count(rate)} /s`, { isMet: rate >= goal, goal: count(goal), more });
    }
  }
}

function printImpossible(): void {
  for (const [zone] of GOALS) {
    for (const value of IMPOSSIBLE) {
      const schedule = parseSchedule(value);
      let now = START;
      const took = best(50, () => void nextRun(schedule, { now: now += 3600, zone: zoneOf(zone) }));
      const figure = `${took.toFixed(3)} ms`;
      print(`never: ${value} in ${zone}`, figure, {
        isMet: took <= IMPOSSIBLE_GOAL,
        goal: `${IMPOSSIBLE_GOAL} ms`,
      });
    }
  }
}

/** Crontab expressions that all differ: read, and asked about. */
function printCrontabs(): void {
  const texts: string[] = [];
  for (let minute = 0; minute < 60; minute++) {
    for (let hour = 0; hour < 24; hour++) {
      for (let day = 0; day < 7; day++) texts.push(`${minute} ${hour} * * ${day}`);
    }
  }
  const rate = texts.length / best(ROUNDS * 3, () => texts.forEach((text) => parseSchedule(text))) * 1000;
  const croner = (rate: number) => `, ${count(rate / CRONER_RATE)} times as fast as croner`;
  const goal = count(CRONTAB_GOAL);
  print("crontab expressions read, all different", `${count(rate)} /s`, {
    isMet: rate >= CRONTAB_GOAL,
    goal,
    more: croner(rate),
  });
  for (const text of CRONTABS) {
    const rate = rateOf(parseSchedule(text), zoneOf("Europe/Paris"));
    print(`${text} in Europe/Paris`, `${count(rate)} /s`, {
      isMet: rate >= CRONTAB_GOAL,
      goal,
      more: croner(rate),
    });
  }
}

/** The first run of each of many schedules that share nothing, in milliseconds of the best round. */
function firstPass(zone: Zone): number {
  // A list is read anew each time.
  const lists = TASKS.map((value): string[] => value.startsWith("[") ? JSON.parse(value) : [value]);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const own = Array.from({ length: ENTRIES }, (_, entry) => parseSchedule(lists[entry % lists.length]!));
    const start = performance.now();
    own.forEach((schedule, entry) => nextRun(schedule, { now: START + 40_000, last: START + entry, zone }));
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** All entries of a large node, from texts to instants, as at the start of a daemon; and again, as at a reload. */
function printEntries(): void {
  for (const [name] of GOALS) {
    const zone = zoneOf(name);
    const plan = () => {
      for (let entry = 0; entry < ENTRIES; entry++) {
        const schedule = parseSchedule(TASKS[entry % TASKS.length]!);
        nextRun(schedule, { now: START + 40_000, last: START + entry, zone, draw: () => entry / ENTRIES });
      }
    };
    const first = firstPass(zone);
    const goal = `${ENTRIES_GOAL} ms`;
    print(
      `${count(ENTRIES)} entries planned in ${name}, each with a schedule of its own`,
      `${first.toFixed(0)} ms`,
      {
        isMet: first <= ENTRIES_GOAL,
        goal,
      },
    );
    const took = best(ROUNDS, plan);
    print(
      `${count(ENTRIES)} entries of ${TASKS.length} schedules read and planned in ${name}`,
      `${took.toFixed(0)} ms`,
      {
        isMet: took <= ENTRIES_GOAL,
        goal,
      },
    );
  }
}

printRates();
printImpossible();
printCrontabs();
printEntries();
