import { assertEquals } from "@std/assert";
import { formatRows, type View, writeValue } from "../../src/cli/output.ts";
import { fakeSystem } from "../fakes/system.ts";

interface Row {
  readonly path: string;
  readonly at: number | null;
  readonly tags: readonly string[];
}

const ROWS: readonly Row[] = [{ path: "svc1", at: null, tags: [] }, { path: "a,b", at: 5, tags: ["x"] }];
const VIEW: View<Row> = {
  fields: ["path", "at", "tags"],
  columns: [
    { title: "path", minWidth: 8, cell: (row) => row.path },
    { title: "at", cell: (row) => String(row.at ?? "-") },
  ],
};

Deno.test("formatRows() draws a table through the columns", () => {
  assertEquals(formatRows(ROWS, VIEW, "table"), "path    at\n----    --\nsvc1    -\na,b     5\n");
  assertEquals(formatRows(ROWS, { ...VIEW, hasNoTitles: true }, "table"), "svc1    -\na,b     5\n");
});

Deno.test("formatRows() gives JSON rows as they are", () => {
  assertEquals(JSON.parse(formatRows(ROWS, VIEW, "json")), ROWS);
  assertEquals(formatRows([], VIEW, "json"), "[]\n");
});

Deno.test("formatRows() gives JSONL one row a line", () => {
  assertEquals(formatRows(ROWS, VIEW, "jsonl").trimEnd().split("\n").map((line) => JSON.parse(line) as Row), [
    ...ROWS,
  ]);
  assertEquals(formatRows([], VIEW, "jsonl"), "");
});

Deno.test("formatRows() gives CSV the documented fields, nothing for null and JSON for lists", () => {
  assertEquals(formatRows(ROWS, VIEW, "csv"), 'path,at,tags\r\nsvc1,,[]\r\n"a,b",5,"[""x""]"\r\n');
});

Deno.test("writeValue() writes text for people, and JSON or one row of CSV for programs", () => {
  const written = (format: "table" | "json" | "jsonl" | "csv") => {
    const { terminal, stdout } = fakeSystem();
    writeValue(terminal, { a: 1, b: null, c: [] }, () => "a is 1", format);
    return stdout.text;
  };
  assertEquals([written("table"), written("json"), written("jsonl"), written("csv")], [
    "a is 1\n",
    '{\n  "a": 1,\n  "b": null,\n  "c": []\n}\n',
    '{"a":1,"b":null,"c":[]}\n',
    "a,b,c\r\n1,,[]\r\n",
  ]);
});
