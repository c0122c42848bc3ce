import { assertEquals } from "@std/assert";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { nextUnused, type Used } from "../../../src/core/schedule/unused.ts";
import { UTC } from "../../../src/core/schedule/zone.ts";

function at(time: string): number {
  return Date.parse(`2026-01-0${time.includes(" ") ? time.replace(" ", "T") : `2T${time}`}:00Z`) / 1000;
}

interface Case {
  readonly what: string;
  readonly schedule: string;
  readonly now: string;
  readonly last?: string;
  readonly planned?: readonly (readonly [from: string, to: string])[];
  readonly runs?: readonly string[];
  readonly next: string;
}

const cases: Case[] = [
  {
    what: "gives what nextRun() gives when nothing was used",
    schedule: "10:00",
    now: "09:00",
    next: "10:00",
  },
  {
    what: "passes over a lone time that was used",
    schedule: "10:00",
    now: "09:00",
    planned: [["10:00", "10:00"]],
    next: "3 10:00",
  },
  {
    what: "passes over a span, and not over what is beside it",
    schedule: "*/10 * * * *",
    now: "09:00",
    planned: [["09:00", "09:35"], ["09:50", "09:50"]],
    next: "09:40",
  },
  {
    what: "passes over spans that touch",
    schedule: "*/10 * * * *",
    now: "09:00",
    planned: [["09:15", "09:20"], ["09:00", "09:14"]],
    next: "09:30",
  },
  {
    what: "does not run a window again in which a run lies ahead",
    schedule: "09:00-11:00",
    now: "09:10",
    runs: ["10:30"],
    next: "3 09:00",
  },
  {
    what: "does not run a window twice ahead",
    schedule: "09:00-11:00",
    now: "09:10",
    runs: ["3 09:30", "10:30"],
    next: "4 09:00",
  },
  {
    what: "runs a window that ends before the run ahead",
    schedule: "09:00-10:00,10:20-11:00",
    now: "09:10",
    runs: ["10:30"],
    next: "09:10",
  },
  { what: "goes on with a period", schedule: "@10", now: "09:10", runs: ["10:30"], next: "09:10" },
  {
    what: "goes on with a period since the last run",
    schedule: "@10",
    now: "09:10",
    last: "09:05",
    runs: ["10:30"],
    next: "09:15",
  },
  {
    what: "keeps a lone time inside a used window",
    schedule: '["09:00-11:00", "09:40"]',
    now: "09:10",
    runs: ["10:30"],
    next: "09:40",
  },
  {
    what: "passes over the used ones of both kinds",
    schedule: '["09:00-11:00", "09:40"]',
    now: "09:10",
    planned: [["09:40", "09:40"]],
    runs: ["10:30"],
    next: "3 09:00",
  },
];

for (const { what, schedule, now, last, planned = [], runs = [], next } of cases) {
  Deno.test(`nextUnused() ${what}: ${schedule}`, () => {
    const used: Used = {
      planned: planned.map(([from, to]) => ({ from: at(from), to: at(to) })),
      runs: runs.map(at),
    };
    const query = { now: at(now), last: last === undefined ? undefined : at(last), zone: UTC };
    assertEquals(nextUnused(parseSchedule(schedule), query, used)?.at, at(next));
  });
}

Deno.test("nextUnused() gives exactly what nextRun() gives without anything used", () => {
  for (
    const text of ["10:00", "*/7 * * * *", "09:00-11:00@15", "~02:00-04:00", '["@10", "! 09:00-12:00"]', ""]
  ) {
    const schedule = parseSchedule(text);
    for (let now = at("00:00"); now < at("3 00:00"); now += 4_321) {
      const query = { now, last: now - 1_000, zone: UTC };
      assertEquals(nextUnused(schedule, query, { planned: [], runs: [] })?.at, nextRun(schedule, query)?.at);
    }
  }
});
