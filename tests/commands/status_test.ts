import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAG = "[DEFAULT]\nnodes = *\n[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/true\n";
const STATE = "/var/lib/agent/svc/svc1";

Deno.test("status prints the availability, keeps the result, and exits 0 whatever it is", async () => {
  const system = fakeSystem({ config: { svc1: FLAG } });
  assertEquals(await runAgent(["svc1", "status"], system), 0);
  assertEquals(system.stdout.text, "down\n");
  const kept = JSON.parse(system.files.read(`${STATE}/status.json`)!);
  assertEquals([kept.avail, kept.resources["fs#1"].status], ["down", "down"]);
  assertEquals(system.files.read(`${STATE}/scheduler/last_status`), undefined);
});

Deno.test("status --cron stamps the action and prints nothing", async () => {
  const system = fakeSystem({ config: { svc1: FLAG } });
  assertEquals(await runAgent(["svc1", "status", "--cron"], system), 0);
  assertEquals(system.stdout.text, "");
  assertEquals(system.files.read(`${STATE}/scheduler/last_status`), "1772445600.0\n");
});

Deno.test("status of several services is one line each, a broken one included", async () => {
  const system = fakeSystem({ config: { svc1: FLAG, bad: "nonsense\n" } });
  assertEquals(await runAgent(["*", "status"], system), 0);
  assertEquals(system.stdout.lines, ["bad   undef", "svc1  down"]);
  assertStringIncludes(system.stderr.text, "agent: bad: Cannot read the configuration at line 1");
});

Deno.test("status writes nothing on a node that is not one of the service's", async () => {
  const system = fakeSystem({ config: { svc1: FLAG.replace("*", "n2") } });
  assertEquals(await runAgent(["svc1", "status", "--cron"], system), 0);
  assertEquals(system.files.paths, ["/etc/agent/svc1.conf"]);
});

Deno.test("status is shown even where it cannot be kept", async () => {
  const system = fakeSystem({ config: { svc1: FLAG } });
  system.files.breakAt(STATE, new Error("Read-only file system"));
  assertEquals(await runAgent(["svc1", "status"], system), 0);
  assertEquals(system.stdout.text, "down\n");
  assertEquals(system.stderr.text, "agent: svc1: the status is not kept: Read-only file system\n");
  assertEquals(await runAgent(["svc1", "status", "--cron"], system), 1);
});
