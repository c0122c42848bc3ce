import { assertEquals, assertStringIncludes } from "@std/assert";
import { startAgent } from "../fakes/run_agent.ts";
import type { DaemonUnderTest } from "../fakes/run_daemon.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { NODE_ROW_COUNT, OWN_ROW_COUNT } from "../fakes/own_rows.ts";
import { fakeSystem } from "../fakes/system.ts";

const SOCKET = "/run/agent/daemon.sock";

async function ask({ system }: DaemonUnderTest, path: string, method = "GET") {
  const reply = await system.server.request(SOCKET, { method, path });
  return reply!;
}

async function statusOf(daemon: DaemonUnderTest) {
  return JSON.parse((await ask(daemon, "/status")).body);
}

/** The lines of the metrics whose names start with the text. */
async function metricsOf(daemon: DaemonUnderTest, name: string): Promise<string[]> {
  const { body } = await ask(daemon, "/metrics");
  return body.split("\n").filter((line) => line.startsWith(name));
}

function task(schedule: string, command = "/bin/job", more = ""): string {
  return `[task#0]\ncommand = ${command}\nschedule = ${schedule}\n${more}`;
}

Deno.test("the daemon tells on its socket who it is, what it follows and what runs", async () => {
  const config = { svc1: task("@10", "/bin/long"), svc2: task("11:30") };
  const programs = { "/bin/long": { durationMs: 300_000 } };
  const files = { "/proc/self/status": "Name:\tagent\nVmRSS:\t   41000 kB\n" };
  await withDaemon(fakeSystem({ config, programs, files }), async (daemon) => {
    await daemon.advance(90);
    assertEquals(await statusOf(daemon), {
      version: "0.1.0",
      pid: 100,
      node: "n1",
      state: "running",
      started_at: "2026-03-02T10:00:00.000Z",
      uptime_s: 90,
      services: 2,
      schedules: 2 * (1 + OWN_ROW_COUNT) + NODE_ROW_COUNT,
      max_parallel: 10,
      running_jobs: [{
        path: "svc1",
        rid: "task#0",
        planned_at: "2026-03-02T10:00:00.000Z",
        started_at: "2026-03-02T10:00:00.000Z",
      }],
      waiting: 0,
      next_wakeup_at: "2026-03-02T10:10:00.000Z",
      counters: {
        started: 1,
        succeeded: 0,
        failed: 0,
        refused: 0,
        skipped: 0,
        missed: 0,
        given_up: {},
        reloads: 0,
        orphans_reaped: 0,
      },
      start_lag: { count: 1, sum_s: 0, max_s: 0 },
      collector: null,
      resident_bytes: 41_984_000,
    });
    assertEquals((await ask(daemon, "/")).body, (await ask(daemon, "/status")).body);
  });
});

Deno.test("the daemon counts results, reloads, and what it gave up by reason", async () => {
  const config = {
    svc1: task("@1m", "/bin/true"),
    svc2: task("@1m", "/bin/false"),
    svc3: task('["10:01", "10:02"]', "/bin/long"),
    svc4: task("10:01", "/bin/true", "run_requires = fs#1\n[fs#1]\ntype = flag\n"),
    svc5: task("@1m", "/bin/true", "user = nobody-here\n"),
  };
  const programs = { "/bin/long": { durationMs: 90_000 } };
  await withDaemon({ config, programs }, async (daemon) => {
    await daemon.advance(150);
    daemon.system.signals.send("SIGHUP");
    await daemon.advance(1);
    const { counters } = await statusOf(daemon);
    assertEquals(counters, {
      started: 10,
      succeeded: 4,
      failed: 3,
      refused: 3,
      skipped: 0,
      missed: 0,
      given_up: { requirement: 1, overlap: 1 },
      reloads: 1,
      orphans_reaped: 0,
    });
    assertEquals(await metricsOf(daemon, "agent_runs_ended_total"), [
      'agent_runs_ended_total{result="succeeded"} 4',
      'agent_runs_ended_total{result="failed"} 3',
      'agent_runs_ended_total{result="refused"} 3',
      'agent_runs_ended_total{result="skipped"} 0',
    ]);
    assertEquals(await metricsOf(daemon, "agent_runs_given_up_total"), [
      'agent_runs_given_up_total{reason="requirement"} 1',
      'agent_runs_given_up_total{reason="overlap"} 1',
    ]);
  });
});

Deno.test("the daemon tells how many wait for a place, and that it stops", async () => {
  const config = { svc1: task("@10"), svc2: task("@10"), svc3: task("@10") };
  const files = { "/etc/agent/node.conf": "[node]\nmax_parallel = 1\n" };
  const programs = { "/bin/job": { durationMs: 40_000 } };
  await withDaemon(fakeSystem({ config, files, programs }), async (daemon) => {
    await daemon.advance(5);
    const busy = await statusOf(daemon);
    assertEquals([busy.waiting, busy.running_jobs.length, busy.next_wakeup_at], [2, 1, null]);
    await daemon.advance(40);
    assertEquals((await statusOf(daemon)).waiting, 1);
    assertEquals((await metricsOf(daemon, "agent_run_start_lag_seconds_bucket")).slice(-3), [
      'agent_run_start_lag_seconds_bucket{le="60"} 2',
      'agent_run_start_lag_seconds_bucket{le="300"} 2',
      'agent_run_start_lag_seconds_bucket{le="+Inf"} 2',
    ]);
    daemon.system.files.put("/run/agent/daemon.stop", "wait\n");
    daemon.system.signals.send("SIGTERM");
    await daemon.advance(1);
    assertEquals((await statusOf(daemon)).state, "stopping");
  });
});

Deno.test("the daemon counts instants that passed while the clock was set", async () => {
  const system = fakeSystem({ config: { svc1: task("10:30") } });
  await withDaemon(system, async (daemon) => {
    system.clock.step(Date.parse("2026-03-02T12:00:00Z"));
    await daemon.advance(60);
    assertEquals([
      (await statusOf(daemon)).counters.missed,
      await metricsOf(daemon, "agent_runs_missed_total"),
    ], [
      1,
      ["agent_runs_missed_total 1"],
    ]);
  });
});

Deno.test("metrics tell when each task last ran and how it went, from the files", async () => {
  const config = {
    svc1: task("@1d", "/bin/false"),
    "ns1/svc/web": task("@1d", "/bin/long", "[task#1]\ncommand = /bin/true\nschedule = 23:00\n"),
  };
  const programs = { "/bin/long": { durationMs: Infinity } };
  const before = { at: "2026-03-01T10:00:00.500Z", exitcode: 3 };
  const files = { "/var/lib/agent/namespaces/ns1/svc/web/task#1/last_run": JSON.stringify(before) };
  await withDaemon(fakeSystem({ config, programs, files }), async (daemon) => {
    await daemon.advance(60);
    assertEquals((await metricsOf(daemon, "agent_task_last_run_timestamp_seconds")).sort(), [
      'agent_task_last_run_timestamp_seconds{path="ns1/svc/web",rid="task#1"} 1772359200.5',
      'agent_task_last_run_timestamp_seconds{path="svc1",rid="task#0"} 1772445600',
    ]);
    assertEquals((await metricsOf(daemon, "agent_task_last_run_code")).sort(), [
      'agent_task_last_run_code{path="ns1/svc/web",rid="task#1"} 3',
      'agent_task_last_run_code{path="svc1",rid="task#0"} 1',
    ]);
  });
});

Deno.test("metrics of many tasks give way between them, and are all there", async () => {
  const tasks = Array.from({ length: 250 }, (_, i) => `[task#${i}]\ncommand = /bin/true\nschedule = 23:00\n`);
  const files = Object.fromEntries(tasks.map((_, i) => [
    `/var/lib/agent/svc/svc1/task#${i}/last_run`,
    JSON.stringify({ at: "2026-03-01T10:00:00Z", exitcode: 0 }),
  ]));
  await withDaemon(fakeSystem({ config: { svc1: tasks.join("") }, files }), async (daemon) => {
    const lines = await daemon.system.clock.runUntil(metricsOf(daemon, "agent_task_last_run_code"));
    assertEquals(lines.length, 250);
  });
});

Deno.test("every metric has its help and its type, and ends with a line break", async () => {
  await withDaemon({ config: { svc1: task("@10") } }, async (daemon) => {
    const { status, type, body } = await ask(daemon, "/metrics");
    assertEquals([status, type, body.endsWith("\n")], [
      200,
      "text/plain; version=0.0.4; charset=utf-8",
      true,
    ]);
    const samples = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const names = samples.map((line) => /^[a-z_]+/.exec(line)![0].replace(/_(bucket|sum|count)$/, ""));
    for (const name of names) {
      assertStringIncludes(body, `# HELP ${name} `);
      assertStringIncludes(body, `# TYPE ${name} `);
    }
    assertEquals(names.includes("agent_uptime_seconds"), true);
  });
});

Deno.test("the socket answers nothing else, and can change nothing", async () => {
  await withDaemon({}, async (daemon) => {
    const missing = await ask(daemon, "/stop");
    assertEquals([missing.status, JSON.parse(missing.body)], [404, {
      error: "there is no /stop, expected /status or /metrics",
    }]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const { status, allow } = await ask(daemon, "/status", method);
      assertEquals([status, allow], [405, "GET, HEAD"]);
    }
    assertEquals((await ask(daemon, "/metrics", "HEAD")).status, 200);
  });
});

Deno.test("the daemon logs why it cannot tell, and goes on", async () => {
  const system = fakeSystem({ config: { svc1: task("@10") } });
  await withDaemon(system, async (daemon) => {
    const read = system.files.read.bind(system.files);
    system.files.read = (path) => {
      if (path === "/proc/self/status") throw new Error("no such luck");
      return read(path);
    };
    const { status, body } = await ask(daemon, "/status");
    assertEquals([status, JSON.parse(body).error], [500, "the daemon cannot tell, its log says why"]);
    assertEquals(daemon.log("/status cannot be told: no such luck").length, 1);
  });
});

Deno.test("the socket is gone with the daemon, and a second daemon leaves it alone", async () => {
  const system = await withDaemon({}, async ({ system }) => {
    assertEquals(system.server.sockets, [SOCKET]);
    assertEquals(await system.clock.runUntil(startAgent(["daemon", "run"], system)), 1);
    assertEquals(system.server.sockets, [SOCKET]);
  });
  assertEquals(system.server.sockets, []);
});

Deno.test("a daemon that cannot listen says so, and runs", async () => {
  const system = fakeSystem({ config: { svc1: task("@10") } });
  system.server.failure = new Error("path too long");
  await withDaemon(system, (daemon) => {
    assertEquals(daemon.log("status and metrics are not served: path too long").length, 1);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job"]);
  });
});
