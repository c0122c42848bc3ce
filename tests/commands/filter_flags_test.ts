import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAGS = "[fs#1]\ntype = flag\n[fs#2]\ntype = flag\ntags = a\n[fs#3]\ntype = flag\n";

for (const flag of ["--rid=", "--tags= ", "--subsets=", "--rid=,", "--tags=+"]) {
  Deno.test(`an empty ${flag} is refused: it must not mean everything`, async () => {
    const system = fakeSystem({ config: { svc1: FLAGS } });
    for (const action of ["run", "start", "delete", "disable"]) {
      assertEquals(await runAgent(["svc1", action, flag], system), 2);
    }
    assertStringIncludes(system.stderr.text, "it is empty, expected a name or a pattern");
    assertEquals(system.files.read("/etc/agent/svc1.conf"), FLAGS);
  });
}

Deno.test("a repeated --rid is as good as a comma", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS } });
  assertEquals(await runAgent(["svc1", "start", "--rid", "fs#1", "--rid", "fs#3"], system), 0);
  const made = system.stderr.text.split("\n").filter((line) => line.includes("create flag"));
  assertEquals(made.map((line) => line.split(" ")[1]), ["fs#1", "fs#3"]);
});

Deno.test("a tag that nobody has does not spoil the other side of the comma", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS } });
  assertEquals(await runAgent(["svc1", "start", "--tags", "nosuch,a"], system), 0);
  assertStringIncludes(system.stderr.text, "fs#2");
  assertEquals(await runAgent(["svc1", "start", "--tags", "nosuch"], system), 4);
});

Deno.test("among several services, a filter leaves out those in which it names nothing", async () => {
  const task = (rid: string) => `[task#${rid}]\ncommand = /bin/true\nschedule = @10\n`;
  const system = fakeSystem({
    config: { svc1: task("1"), svc2: `${task("1")}${task("2")}${FLAGS}`, svc3: FLAGS },
  });
  for (const action of [["print", "schedule"], ["print", "schedule", "--explain"], ["run", "--dry-run"]]) {
    const code = await runAgent(["*", ...action, "--rid", "task#2", "--format", "jsonl"], system);
    assertEquals([action, code], [action, 0]);
  }
  const rows = system.stdout.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ path, rid }) => `${path} ${rid}`), Array(3).fill("svc2 task#2"));

  assertEquals(await runAgent(["*", "start", "--tags", "a"], system), 0);
  assertEquals(await runAgent(["*", "run", "--rid", "task#9"], system), 4);
  assertStringIncludes(
    system.stderr.text,
    "Cannot run svc1: --rid task#9 names no resource, expected one of task#1",
  );
  assertEquals(await runAgent(["svc3", "run", "--rid", "task#9"], system), 4);
  assertStringIncludes(system.stderr.text, "--rid task#9 names no resource, and there is nothing to run");
});
