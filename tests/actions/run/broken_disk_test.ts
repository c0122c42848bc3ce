import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeSystem } from "../../fakes/system.ts";
import { runAgent } from "../../fakes/run_agent.ts";

const RID = "/var/lib/agent/svc/svc1/task#0";

Deno.test("run tells how the command ended even when its memory cannot be written", async () => {
  const system = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/job\non_error = /bin/alarm\n" },
    programs: { "/bin/job": { code: 7 }, "/bin/alarm": {} },
  });
  system.files.breakAt(`${RID}/last_run`, new Error("No space left on device"));
  assertEquals(await runAgent(["svc1", "run"], system), 7);
  assertStringIncludes(system.stderr.text, "the run is not on record: No space left on device");
  assertEquals(system.processes.commands.filter((line) => line.endsWith("/bin/alarm")).length, 1);
});

Deno.test("run of a command that did well fails when its memory cannot be written", async () => {
  const system = fakeSystem({ config: { svc1: "[task#0]\ncommand = /bin/true\n" } });
  system.files.breakAt(`${RID}/last_run`, new Error("No space left on device"));
  assertEquals(await runAgent(["svc1", "run"], system), 1);
});

Deno.test("run with --cron starts nothing that it cannot stamp, and goes on with the next task", async () => {
  const system = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/a\n[task#1]\ncommand = /bin/b\n" },
    programs: { "/bin/a": {}, "/bin/b": {} },
  });
  system.files.breakAt("/var/lib/agent/svc/svc1/scheduler/last_task#0", new Error("No space left on device"));
  assertEquals(await runAgent(["svc1", "run", "--cron"], system), 1);
  assertEquals(system.processes.commands.map((line) => line.slice(-6)), ["/bin/b"]);
  assertStringIncludes(system.stderr.text, "task#0      ERROR   No space left on device");
});
