import { assertEquals } from "@std/assert";
import { columnsOf, marksOf, runsUntil } from "../../../src/core/schedule/columns.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { windowsBetween } from "../../../src/core/schedule/windows_between.ts";
import { UTC, zoneOf } from "../../../src/core/schedule/zone.ts";

const NOON = Date.UTC(2026, 2, 2, 12, 7, 30) / 1000;
const SPAN = { from: NOON, to: NOON + 86_400 };
const SIGNS = { closed: " ", open: "-", run: "|", runs: "#" };

function draw(text: string): string {
  const schedule = parseSchedule(text);
  const columns = columnsOf(SPAN, UTC, 30);
  const first = nextRun(schedule, { now: NOON, zone: UTC })?.at;
  const windows = windowsBetween(schedule, UTC, SPAN);
  return marksOf(schedule, columns, { zone: UTC, first, to: SPAN.to, windows }).map((mark) => SIGNS[mark])
    .join("");
}

Deno.test("columnsOf() begins at a round time of the zone's clock, and takes no more columns than there are", () => {
  const eight = Date.UTC(2026, 2, 2, 12) / 1000;
  assertEquals(columnsOf(SPAN, UTC, 30), { from: eight, step: 3600, count: 25 });
  assertEquals(columnsOf(SPAN, zoneOf("Asia/Kolkata"), 30), { from: eight - 1800, step: 3600, count: 25 });
  assertEquals(columnsOf(SPAN, UTC, 100), { from: eight, step: 900, count: 97 });
  assertEquals(columnsOf(SPAN, UTC, 2).count, 1);
  for (let width = 1; width < 300; width++) {
    const { from, step, count } = columnsOf(SPAN, UTC, width);
    assertEquals([count <= width, from <= SPAN.from, from + step * count >= SPAN.to], [true, true, true]);
  }
});

const charts: [schedule: string, chart: string][] = [
  ["@5s", "#########################"],
  ["@1h", "||||||||||||||||||||||||-"],
  ["@1d", "|------------------------"],
  ["@5h", "|----|----|----|----|----"],
  ["20:00", "        |                "],
  ["0,30 20-22 * * *", "        ###              "],
  ["22:00-02:00@1h", "          |||||          "],
  ["22:00-02:30", "          |----          "],
  ['["22:00-02:30@10", "!23:00-24:00"]', "          # ###          "],
  ["* tue", "            |------------"],
  ["* wed", "                         "],
  ["@0", "                         "],
];

for (const [schedule, chart] of charts) {
  Deno.test(`marksOf() ${schedule} is "${chart.trim()}"`, () => assertEquals(draw(schedule), chart));
}

Deno.test("runsUntil() gives each run after the one before, and says when there are more than the limit", () => {
  const query = { zone: UTC, first: NOON, to: NOON + 1800, limit: 3 };
  assertEquals(runsUntil(parseSchedule("@15"), query), { runs: [NOON, NOON + 900], isComplete: true });
  assertEquals(runsUntil(parseSchedule("@5"), query), {
    runs: [NOON, NOON + 300, NOON + 600],
    isComplete: false,
  });
  assertEquals(runsUntil(parseSchedule("@5"), { ...query, first: undefined }), {
    runs: [],
    isComplete: true,
  });
});
