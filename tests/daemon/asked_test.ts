import { assertEquals, assertThrows } from "@std/assert";
import { createAgent } from "../../src/actions/agent.ts";
import { loadInstance } from "../../src/actions/load.ts";
import { ConfigValueError } from "../../src/core/config/config_error.ts";
import { parseObjectPath } from "../../src/core/naming/object_path.ts";
import { askedFor } from "../../src/daemon/asked.ts";
import { fakeSystem } from "../fakes/system.ts";

const RESOURCES = [
  "[DEFAULT]",
  "nodes = n1 n2",
  "[fs#1]",
  "type = flag",
  "[fs#2]",
  "type = flag",
  "optional = true",
  "[app#0]",
  "start = /bin/app",
  "tags = noaction",
  "[task#other]",
  "command = /bin/true",
  "",
].join("\n");
const TASK = "[task#0]\ncommand = /bin/true\n";
const SYNC = "[sync#1]\ntype = rsync\nsrc = /a/\ndst = /b/\ntarget = nodes\n";

/** The rids that an entry waits for. */
function asked(section: string, rid: string): string[] {
  const system = fakeSystem({
    config: { svc1: RESOURCES + section },
    environment: { AGENT_NODENAME: "n1" },
  });
  const loaded = loadInstance(createAgent(system), parseObjectPath("svc1"));
  if (loaded.kind !== "loaded") throw new Error(loaded.kind);
  return askedFor(loaded.instance, rid).map((resource) => resource.rid);
}

const cases: readonly (readonly [edge: string, section: string, rid: string, expected: string[]])[] = [
  ["a task that requires nothing asks nobody", TASK, "task#0", []],
  ["a task asks whom it names, optional ones too", `${TASK}run_requires = fs#2(up) app#0\n`, "task#0", [
    "app#0",
    "fs#2",
  ]],
  ["run_on = active asks whatever counts for avail", `${TASK}run_on = active\n`, "task#0", ["fs#1"]],
  [
    "both together ask each of them once",
    `${TASK}run_on = active\nrun_requires = fs#1(up) fs#2(down)\n`,
    "task#0",
    ["fs#1", "fs#2"],
  ],
  ["what never holds needs no look", `${TASK}run_requires = impossible\n`, "task#0", []],
  ["a requirement on nothing is not looked at", `${TASK}run_requires = fs#9\n`, "task#0", []],
  ["a synchronisation asks whatever must be up here", SYNC, "sync#1", ["fs#1"]],
  ["a synchronisation asks whom it names besides", `${SYNC}sync_requires = app#0(up)\n`, "sync#1", [
    "app#0",
    "fs#1",
  ]],
  [
    "a synchronisation never asks for others, nor for tasks",
    `${SYNC}[sync#2]\nsrc = /a/\ndst = /b/\ntarget = nodes\n`,
    "sync#2",
    ["fs#1"],
  ],
  ["an entry of a resource that is gone asks as a task without requirements", "", "task#9", []],
];

for (const [edge, section, rid, expected] of cases) {
  Deno.test(`askedFor(): ${edge}`, () => assertEquals(asked(section, rid), expected));
}

for (
  const [section, rid] of [[`${TASK}run_requires = fs#1(on)\n`, "task#0"], [
    `${SYNC}sync_requires = fs#1(on)\n`,
    "sync#1",
  ]] as const
) {
  Deno.test(`askedFor() throws for the requirements of ${rid} that cannot be read`, () => {
    assertThrows(() => asked(section, rid), ConfigValueError, "on");
  });
}
