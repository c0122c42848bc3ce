import { assertEquals, assertMatch } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { withDaemon } from "../../fakes/run_daemon.ts";
import { NODE_ROW_COUNT, OWN_ROW_COUNT } from "../../fakes/own_rows.ts";
import { fakeSystem } from "../../fakes/system.ts";

const TASKS =
  "[task#0]\ncommand = /bin/long\nschedule = @1h\n[task#1]\ncommand = /bin/false\nschedule = @1h\n";

function busySystem() {
  return fakeSystem({ config: { svc1: TASKS }, programs: { "/bin/long": { durationMs: Infinity } } });
}

Deno.test("daemon status tells what the daemon does", async () => {
  const system = busySystem();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(await runAgent(["daemon", "status"], system), 0);
    assertEquals(system.stdout.lines, [
      "running, process 100, since 2026-03-02T10:00:00.000Z",
      `1 services, ${2 + OWN_ROW_COUNT + NODE_ROW_COUNT} schedules, next at 2026-03-02T10:10:00.000Z`,
      "1 of 10 places taken: svc1 task#0 since 2026-03-02T10:00:00.000Z",
      "runs so far: 0 succeeded, 1 failed, 0 refused, 0 given up, 0 missed",
    ]);
  });
});

Deno.test("daemon status --format json has the record and the report in one object", async () => {
  const system = busySystem();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(await runAgent(["daemon", "status", "--format", "json"], system), 0);
    const { running, pid, start_time, boot_id, state, running_jobs, counters } = JSON.parse(
      system.stdout.text,
    );
    assertEquals([running, pid, start_time, state], [true, 100, 1_000, "running"]);
    assertEquals([boot_id, running_jobs.length, counters.failed], [system.host.bootId, 1, 1]);
  });
});

Deno.test("daemon status falls back on the record when the daemon does not answer", async () => {
  const system = busySystem();
  await withDaemon(system, async () => {
    system.server.isStuck = true;
    assertEquals(await runAgent(["daemon", "status"], system), 0);
    assertEquals(system.stdout.text, "running, process 100, since 2026-03-02T10:00:00.000Z\n");
    system.stdout.clear();
    assertEquals(await runAgent(["daemon", "status", "--format", "csv"], system), 0);
    assertMatch(system.stdout.text, /^running,pid,start_time,boot_id,started_at,version\r\ntrue,100,/);
  });
});
