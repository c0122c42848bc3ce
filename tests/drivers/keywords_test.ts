import { assert, assertEquals } from "@std/assert";
import { createConfiguration } from "../../src/core/config/configuration.ts";
import { parseIni } from "../../src/core/config/ini.ts";
import type { Keyword } from "../../src/core/config/keyword.ts";
import { checkValue } from "../../src/core/config/checks/values.ts";
import { KEYWORDS, NODE_REGISTRY } from "../../src/drivers/keywords.ts";

const ROWS: readonly Keyword[] = [...KEYWORDS.rows, ...NODE_REGISTRY.rows];

Deno.test("every keyword row has a text in whole sentences", () => {
  for (const { option, text } of ROWS) assert(/^[A-Z].*\.$/s.test(text), `${option}: ${text}`);
});

Deno.test("no keyword row is there twice", () => {
  const names = ROWS.map(({ section, option }) => `${section}.${option}`);
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("every default and example is a value that validation takes", () => {
  const document = parseIni("[x]\nk = v\n");
  const [section] = document.sections.values();
  for (const row of ROWS) {
    for (const text of [row.default, row.example]) {
      if (text === undefined || text === "" || text.startsWith("{") || row.isInert) continue;
      const absolute = text.replace(/\{\w+\}/g, "x");
      assertEquals(checkValue(row, absolute, section!, section!.options[0]!), [], `${row.option} = ${text}`);
    }
  }
});

Deno.test("a keyword is refused, inert, or works: never two of them", () => {
  for (const row of ROWS) assert(!(row.unsupported !== undefined && row.isInert), row.option);
});

Deno.test("tableOf() joins the rows of a driver, its group, and every resource; the nearest wins", () => {
  const table = KEYWORDS.tableOf("task.host");
  assertEquals(
    ["command", "schedule", "tags", "limit_as", "run_timeout"].every((option) => table.has(option)),
    true,
  );
  assertEquals(table.get("type")?.default, "host");
  assertEquals(KEYWORDS.tableOf("task.docker").get("command")?.converter, "shell words");
  assertEquals(KEYWORDS.tableOf("task.lxc").has("command"), false);
  assertEquals(KEYWORDS.tableOf("fs.flag").has("command"), false);
  assertEquals(KEYWORDS.tableOf("env").has("tags") && KEYWORDS.hasDriver("env"), false);
});

Deno.test("the registry knows which drivers this version has", () => {
  const known = [
    "task.host",
    "fs.flag",
    "task.docker",
    "app.simple",
    "container.podman",
    "ip.host",
    "fs.ext4",
  ];
  assertEquals(known.filter((id) => !KEYWORDS.hasDriver(id)), []);
  const unknown = ["task", "fs.mount", "ip.none"];
  assertEquals(unknown.filter((id) => KEYWORDS.hasDriver(id)), []);
  assertEquals([...KEYWORDS.groups].sort(), ["app", "container", "fs", "ip", "sync", "task"]);
});

Deno.test("every keyword that works can be read through a getter", () => {
  const configuration = createConfiguration(parseIni("[task#0]\n[fs#0]\ntype = flag\n[sync#0]\n"), KEYWORDS, {
    path: { namespace: "root", kind: "svc", name: "x" },
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "", var: "" },
  });
  for (const section of ["DEFAULT", "task#0", "fs#0", "sync#0"]) {
    for (const option of configuration.tableOf(section).keys()) configuration.find(section, option);
  }
});
