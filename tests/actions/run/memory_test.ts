import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { logOf, runService } from "../../fakes/run_service.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const STATE = "/var/lib/agent/svc/svc1";
const NOW = Date.parse("2026-03-02T10:00:00Z") / 1000;
const TASK = "[task#0]\ncommand = /bin/true\n";

function lastRun({ files }: FakeSystem, folder = STATE) {
  return JSON.parse(files.read(`${folder}/task#0/last_run`)!);
}

Deno.test("run by hand is remembered, and does not move the schedule", async () => {
  const { system } = await runService(TASK);
  assertEquals(lastRun(system), {
    at: "2026-03-02T10:00:00.000Z",
    planned_at: null,
    ended_at: "2026-03-02T10:00:00.000Z",
    exitcode: 0,
    signal: null,
    reason: null,
    status: "up",
    origin: "user",
    session_id: "00000000-0000-4000-8000-000000000001",
    user: "root",
    pid: 101,
    attempts: 1,
  });
  assertEquals(system.files.read(`${STATE}/task#0/last_run_retcode`), "0");
  assertEquals(system.files.read(`${STATE}/task#0/history.jsonl`)?.split("\n").length, 2);
  assertEquals(system.files.paths.filter((path) => path.includes("scheduler")), []);
});

Deno.test("run --cron stamps the attempt, durably and with the file's time, before the command starts", async () => {
  let atStart: string | undefined;
  const system: FakeSystem = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/job\n" },
    programs: {
      "/bin/job": { onStart: () => atStart = system.files.read(`${STATE}/scheduler/last_task#0`) },
    },
    now: "2026-03-02T10:00:00.700Z",
  });
  assertEquals(await runAgent(["svc1", "run", "--cron"], system), 0);
  assertEquals(atStart, `${NOW}.0\n`);
  assertEquals(system.files.durable[0], `${STATE}/scheduler/last_task#0`);
  assertEquals(system.files.facts(`${STATE}/scheduler/last_task#0`)?.modifiedAt, NOW * 1000);
  assertEquals(system.files.read(`${STATE}/scheduler/last_task#0.success`), `${NOW}.0\n`);
  assertEquals(lastRun(system).origin, "scheduler");
  assertEquals(lastRun(system).planned_at, "2026-03-02T10:00:00.000Z");
});

Deno.test("run --cron of a failing task leaves a stamp, and no stamp of success", async () => {
  const { system } = await runService("[task#0]\ncommand = /bin/false\n", ["--cron"]);
  assertEquals(system.files.paths.filter((path) => path.includes("scheduler")), [
    `${STATE}/scheduler/last_task#0`,
  ]);
  assertEquals(lastRun(system).exitcode, 1);
});

Deno.test("run keeps the memory of 200 runs", async () => {
  const line = (n: number) => JSON.stringify({ at: new Date(n * 1000).toISOString() });
  const old = Array.from({ length: 205 }, (_, n) => line(n)).join("\n") + "\n";
  const { system } = await runService(TASK, [], { files: { [`${STATE}/task#0/history.jsonl`]: old } });
  const lines = system.files.read(`${STATE}/task#0/history.jsonl`)!.trimEnd().split("\n");
  assertEquals(lines.length, 200);
  assertEquals(lines[0], line(6));
  assertEquals(JSON.parse(lines[199]!).exitcode, 0);
});

const STATE_DIR = "[DEFAULT]\nstate_dir = /srv/data\n";

Deno.test("run keeps the memory in state_dir, and the run slots on this node", async () => {
  const { system, exitCode } = await runService(STATE_DIR + TASK, ["--cron"], {
    files: { "/srv/data/x": "" },
  });
  assertEquals(exitCode, 0);
  assertEquals(lastRun(system, "/srv/data").exitcode, 0);
  assertEquals(system.files.paths.filter((path) => path.startsWith("/srv/data/scheduler/")).length, 2);
  assertEquals(system.files.paths.filter((path) => path.startsWith(`${STATE}/`)), [
    `${STATE}/task#0/run.lock`,
  ]);
});

Deno.test("run is refused while state_dir is missing, and does not make it", async () => {
  for (const args of [[], ["--cron"], ["--force"]]) {
    const { system, exitCode } = await runService(STATE_DIR + TASK, args);
    assertEquals(exitCode, 1);
    assertEquals(system.processes.started, []);
    assertStringIncludes(logOf(system)[0]!, "task#0 ERROR state_dir /srv/data is not there");
    assertEquals(system.files.facts("/srv"), undefined);
  }
});

Deno.test("run does not make a state_dir anew that went away while the command ran", async () => {
  const system: FakeSystem = fakeSystem({
    config: { svc1: `${STATE_DIR}[task#0]\ncommand = /bin/job\n` },
    files: { "/srv/data/x": "" },
    programs: { "/bin/job": { code: 3, onStart: () => void system.files.remove("/srv/data") } },
  });
  assertEquals(await runAgent(["svc1", "run"], system), 3);
  assertEquals(system.files.facts("/srv/data"), undefined);
  assertStringIncludes(system.stderr.text, "state_dir /srv/data is not there");
});

Deno.test("run with log = false hands the output through and keeps none of it", async () => {
  const programs = { "/bin/job": { stdout: "out\nhalf", stderr: "err\n" } };
  const config = "[task#0]\ncommand = /bin/job secret\nlog = false\n";
  const { system } = await runService(config, [], { programs: { "*": programs["/bin/job"] } });
  assertEquals(system.stdout.text, "out\nhalf");
  assertEquals(system.stderr.text, "err\n");
  assertEquals(system.files.paths.filter((path) => path.startsWith("/var/log")), []);
});

Deno.test("run logs the output line by line: stdout as INFO, stderr as WARNING, control characters escaped", async () => {
  const programs = { "/bin/job": { stdout: "one\n\x1b[31mred\nlast", stderr: "bad\n" } };
  const { system } = await runService("[task#0]\ncommand = /bin/job\n", [], { programs });
  assertEquals(logOf(system), [
    "task#0 INFO /bin/job",
    "task#0 INFO | one",
    "task#0 INFO | \\x1b[31mred",
    "task#0 WARNING | bad",
    "task#0 INFO | last",
  ]);
  const file = system.files.read("/var/log/agent/svc1.log")!.split("\n");
  assertEquals(
    file[0],
    "2026-03-02 10:00:00,000 INFO sid:00000000-0000-4000-8000-000000000001 n:n1 o:svc1 r:task#0 sc:n | /bin/job",
  );
  assertEquals(system.files.facts("/var/log/agent/svc1.log")?.mode, 0o640);
});

Deno.test("run of a configuration that somebody else could write is refused with the reason", async () => {
  const system = fakeSystem({ config: { svc1: TASK } });
  system.files.change("/etc/agent/svc1.conf", { mode: 0o666 });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(system.stderr.text, "/etc/agent/svc1.conf may be written by others (mode 666)");
  assertEquals(system.processes.started, []);
});
