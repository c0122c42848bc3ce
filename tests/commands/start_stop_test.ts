import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAGS =
  "[DEFAULT]\nnodes = *\n[fs#10]\ntype = flag\n[fs#2]\ntype = flag\n[task#0]\ncommand = /bin/true\n";

function ridsIn(text: string, what: string): string[] {
  return text.split("\n").filter((line) => line.includes(what)).map((line) => line.split(" ")[1]!);
}

Deno.test("start goes in natural order, stop the other way round, and the kept status follows", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS } });
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#2", "fs#10"]);
  const kept = () => JSON.parse(system.files.read("/var/lib/agent/svc/svc1/status.json")!).avail;
  assertEquals(kept(), "up");

  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals(ridsIn(system.stderr.text, "remove flag"), ["fs#10", "fs#2"]);
  assertEquals(kept(), "down");
});

Deno.test("start --rid takes one resource, and refuses a task and what does not exist with 4", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS } });
  assertEquals(await runAgent(["svc1", "start", "--rid", "fs#2"], system), 0);
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#2"]);
  assertEquals(await runAgent(["svc1", "start", "--rid", "task#0"], system), 4);
  assertEquals(await runAgent(["svc1", "start", "--rid", "fs#3"], system), 4);
  assertStringIncludes(system.stderr.text, "expected one of fs#2, fs#10");
});

Deno.test("start of a service with nothing to start says so, and exits 0", async () => {
  const system = fakeSystem({ config: { svc1: "[task#0]\ncommand = /bin/true\n" } });
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertStringIncludes(system.stderr.text, "nothing to start");
});

Deno.test("start leaves disabled resources out, and fails when the filter names no other", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS.replace("[fs#2]", "[fs#2]\ndisable = true") } });
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#10"]);
  assertEquals(await runAgent(["svc1", "start", "--rid", "fs#2"], system), 1);
});

Deno.test("start and stop are refused on a node that is not one of the service's", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS.replace("*", "n2") } });
  for (const action of ["start", "stop"]) assertEquals(await runAgent(["svc1", action], system), 1);
  assertStringIncludes(system.stderr.text, "is in neither its nodes nor its drpnodes");
  assertEquals(system.files.paths, ["/etc/agent/svc1.conf"]);
});

Deno.test("start ends with 1 at the first failure, unless the resource is optional", async () => {
  const system = fakeSystem({
    config: { svc1: FLAGS, svc2: FLAGS.replace("[fs#2]", "[fs#2]\noptional = true") },
  });
  for (const name of ["svc1", "svc2"]) {
    system.files.breakAt(`/run/agent/svc/${name}/fs#2.flag`, new Error("the disk is full"));
  }
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "'start' action stopped on execution error: the disk is full");
  assertEquals(ridsIn(system.stderr.text, "create flag"), []);
  assertEquals(await runAgent(["svc2", "start"], system), 0);
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#10"]);
});

Deno.test("a section that cannot be read stops the action: it is not left out in silence", async () => {
  const broken = FLAGS.replace("[fs#2]", "[fs#2]\noptional = maybe").replace(
    "[fs#10]",
    "[fs#1]\ntype = flag\n[fs#10]",
  );
  const system = fakeSystem({ config: { svc1: broken } });
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(
    system.stderr.text,
    "'start' action stopped on execution error: Cannot use fs#2.optional",
  );
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#1"]);
  assertEquals(ridsIn(system.stderr.text, "remove flag"), ["fs#1"]);
});

Deno.test("a resource whose driver is not in this version is left out, and told", async () => {
  const system = fakeSystem({ config: { svc1: `${FLAGS}[disk#1]\ntype = lvm\n` } });
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertStringIncludes(
    system.stderr.text,
    "disk#1      WARNING left out: this version has no driver disk.lvm",
  );
});

Deno.test("an interrupted start is undone, and a second interrupt ends that", async () => {
  const config = FLAGS.replace("[fs#10]\n", "[fs#10]\npre_start = /bin/slow\n")
    .replace("[fs#2]\n", "[fs#2]\npre_stop = /bin/slow\n");
  for (const isHurried of [false, true]) {
    const system = fakeSystem({
      config: { svc1: config },
      programs: { "/bin/slow": { durationMs: 60_000 } },
    });
    const start = startAgent(["svc1", "start"], system);
    await system.clock.advance(1_000);
    system.signals.send("SIGINT");
    await system.clock.advance(30_000);
    const undone = () => ridsIn(system.stderr.text, "remove flag");
    assertEquals(undone(), []);
    if (isHurried) system.signals.send("SIGINT");
    await system.clock.advance(60_000);
    assertEquals(await start, 130);
    assertEquals(undone(), isHurried ? [] : ["fs#2"]);
  }
});

Deno.test("a bad value that keeps an action from being planned is told once, with 3", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS.replace("[fs#2]", "[fs#2]\nprovision = maybe") } });
  assertEquals(await runAgent(["svc1", "provision"], system), 3);
  assertEquals(system.stderr.text.split("maybe").length, 2);
});

Deno.test("a start that cannot note what is up says so, and goes on", async () => {
  const system = fakeSystem({ config: { svc1: FLAGS.replace("[fs#2]", "[fs#2]\nrestart = 1") } });
  system.files.breakAt("/run/agent/svc/svc1/monitor.json", new Error("the disk is full"));
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertStringIncludes(system.stderr.text, "it cannot be noted what is up: the disk is full");
  assertEquals(ridsIn(system.stderr.text, "create flag"), ["fs#2", "fs#10"]);
});

Deno.test("what is being stopped is on record as long as that lasts, also when it fails", async () => {
  const file = "/run/agent/svc/svc1/stopping.json";
  const config =
    "[DEFAULT]\nnodes = *\n[app#0]\nstart = /bin/up\nstop = /bin/down\n[app#1]\nstart = /bin/up\n";
  for (const code of [0, 3]) {
    const seen: unknown[] = [];
    const system = fakeSystem({
      config: { svc1: config },
      programs: {
        "/bin/up": { onStart: () => seen.push(system.files.read(file)) },
        "/bin/down": { code, onStart: () => seen.push(JSON.parse(system.files.read(file)!).rids) },
      },
    });
    assertEquals(await runAgent(["svc1", "start"], system), 0);
    assertEquals(await runAgent(["svc1", "stop", "--rid", "app#0"], system), code === 0 ? 0 : 1);
    assertEquals(seen, [undefined, undefined, ["app#0"]]);
    assertEquals(system.files.read(file), undefined);
  }
});
