import { assertEquals } from "@std/assert";
import { formatColumns, formatTable } from "../../../src/core/text/table.ts";

const SCHEDULE = [
  { title: "action", minWidth: 23 },
  { title: "last run", minWidth: 23 },
  { title: "next run", minWidth: 23 },
  { title: "config parameter", minWidth: 26 },
  { title: "schedule definition" },
];

Deno.test("formatTable() starts columns where they are told to, and leaves no blank at the end of a line", () => {
  const rows = [
    ["status", "2016-11-28 04:01:00", "2016-11-28 04:11:00", "DEFAULT.status_schedule", "@10"],
    ["task#0", "-", "-", "task#0.schedule", "-"],
  ];
  assertEquals(
    formatTable(SCHEDULE, rows),
    `action                 last run               next run               config parameter          schedule definition
------                 --------               --------               ----------------          -------------------
status                 2016-11-28 04:01:00    2016-11-28 04:11:00    DEFAULT.status_schedule   @10
task#0                 -                      -                      task#0.schedule           -
`,
  );
});

Deno.test("formatTable() widens a column to its longest cell plus two", () => {
  const text = formatTable([{ title: "a", minWidth: 4 }, { title: "b" }], [["longer", "x"]]);
  assertEquals(text, "a       b\n-       -\nlonger  x\n");
});

Deno.test("formatTable() counts wide characters as two columns and combining marks as none", () => {
  assertEquals(
    formatTable([{ title: "a" }, { title: "b" }], [["漢字", "x"], ["e\u0301", "y"]]),
    [
      "a     b",
      "-     -",
      "漢字  x",
      "e\u0301     y",
      "",
    ].join("\n"),
  );
});

Deno.test("formatTable() keeps a cell on its line, whatever it holds", () => {
  assertEquals(
    formatTable([{ title: "a" }, { title: "b" }], [["x\ny", "\x1b[0m"]]).split("\n")[2],
    "x\\x0ay  \\x1b[0m",
  );
});

Deno.test("formatTable() of no rows is the heading alone", () => {
  assertEquals(formatTable([{ title: "path" }], []), "path\n----\n");
});

Deno.test("formatColumns() of lists is one name a line", () => {
  assertEquals(formatColumns([["a"], ["bb"]]), "a\nbb\n");
});
