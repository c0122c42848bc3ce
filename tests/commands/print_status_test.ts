import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const TESTMD = `[DEFAULT]
nodes = *

[fs#1]
type = flag

[task#0]
command = /bin/true
check = last_run

[task#1]
command = /bin/sleep 60
subset = s1
disable = true
`;

Deno.test("print status draws the tree with flags, statuses and labels", async () => {
  const system = fakeSystem({ config: { testmd: TESTMD } });
  assertEquals(await runAgent(["testmd", "print", "status"], system), 0);
  assertEquals(system.stdout.lines, [
    "testmd                              down",
    "`- instances",
    "   `- n1                            down       daemon down",
    "      |- fs#1              ...../.. down       fs.flag",
    "      |- task#0            ...O./.. n/a        /bin/true",
    "      `- task:s1",
    "         `- task#1         ..DO./.. n/a        /bin/sleep 60",
  ]);
});

Deno.test("print status shows the last runs by hand and on schedule, and that a failed one makes it warn", async () => {
  const system = fakeSystem({
    config: { testmd: TESTMD },
    programs: { "/bin/true": { code: 3, durationMs: 2_000 } },
  });
  await runAgent(["testmd", "run", "--rid", "task#0", "--cron"], system);
  await runAgent(["testmd", "run", "--rid", "task#0"], system);

  assertEquals(await runAgent(["testmd", "print", "status"], system), 0);
  assertEquals(system.stdout.lines.slice(4, 8), [
    "      |- task#0            ...O./.. down       /bin/true",
    "      |                                        error: last run ended with code 3",
    "      |                                        last run on schedule: 2026-03-02 10:00:00, code 3, took 2 s, exit code 3",
    "      |                                        last run by hand: 2026-03-02 10:00:02, code 3, took 2 s, exit code 3",
  ]);
  system.stdout.clear();
  await runAgent(["testmd", "print", "status", "--format", "json"], system);
  const [status] = JSON.parse(system.stdout.text);
  assertEquals([status.avail, status.optional, status.overall], ["down", "down", "warn"]);
  assertEquals(status.status_group, { fs: "down", task: "down" });
  const task = status.resources["task#0"];
  assertEquals(task.log, ["error: last run ended with code 3"]);
  assertEquals([task.last_run.origin, task.last_run.duration, task.last_manual_run.origin], [
    "scheduler",
    2,
    "user",
  ]);
  assertEquals(status.problems, [{ rid: "task#0", level: "error", text: "last run ended with code 3" }]);
});

Deno.test("print status flags a running task, and names the run", async () => {
  const system = fakeSystem({
    config: { testmd: TESTMD },
    programs: { "/bin/true": { durationMs: 60_000 } },
  });
  const run = startAgent(["testmd", "run", "--rid", "task#0"], system);
  await system.clock.advance(1_000);

  await startAgent(["testmd", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "|- task#0            R..O./.. n/a        /bin/true");
  assertStringIncludes(system.stdout.text, "info: 1/1 max parallel runs reached");
  system.stdout.clear();
  await startAgent(["testmd", "print", "status", "--format", "json"], system);
  const [status] = JSON.parse(system.stdout.text);
  assertEquals(status.running.map((each: { rid: string }) => each.rid), ["task#0"]);
  assertEquals(await system.clock.runUntil(run), 0);
});

Deno.test("print status tells of a run whose agent is gone", async () => {
  const system = fakeSystem({ config: { testmd: TESTMD } });
  const record = {
    session_id: "s",
    pid: 999,
    start_time: 1,
    boot_id: system.host.bootId,
    at: "2026-03-02T09:00:00.000Z",
  };
  system.files.put("/var/lib/agent/svc/testmd/task#0/run/999", `s\n${JSON.stringify(record)}\n`);
  await runAgent(["testmd", "print", "status"], system);
  assertStringIncludes(
    system.stdout.text,
    "warn: the agent 999 that ran it since 2026-03-02T09:00:00.000Z is gone: nobody saw how it ended",
  );
});

Deno.test("print status shows what is broken or not trusted with the reason, and exits 0", async () => {
  const system = fakeSystem({ config: { bad: "[task#0]\nnonsense\n", testmd: TESTMD } });
  system.files.change("/etc/agent/testmd.conf", { mode: 0o666 });
  assertEquals(await runAgent(["*", "print", "status"], system), 0);
  assertStringIncludes(system.stdout.text, "undef      warn, broken configuration, daemon down");
  assertStringIncludes(system.stdout.text, "error: Cannot read the configuration at line 2");
  assertStringIncludes(system.stdout.text, "undef      warn, not trusted, daemon down");
  assertStringIncludes(system.stdout.text, "may be written by others");

  assertEquals(await runAgent(["bad", "print", "status"], system), 0);
});

Deno.test("print status names schedules and settings of tasks that cannot be read, with the line", async () => {
  const config = "[task#0]\ncommand = a\nschedule = 25:00\n[task#1]\ncommand = a\ntimeout = abc\n";
  const system = fakeSystem({ config: { svc1: config } });
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  const [{ problems, overall }] = JSON.parse(system.stdout.text);
  assertEquals(problems.map(({ rid }: { rid: string }) => rid), ["task#0", "task#1"]);
  assertStringIncludes(problems[0].text, "hour 25");
  assertStringIncludes(problems[1].text, "Cannot use task#1.timeout at line 6");
  assertEquals(overall, "warn");
});

Deno.test("print status tells of a state_dir that is missing, of other nodes, and of what is not provisioned", async () => {
  const config =
    "[DEFAULT]\nnodes = n2\nstate_dir = /srv/state\npriority = 10\n[fs#1]\ntype = flag\n[fs#2]\ntype = flag\n";
  const system = fakeSystem({ config: { svc1: config } });
  system.files.put("/var/lib/agent/svc/svc1/fs#1/provisioned", "true");
  system.files.put("/var/lib/agent/svc/svc1/fs#2/provisioned", "false");
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "warn, part-provisioned, p10, daemon down");
  assertStringIncludes(system.stdout.text, "warn: this node, n1, is in neither nodes nor drpnodes");
  assertStringIncludes(system.stdout.text, "warn: state_dir /srv/state is not there");
  assertStringIncludes(system.stdout.text, "|- fs#1              ........ down");
  assertStringIncludes(system.stdout.text, "`- fs#2              .....P.. down");
});

Deno.test("print status warns of a state_dir that is missing where the service is up, and not where it is down", async () => {
  const config = "[DEFAULT]\nnodes = n1 n2\nstate_dir = /srv/state\n[fs#1]\ntype = flag\n";
  const look = async (files: Record<string, string>) => {
    const system = fakeSystem({ config: { svc1: config }, files });
    await runAgent(["svc1", "print", "status", "--format", "json"], system);
    const [{ avail, overall, problems }] = JSON.parse(system.stdout.text);
    return [avail, overall, problems.map(({ text }: { text: string }) => text.slice(0, 20))];
  };
  assertEquals(await look({}), ["down", "down", []]);
  const flag = { "/run/agent/svc/svc1/fs#1.flag": "" };
  assertEquals(await look(flag), ["up", "warn", ["state_dir /srv/state"]]);
  assertEquals(await look({ ...flag, "/srv/state/.keep": "" }), ["up", "up", []]);
});
