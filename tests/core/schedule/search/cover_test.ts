import { assertEquals } from "@std/assert";
import { coversOf } from "../../../../src/core/schedule/search/cover.ts";
import { DateSet } from "../../../../src/core/schedule/search/date_set.ts";

const MONDAY = new DateSet({ daysOf: () => 1 });
const ALWAYS = new DateSet({});
const HOUR = 3600;

function covers(
  exclusions: readonly (readonly [from: number, to: number, dates: DateSet])[],
  [begin, end] = [9, 11],
) {
  const given = exclusions.map(([from, to, dates]) => ({ begin: from * HOUR, freeAt: to * HOUR, dates }));
  return coversOf(given, (from, to) => begin! * HOUR < to && end! * HOUR >= from);
}

Deno.test("coversOf() takes one exclusion over all of the time", () => {
  assertEquals(covers([[8, 12, MONDAY]]), [[MONDAY]]);
});

Deno.test("coversOf() takes two that meet, each for its stretch", () => {
  assertEquals(covers([[8, 10, MONDAY], [10, 12, ALWAYS]]), [[MONDAY], [ALWAYS]]);
});

Deno.test("coversOf() lets either of two do where they overlap", () => {
  assertEquals(covers([[8, 12, MONDAY], [8, 12, ALWAYS]]), [[MONDAY, ALWAYS]]);
});

Deno.test("coversOf() takes nothing when a part is free, the last instant included", () => {
  assertEquals(covers([[8, 9.5, MONDAY], [10, 12, ALWAYS]]), []);
  assertEquals(covers([[8, 11, ALWAYS]]), []);
  assertEquals(covers([]), []);
});

Deno.test("coversOf() leaves very many exclusions to the search", () => {
  const many = Array.from({ length: 20 }, () => [8, 12, ALWAYS] as const);
  assertEquals(covers(many), []);
});
