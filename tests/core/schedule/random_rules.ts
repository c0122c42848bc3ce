/**
 * Random schedules for property tests: what is written, together with what it means to the slow engine.
 *
 * @module
 */
import fc from "fast-check";
import type { Range, Rule } from "./slow_engine.ts";

type DateTest = (date: Temporal.PlainDate) => boolean;

/** A field as written, and what it lets pass. */
interface Field {
  readonly text: string;
  readonly matches: DateTest;
}

const LAST_SECOND = 86_399;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ORDINALS = ["first", "second", "third", "fourth", "fifth"];
const UNITS = [["s", 1], ["m", 60], ["", 60], ["h", 3600], ["D", 86_400]] as const;

const EVERY: Field = { text: "*", matches: () => true };

/** Seconds of a day: full and half hours, those around midnight, and any. */
const second = fc.oneof(
  fc.integer({ min: 0, max: 47 }).map((half) => half * 1800),
  fc.constantFrom(0, 1, 7199, 7200, 86_340, 86_398, LAST_SECOND),
  fc.integer({ min: 0, max: LAST_SECOND }),
);

const interval = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(...UNITS)).map((
  [count, [unit, size]],
) => ({
  text: `@${count}${unit}`,
  seconds: count * size,
}));

const span = fc.oneof(
  fc.constantFrom("", "*").map((text) => ({ text, begin: 0, end: LAST_SECOND })),
  second.map((at) => ({ text: clock(at), begin: at, end: at + 1 })),
  fc.tuple(second, second).filter(([begin, end]) => begin !== end).map(([begin, end]) => ({
    text: `${clock(begin)}-${clock(end)}`,
    begin,
    end,
  })),
);

const range: fc.Arbitrary<Range> = fc.tuple(span, fc.option(interval, { nil: undefined })).map((
  [span, written],
) => ({
  text: (span.text === "" && !written ? "*" : span.text) + (written?.text ?? ""),
  begin: span.begin,
  end: span.end,
  interval: written?.seconds ?? span.end - span.begin + (span.end < span.begin ? 86_400 : 0) + 1,
  isWall: written === undefined,
}));

/** A range of a cyclic field, from 1 to `count`. */
function cyclic(names: readonly string[], count: number) {
  const value = fc.integer({ min: 1, max: count });
  const name = (value: number, isWord: boolean) => isWord && names[value - 1] || String(value);
  return fc.tuple(value, fc.option(value, { nil: undefined }), fc.boolean(), fc.boolean()).map(
    ([from, to = from, isWord, isOther]) => ({
      text: from === to ? name(from, isWord) : `${name(from, isWord)}-${name(to, isOther)}`,
      has: (value: number) => from <= to ? value >= from && value <= to : value >= from || value <= to,
    }),
  );
}

const weekdays = fc.oneof(fc.constant({ text: "*", has: () => true }), cyclic(WEEKDAYS, 7));

const monthDay: fc.Arbitrary<Field> = fc.oneof(
  fc.integer({ min: 1, max: 31 }).map((day) => ({
    text: `:${day}`,
    matches: (date: Temporal.PlainDate) => date.day === day,
  })),
  fc.integer({ min: 1, max: 31 }).map((day) => ({
    text: `:-${day}`,
    matches: (date: Temporal.PlainDate) => date.day === date.daysInMonth + 1 - day,
  })),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 })).map(([modulo, shift]) => ({
    text: `:%${modulo}+${shift}`,
    matches: (date: Temporal.PlainDate) => (date.day + shift) % modulo === 0,
  })),
  fc.integer({ min: 1, max: 5 }).map((nth) => ({
    text: `#${ORDINALS[nth - 1]}`,
    matches: (date: Temporal.PlainDate) => Math.ceil(date.day / 7) === nth,
  })),
  fc.integer({ min: 1, max: 5 }).map((nth) => ({
    text: `#-${nth}`,
    matches: (date: Temporal.PlainDate) => Math.ceil((date.daysInMonth + 1 - date.day) / 7) === nth,
  })),
);

const day: fc.Arbitrary<Field> = fc.tuple(weekdays, fc.option(monthDay, { nil: undefined })).map((
  [weekdays, monthDay],
) => ({
  text: weekdays.text + (monthDay?.text ?? ""),
  matches: (date) => weekdays.has(date.dayOfWeek) && (monthDay?.matches(date) ?? true),
}));

const days: fc.Arbitrary<Field> = fc.oneof(
  fc.constant(EVERY),
  fc.array(day, { minLength: 1, maxLength: 3 }).map((members) => ({
    text: members.map(({ text }) => text).join(","),
    matches: (date: Temporal.PlainDate) => members.some((member) => member.matches(date)),
  })),
);

function numbers(names: readonly string[], count: number, valueOf: (date: Temporal.PlainDate) => number) {
  const step = fc.option(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 })), {
    nil: undefined,
  });
  const member = fc.tuple(fc.oneof(fc.constant({ text: "*", has: () => true }), cyclic(names, count)), step)
    .map(
      ([range, step]) => ({
        text: range.text + (step ? `%${step[0]}+${step[1]}` : ""),
        matches: (date: Temporal.PlainDate) => {
          const value = valueOf(date);
          return range.has(value) && (!step || (value + step[1]) % step[0] === 0);
        },
      }),
    );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(EVERY) },
    fc.array(member, { minLength: 1, maxLength: 2 }).map((members): Field => ({
      text: members.map(({ text }) => text).join(","),
      matches: (date) => members.some((member) => member.matches(date)),
    })),
  );
}

function ruleOf(isExclusion: boolean): fc.Arbitrary<Rule> {
  const ranges = fc.array(range, { minLength: 1, maxLength: 3 });
  const weeks = numbers([], 53, (date) => date.weekOfYear!);
  const months = numbers(MONTHS, 12, (date) => date.month);
  return fc.tuple(ranges, days, weeks, months).map(([ranges, ...fields]) => ({
    text: `${isExclusion ? "! " : ""}${
      [ranges.map(({ text }) => text), ...fields.map(({ text }) => text)].join(" ")
    }`,
    isExclusion,
    ranges,
    matches: (date) => fields.every((field) => field.matches(date)),
  }));
}

/** One to three inclusions, and up to three exclusions. */
export const randomRules: fc.Arbitrary<readonly Rule[]> = fc.tuple(
  fc.array(ruleOf(false), { minLength: 1, maxLength: 3 }),
  fc.array(ruleOf(true), { maxLength: 3 }),
).map(([inclusions, exclusions]) => [...inclusions, ...exclusions]);

/** Instants close to a change of a zone's offset. */
export const randomPlace: fc.Arbitrary<{ readonly zone: string; readonly now: number }> = fc.tuple(
  fc.constantFrom(
    ["UTC", "2024-02-28T23:00Z"],
    ["UTC", "2026-12-31T23:59Z"],
    ["Europe/Paris", "2026-03-29T01:00Z"],
    ["Europe/Paris", "2026-10-25T01:00Z"],
    ["America/New_York", "2026-11-01T06:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
    ["America/Sao_Paulo", "2018-11-04T03:00Z"],
    ["America/Sao_Paulo", "2018-02-18T02:00Z"],
    ["Africa/Casablanca", "2026-02-15T02:00Z"],
    ["Pacific/Apia", "2011-12-30T10:00Z"],
  ),
  fc.integer({ min: -3 * 86_400, max: 2 * 86_400 }),
).map(([[zone, change], offset]) => ({ zone: zone!, now: Date.parse(change!) / 1000 + offset }));

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (seconds % 60 > 0) parts.push(seconds % 60);
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
