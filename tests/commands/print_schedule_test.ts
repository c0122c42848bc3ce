import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import type { ScheduleRow } from "../../src/actions/schedule/rows.ts";
import { withoutOwn } from "../fakes/own_rows.ts";
import { fakeSystem } from "../fakes/system.ts";

const TESTMD = `[DEFAULT]
nodes = *

[task#0]
command = /bin/true

[task#10]
command = /bin/true
schedule = ["10:00",
  "!* sun"]
confirmation = true

[task#1]
command = /bin/true
schedule = @10
`;

const NOW = Date.parse("2026-03-02T10:00:00Z") / 1000;

Deno.test("print schedule shows the columns of the document, in natural order, with the next run", async () => {
  const system = fakeSystem({ config: { testmd: TESTMD } });
  system.files.put("/var/lib/agent/svc/testmd/scheduler/last_task#1", `${NOW - 300}.0\n`);
  system.files.put("/var/lib/agent/svc/testmd/scheduler/last_status", `${NOW - 60}.0\n`);

  assertEquals(await runAgent(["testmd", "print", "schedule"], system), 0);

  assertEquals(system.stdout.lines.filter((line) => !/^(?:push|compliance)_/.test(line)), [
    "action                 last run               next run               config parameter              schedule definition",
    "------                 --------               --------               ----------------              -------------------",
    "status                 2026-03-02 09:59:00    2026-03-02 10:09:00    DEFAULT.status_schedule       @10",
    "task#0                 -                      -                      task#0.schedule               -",
    "task#1                 2026-03-02 09:55:00    2026-03-02 10:05:00    task#1.schedule               @10",
    'task#10                -                      -                      task#10.schedule              ["10:00", "!* sun"]',
  ]);
  assertEquals(system.stdout.lines.filter((line) => line.startsWith("push_")), [
    "push_resinfo           -                      -                      DEFAULT.resinfo_schedule      @60",
    "push_config            -                      -                      DEFAULT.push_schedule         ~00:00-06:00",
    "push_status            -                      -                      DEFAULT.push_status_schedule  @10",
  ]);
  assertStringIncludes(system.stderr.text, "no daemon running");
});

Deno.test("print schedule is silent about the daemon that runs", async () => {
  const system = fakeSystem({ config: { testmd: TESTMD } });
  const { pid, startTime } = system.processes.self;
  const record = { pid, start_time: startTime, boot_id: system.host.bootId };
  system.files.put("/run/agent/daemon.json", JSON.stringify(record));
  await runAgent(["testmd", "print", "schedule"], system);
  assertEquals(system.stderr.text, "");
});

Deno.test("print schedule --format json gives the documented fields, and why nothing is next", async () => {
  const system = fakeSystem({ config: { testmd: TESTMD }, zone: "Europe/Paris" });
  const last = { at: "2026-03-02T08:00:00.500Z", origin: "user", exitcode: 0 };
  system.files.put("/var/lib/agent/svc/testmd/task#10/last_run", JSON.stringify(last));

  assertEquals(await runAgent(["testmd", "schedule", "list", "--format", "json"], system), 0);

  const rows = withoutOwn(JSON.parse(system.stdout.text) as ScheduleRow[]);
  assertEquals(rows.map((row) => row.rid), [null, "task#0", "task#1", "task#10"]);
  assertEquals(rows[2]?.next_run, NOW);
  assertEquals(rows[3], {
    action: "run",
    rid: "task#10",
    config_parameter: "task#10.schedule",
    last_run: null,
    next_run: null,
    last_manual_run: NOW - 7200,
    schedule_definition: '["10:00",\n"!* sun"]',
    error: null,
    reason: "it asks for confirmation",
    warning: null,
    timezone: "Europe/Paris",
    node: "n1",
    path: "testmd",
    paused_until: null,
  });
});

Deno.test("print schedule shows local time of the zone of each task", async () => {
  const config = "[DEFAULT]\nnodes = *\n[task#0]\ncommand = a\nschedule = 12:00\ntimezone = Asia/Tokyo\n";
  const system = fakeSystem({ config: { svc1: config } });
  await runAgent(["svc1", "print", "schedule"], system);
  assertStringIncludes(
    system.stdout.lines.find((line) => line.startsWith("task#0"))!,
    "task#0                 -                      2026-03-03 12:00:00",
  );
});

Deno.test("print schedule puts the error of a malformed schedule in its row, and the other rows go on", async () => {
  const config = TESTMD + "\n[task#2]\ncommand = /bin/true\nschedule = 25:00\n" +
    "[task#3]\ncommand = /bin/true\nschedule = @10\ntimezone = Mars/Base\n";
  const system = fakeSystem({ config: { testmd: config } });

  assertEquals(await runAgent(["testmd", "print", "schedule"], system), 0);
  const line = (rid: string) => system.stdout.lines.find((each) => each.startsWith(`${rid} `))!;
  assertStringIncludes(line("task#2"), 'Cannot read the schedule "25:00" at character 1: hour 25');
  assertStringIncludes(line("task#3"), 'Cannot find the time zone "Mars/Base"');
  assertStringIncludes(line("task#1"), "2026-03-02 10:00:00");

  system.stdout.clear();
  await runAgent(["testmd", "print", "schedule", "--format", "json"], system);
  const row = withoutOwn(JSON.parse(system.stdout.text) as ScheduleRow[])[3]!;
  assertEquals([row.next_run, row.schedule_definition], [null, "25:00"]);
  assertStringIncludes(row.error!, "hour 25");
});

Deno.test("print schedule of several services has a path column, and --sort next orders over all of them", async () => {
  const task = (schedule: string) =>
    `[DEFAULT]\nnodes = *\nstatus_schedule = @0\ncomp_schedule = @0\n[task#0]\ncommand = a\nschedule = ${schedule}\n`;
  const system = fakeSystem({ config: { a10: task("12:00"), a9: task("11:00"), b: task("@0") } });

  await runAgent(["*", "print", "schedule"], system);
  const shown = system.stdout.lines.slice(2).map((line) => line.split(/ +/).slice(0, 2).join(" "));
  assertEquals(shown.filter((text) => /status$|task#0/.test(text) && !text.includes("push")), [
    "a9 status",
    "a9 task#0",
    "a10 status",
    "a10 task#0",
    "b status",
    "b task#0",
  ]);

  system.stdout.clear();
  await runAgent(["*", "print", "schedule", "--sort", "next", "--format", "jsonl"], system);
  const next = system.stdout.lines.map((line) => JSON.parse(line)).filter((row) => row.next_run !== null);
  assertEquals(next.map((row) => row.path), ["a9", "a10"]);
});

Deno.test("print schedule of a broken configuration exits 3, and tells of it beside the other services", async () => {
  const system = fakeSystem({ config: { bad: "nonsense\n", testmd: TESTMD } });
  assertEquals(await runAgent(["bad", "print", "schedule"], system), 3);
  assertEquals(await runAgent(["*", "print", "schedule"], system), 3);
  assertStringIncludes(system.stdout.text, "task#10");
  assertStringIncludes(system.stderr.text, "agent: bad: Cannot read the configuration at line 1");
});

Deno.test("print schedule lists synchronisations before tasks, each with its keyword and its default", async () => {
  const sync = (more: string) => `src = /a\ndst = /b\ntarget = nodes\n${more}`;
  const config = `[DEFAULT]\nnodes = n1 n2\n[task#0]\ncommand = /bin/true\n` +
    `[sync#10]\n${sync("schedule = @1h\nschedule@n2 = @0\n")}[sync#2]\n${sync("")}` +
    `[sync#3]\n${sync("disable = true\n")}[sync#4]\ntype = zfs\n`;
  const rowsOn = async (node: string, head = "") => {
    const system = fakeSystem({
      environment: { AGENT_NODENAME: node },
      config: { testmd: config.replace("[task#0]", `${head}[task#0]`) },
    });
    system.files.put("/var/lib/agent/svc/testmd/scheduler/last_syncall_sync#10", `${NOW - 600}.0\n`);
    assertEquals(await runAgent(["testmd", "print", "schedule", "--format", "json"], system), 0);
    return (JSON.parse(system.stdout.text) as ScheduleRow[]).map((row) => [
      row.action,
      row.config_parameter,
      row.schedule_definition,
      row.last_run,
      row.action === "sync_all" && row.next_run,
    ]);
  };
  const rows = await rowsOn("n1");
  assertEquals(rows.map((row) => row.slice(0, 3)), [
    ["status", "DEFAULT.status_schedule", "@10"],
    ["sync_all", "sync#2.schedule", "~04:00-06:00"],
    ["sync_all", "sync#10.schedule", "@1h"],
    ["push_resinfo", "DEFAULT.resinfo_schedule", "@60"],
    ["push_config", "DEFAULT.push_schedule", "~00:00-06:00"],
    ["push_status", "DEFAULT.push_status_schedule", "@10"],
    ["compliance_auto", "DEFAULT.comp_schedule", "~00:00-06:00"],
    ["run", "task#0.schedule", null],
  ]);
  assertEquals(rows[2]?.slice(3), [NOW - 600, NOW + 3000]);
  const next = new Date(Number(rows[1]?.[4]) * 1000).toISOString();
  assertEquals([next > "2026-03-03T04:00:00", next < "2026-03-03T06:00:01"], [true, true]);

  const elsewhere = await rowsOn("n2", "sync_schedule = 12:00\n");
  assertEquals(elsewhere[1]?.slice(2), ["12:00", null, NOW + 7200]);
  assertEquals(elsewhere[2]?.slice(2), ["@0", NOW - 600, null]);
});

Deno.test("print schedule shows a synchronisation by its rid, and --rid takes it", async () => {
  const config =
    "[DEFAULT]\nnodes = n1 n2\n[sync#1]\nsrc = /a\ndst = /b\ntarget = nodes\n[task#0]\ncommand = a\n";
  const system = fakeSystem({ environment: { AGENT_NODENAME: "n1" }, config: { testmd: config } });
  assertEquals(await runAgent(["testmd", "print", "schedule", "--rid", "sync"], system), 0);
  assertEquals(system.stdout.lines.length, 3);
  assertMatch(
    system.stdout.lines[2]!,
    /^sync#1 {17}- {22}2026-03-03 0[45]:\d\d:\d\d {4}sync#1\.schedule {11}~04:00-06:00$/,
  );
  assertEquals(await runAgent(["testmd", "print", "schedule", "--rid", "sync#9"], system), 4);
  assertStringIncludes(system.stderr.text, "expected one of sync#1, task#0");
});

Deno.test("print schedule lists no disabled synchronisation, and shows one that is named", async () => {
  const config = { svc1: "[sync#1]\nsrc = /a\ndst = /b\ntarget = local\nschedule = @1h\ndisable = true\n" };
  const rows = async (...args: string[]) => {
    const system = fakeSystem({ config });
    assertEquals(await runAgent(["svc1", "print", "schedule", "--format", "json", ...args], system), 0);
    return JSON.parse(system.stdout.text).filter(({ action }: { action: string }) => action === "sync_all")
      .map(({ rid, reason, next_run }: Record<string, unknown>) => [rid, reason, next_run]);
  };
  assertEquals(await rows(), []);
  assertEquals(await rows("--rid", "sync#1"), [["sync#1", "it is disabled", null]]);
});
