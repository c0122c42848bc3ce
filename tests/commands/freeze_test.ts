import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[DEFAULT]\nnodes = *\n[task#0]\ncommand = /bin/true\nschedule = @10\n";
const FLAG = "/var/lib/agent/svc/svc1/frozen";

Deno.test("freeze keeps tasks from being scheduled, shows in print status, and thaw undoes it", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  assertEquals(await runAgent(["svc1", "freeze"], system), 0);
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "frozen, daemon down");
  system.stdout.clear();
  await runAgent(["svc1", "print", "schedule", "--format", "json"], system);
  const task = JSON.parse(system.stdout.text).at(-1);
  assertEquals([task.next_run, task.reason], [null, "the service is frozen"]);

  assertEquals(await runAgent(["svc1", "thaw"], system), 0);
  assertEquals(system.files.facts(FLAG), undefined);
});

Deno.test("freeze twice keeps the instant of the first, and thaw of what is not frozen is no failure", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  await runAgent(["svc1", "freeze"], system);
  const at = system.files.facts(FLAG)!.modifiedAt;
  await system.clock.advance(60_000);
  assertEquals(await runAgent(["svc1", "freeze"], system), 0);
  assertEquals(system.files.facts(FLAG)!.modifiedAt, at);
  await runAgent(["svc1", "thaw"], system);
  assertEquals(await runAgent(["svc1", "unfreeze"], system), 0);
  assertStringIncludes(system.stderr.text, "already frozen");
  assertStringIncludes(system.stderr.text, "already thawed");
});

Deno.test("freeze works for a configuration that is broken, and exits 4 for one that is not there", async () => {
  const system = fakeSystem({ config: { svc1: "nonsense\n" } });
  assertEquals(await runAgent(["svc1", "freeze"], system), 0);
  assertEquals(system.files.facts(FLAG)?.kind, "file");
  assertEquals(await runAgent(["svc2", "freeze"], system), 4);
});
