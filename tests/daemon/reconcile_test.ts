import { assertEquals } from "@std/assert";
import { withDaemon } from "../fakes/run_daemon.ts";
import { fakeSystem } from "../fakes/system.ts";

const RID = "/var/lib/agent/svc/svc1/task#0";

/** The record of a run whose agent, process 400, was killed; its command is process 500. */
function lostRecord(bootId: string): string {
  const record = {
    session_id: "s",
    pid: 400,
    start_time: 3_400,
    boot_id: bootId,
    at: "2026-03-02T09:00:00.000Z",
    planned_at: null,
    origin: "scheduler",
    user: "root",
    command_pid: 500,
    command_start_time: 3_500,
  };
  return `s\n${JSON.stringify(record)}\n`;
}

function systemWithLostRun() {
  const system = fakeSystem({ config: { svc1: "[task#0]\ncommand = /bin/true\nschedule = 23:00\n" } });
  system.files.put(`${RID}/run/400`, lostRecord(system.host.bootId));
  return system;
}

Deno.test("a daemon that starts puts on record what an earlier agent left", async () => {
  const system = systemWithLostRun();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(system.files.list(`${RID}/run`), []);
    const last = JSON.parse(system.files.read(`${RID}/last_run`) ?? "{}");
    assertEquals([last.exitcode, last.status, last.pid], [null, "undef", 500]);
  });
});

Deno.test("a daemon notes later the end of a command that lost its agent and went on", async () => {
  const system = systemWithLostRun();
  system.processes.adopt({ pid: 500 });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(system.files.list(`${RID}/run`).length, 1);
    system.processes.finish(500);
    await daemon.advance(61);
    assertEquals(system.files.list(`${RID}/run`), []);
  });
});
