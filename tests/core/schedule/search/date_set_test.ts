import { assertEquals } from "@std/assert";
import { civilFromDays, daysFromCivil, isoWeekOf, monthLength } from "../../../../src/core/schedule/civil.ts";
import { DateSet } from "../../../../src/core/schedule/search/date_set.ts";

for (const weeks of [[1], [52], [53], [1, 10, 53], [5, 6, 7, 26, 27]]) {
  Deno.test(`DateSet has the days of ISO weeks ${weeks.join(", ")} from 1900 to 2100`, () => {
    const set = new DateSet({ weeks });
    for (let year = 1900; year <= 2100; year++) {
      for (let month = 1; month <= 12; month++) {
        const firstDay = daysFromCivil(year, month, 1);
        let expected = 0;
        for (let date = 1; date <= monthLength(year, month); date++) {
          if (weeks.includes(isoWeekOf(firstDay + date - 1))) expected |= 1 << (date - 1);
        }
        assertEquals(set.daysIn({ year, month, firstDay }), expected, `${year}-${month}`);
      }
    }
  });
}

Deno.test("DateSet.has() looks at one day", () => {
  const set = new DateSet({ weeks: [1], months: [12] });
  const days = Array.from({ length: 10 }, (_, index) => daysFromCivil(2025, 12, 27) + index);
  assertEquals(days.filter((day) => set.has(day)).map((day) => civilFromDays(day).day), [29, 30, 31]);
});
