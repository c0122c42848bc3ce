import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./config/called.ts";

const SERVICE = `[DEFAULT]
nodes = *

[task#0]
command = /bin/true
schedule = @5s

[task#1]
command = /bin/true
schedule = ["08:00-18:00@15m", "!12:00-14:00"]

[task#nightly]
command = /bin/true
schedule = 02:30
timezone = Asia/Tokyo

[task#asked]
command = /bin/true
confirmation = true
schedule = @10

[task#none]
command = /bin/true
`;

function print(args: readonly string[], options: { columns?: number; names?: readonly string[] } = {}) {
  const { columns = 0, names = ["testmd"] } = options;
  const config = Object.fromEntries(names.map((name) => [name, SERVICE]));
  return call(["*", "print", "schedule", "--timeline", ...args], { config, columns, zone: "Europe/Paris" });
}

Deno.test("print schedule --timeline draws 24 hours of all tasks on the clock of the node, 80 columns wide", async () => {
  const { code, out, err } = await print(["--rid", "task"]);
  assertEquals(code, 0);
  assertEquals(
    out,
    `2026-03-02 11:00:00 (Europe/Paris), one column is 30 minutes
                12:00 15:00 18:00 21:00 00:00 03:00 06:00
task#0        ################################################
task#1        ##    ########|                           ######
task#asked    (it asks for confirmation)
task#nightly                 |
task#none     (it has no schedule)
| a run  # several runs  - an open window
`,
  );
  assertStringIncludes(err, "no daemon running");
});

Deno.test("print schedule --timeline is as wide as the terminal, and no wider", async () => {
  for (const columns of [40, 60, 80, 120, 200]) {
    const { out } = await print([], { columns });
    const widest = Math.max(...out.split("\n").map((line) => line.length));
    assertEquals(widest <= Math.max(columns, 60), true, `${columns}: ${widest}`);
    assertEquals(
      out.split("\n").find((line) => line.startsWith("task#0 "))!.length <= Math.max(columns, 60),
      true,
    );
  }
});

Deno.test("print schedule --timeline names the services where there are several, takes filters and an order", async () => {
  const { out } = await print(["--rid", "task#1,task#nightly", "--sort", "next"], { names: ["a", "b"] });
  assertEquals(out.split("\n").slice(2, -2).map((line) => line.split(/\s{2,}/)[0]), [
    "a task#1",
    "b task#1",
    "a task#nightly",
    "b task#nightly",
  ]);
});

Deno.test("print schedule --timeline --format json gives the instants, 1000 runs of a task at most", async () => {
  const rows = JSON.parse((await print(["--format", "json", "--rid", "task"])).out);
  const from = Date.parse("2026-03-02T10:00:00Z") / 1000;
  assertEquals(rows.length, 5);
  assertEquals([rows[0].runs.length, rows[0].is_complete, rows[0].runs[999]], [1000, false, from + 999 * 5]);
  assertEquals(rows[1].runs.slice(0, 5), [0, 1, 2, 3, 12].map((quarter) => from + quarter * 900));
  assertEquals(rows[1].windows[0], [from, from + 3600]);
  const nightly = Date.parse("2026-03-02T17:30:00Z") / 1000;
  assertEquals(rows.find(({ rid }: { rid: string }) => rid === "task#nightly"), {
    path: "testmd",
    rid: "task#nightly",
    timezone: "Asia/Tokyo",
    from,
    to: from + 86_400,
    windows: [],
    runs: [nightly],
    is_complete: true,
    reason: null,
    action: "run",
  });
});

Deno.test("print schedule --timeline does not go with --explain", async () => {
  const { code, err } = await print(["--explain"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "Cannot use --explain with --timeline");
});

Deno.test("print schedule --timeline has synchronisations, disabled ones too, and ends with the service's own actions", async () => {
  const config = {
    a: "[sync#1]\nsrc = /a\ndst = /b\ntarget = local\nschedule = @1h\n" +
      "[sync#2]\nsrc = /a\ndst = /b\ntarget = local\ndisable = true\n" +
      "[task#0]\ncommand = /bin/true\n[fs#1]\ntype = flag\nmonitor = true\n",
  };
  const { out } = await call(["a", "print", "schedule", "--timeline"], { config, columns: 80 });
  const lines = out.split("\n").slice(2);
  assertEquals(lines.slice(0, 5).map((line) => line.split(" ")[0]), [
    "sync#1",
    "sync#2",
    "task#0",
    "status",
    "resource_monitor",
  ]);
  assertEquals(lines[1], "sync#2            (it is disabled)");
  assertEquals(lines[0]!.match(/\|/g)?.length, 24);
  const json = await call(["a", "print", "schedule", "--timeline", "--format", "json"], { config });
  const rows = JSON.parse(json.out);
  assertEquals([rows[0].rid, rows[0].action, rows[0].runs.length], ["sync#1", "sync_all", 24]);
  assertEquals([rows[4].rid, rows[4].action, rows[4].is_complete], [null, "resource_monitor", false]);
});
