import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CollectorMessage } from "../../../src/core/collector/message.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { withDaemon } from "../../fakes/run_daemon.ts";
import { runService } from "../../fakes/run_service.ts";
import { COLLECTOR_NODE, spooledOf } from "../../fakes/spooled.ts";
import type { FakeOptions } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const TASK = "[task#0]\ncommand = /bin/job\n";
const PROGRAMS = { "/bin/job": { stdout: "hello\n", stderr: "careful\n", durationMs: 2_000 } };
const SPOOL = "/var/lib/agent/node/collector/spool";

function run(config: string, args: readonly string[] = [], options: FakeOptions & { node?: string } = {}) {
  const { node = COLLECTOR_NODE, ...rest } = options;
  const files = { "/etc/agent/node.conf": node };
  return runService(config, args, { programs: PROGRAMS, files, ...rest });
}

function linesOf({ body }: CollectorMessage): string[] {
  const lines = body["lines"] as { status: string; status_log: string }[];
  return lines.map(({ status, status_log }) => `${status} ${status_log}`);
}

Deno.test("a run by hand is one complete message: begin, end, what was asked for, and every line", async () => {
  const { system, exitCode } = await run(`${TASK}subset = s1\n`, ["--rid", "task#0"]);
  assertEquals(exitCode, 0);
  const messages = spooledOf(system, "action");
  assertEquals(messages.length, 1);
  const { method, path, key, body } = messages[0]!;
  const { lines, session_uuid, ...rest } = body;
  assertEquals([method, path], ["PUT", "/api/instance/action"]);
  assertEquals(key, `action:svc1:task#0:${session_uuid}`);
  const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
  assertEquals(session_uuid, last.session_id);
  assertEquals(rest, {
    path: "svc1",
    action: "run",
    argv: ["svc1", "run", "--rid", "task#0"],
    pid: String(system.processes.self.pid),
    rids: "task#0",
    origin: "user",
    version: "3.0.0",
    cron: false,
    begin: "2026-03-02T10:00:00Z",
    end: "2026-03-02T10:00:02Z",
    status: "ok",
    status_log: "",
  });
  assertEquals(linesOf(messages[0]!), ["ok /bin/job", "ok | hello", "warn | careful"]);
  assertEquals(
    (lines as { subset: string; rid: string }[]).map(({ rid, subset }) => `${rid} ${subset}`)[0],
    "task#0 s1",
  );
});

Deno.test("the begin is there while the command runs", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}schedule = @1h\n` },
    files: { "/etc/agent/node.conf": COLLECTOR_NODE },
    programs: PROGRAMS,
  });
  system.http.reply = "refused";
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    const [begin] = spooledOf(system, "action");
    assertEquals([begin?.method, begin?.body["cron"], begin?.body["origin"]], ["POST", true, "scheduler"]);
    assertEquals([begin?.body["end"], begin?.body["lines"]], [undefined, undefined]);
    await daemon.advance(5);
    const [end, ...others] = spooledOf(system, "action");
    assertEquals([end?.key, end?.method, others], [begin?.key, "PUT", []]);
    assertEquals(end?.body["argv"], ["svc1", "run", "--rid", "task#0", "--cron"]);
  });
});

Deno.test("a begin that the collector has is followed by its end", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}schedule = @1h\n` },
    files: { "/etc/agent/node.conf": COLLECTOR_NODE },
    programs: PROGRAMS,
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(10);
    const asked = system.http.asked.filter(({ url }) => url.endsWith("/api/instance/action"));
    assertEquals(asked.map(({ method }) => method), ["POST", "PUT"]);
    const [begin, end] = asked.map(({ body }) => JSON.parse(body!));
    for (const name of ["path", "pid", "session_uuid", "begin"]) assertEquals(begin[name], end[name], name);
  });
});

const ends: readonly [edge: string, config: string, code: number, status: string, log: string][] = [
  ["a failure", TASK, 3, "err", "exit code 3"],
  ["a code that retcodes maps to warn", `${TASK}retcodes = 0:up 3:warn\n`, 3, "warn", ""],
  ["a blocking trigger that fails", `${TASK}blocking_pre_run = /bin/false\n`, 0, "err", "blocking_pre_run"],
];

for (const [edge, config, code, status, log] of ends) {
  Deno.test(`${edge} ends with ${status}`, async () => {
    const programs = { "/bin/job": { code }, "/bin/false": { code: 1 } };
    const { system } = await run(config, [], { programs });
    const [message] = spooledOf(system, "action");
    assertEquals(message?.body["status"], status);
    assertStringIncludes(String(message?.body["status_log"]), log);
  });
}

Deno.test("each of several tasks has a report of its own, told apart from the others", async () => {
  const { system } = await run(`${TASK}[task#1]\ncommand = /bin/job\n`);
  const messages = spooledOf(system, "action");
  assertEquals(messages.map(({ body }) => body["rids"]), ["task#0", "task#1"]);
  assertEquals(new Set(messages.map(({ body }) => body["session_uuid"])).size, 2);
  for (const message of messages) assertEquals(linesOf(message).length, 3);
});

Deno.test("no value of --env and no argument of the command travels", async () => {
  const config = "[task#0]\ncommand = /bin/job {env.token}\n[env]\ntoken = none\n";
  const args = ["--env", "token=hunter2hunter2", "--", "--password=tiger99"];
  const programs = {
    "/bin/job hunter2hunter2 --password=tiger99": { stdout: "it is hunter2hunter2\n" },
  };
  const { system } = await run(config, args, { programs });
  const [message] = spooledOf(system, "action");
  const text = JSON.stringify(message);
  assertEquals([text.includes("hunter2"), text.includes("tiger99")], [false, false]);
  const argv = ["svc1", "run", "--rid", "task#0", "--env", "token=xxxx", "--", "xxxx"];
  assertEquals(message?.body["argv"], argv);
  assert(linesOf(message!).includes("ok | it is xxxx"), text);
});

Deno.test("no value of --env is in the reason of a failure", async () => {
  const config = "[task#0]\ncommand = {env.program}\n[env]\nprogram = none\n";
  const { system } = await run(config, ["--env", "program=/bin/hunter2hunter2"], {
    programs: { "/bin/hunter2hunter2": { error: new Error("no such file: /bin/hunter2hunter2") } },
  });
  const [message] = spooledOf(system, "action");
  const text = JSON.stringify(message);
  assertEquals([message?.body["status"], text.includes("hunter2")], ["err", false], text);
  assertStringIncludes(String(message?.body["status_log"]), "xxxx");
});

Deno.test("a refused or skipped run is no run: nothing is told of it", async () => {
  const { system, exitCode } = await run(`${TASK}run_requires = fs#1\n[fs#1]\ntype = flag\n`);
  assertEquals([exitCode, spooledOf(system, "action")], [1, []]);
});

const silent: readonly [edge: string, node: string, args: readonly string[], count: number][] = [
  ["dblog = false", `${COLLECTOR_NODE}dblog = false\n`, [], 0],
  ["dblog = false, as the scheduler", `${COLLECTOR_NODE}dblog = false\n`, ["--cron"], 0],
  ["dblogcron = false, as the scheduler", `${COLLECTOR_NODE}dblogcron = false\n`, ["--cron"], 0],
  ["dblogcron = false, by hand", `${COLLECTOR_NODE}dblogcron = false\n`, [], 1],
  ["no collector", "[node]\nname = n1\n", [], 0],
];

for (const [edge, node, args, count] of silent) {
  Deno.test(`${edge}: ${count} reports of a run`, async () => {
    const { system, exitCode } = await run(TASK, args, { node });
    assertEquals([exitCode, spooledOf(system, "action").length], [0, count]);
    if (count === 0) assertEquals(system.files.paths.filter((path) => path.includes("collector")), []);
  });
}

Deno.test("a spool that cannot be written is one warning, and changes nothing of the run", async () => {
  const system = fakeSystem({
    config: { svc1: TASK },
    files: { "/etc/agent/node.conf": COLLECTOR_NODE },
    programs: PROGRAMS,
    environment: {},
  });
  system.files.breakAt(`${SPOOL}/action`, new Error("No space left on device"));
  const spooled = system.files.replace.bind(system.files);
  system.files.replace = (path, ...rest) =>
    path.includes("/collector/")
      ? Promise.reject(new Error("No space left on device"))
      : spooled(path, ...rest);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(system.stderr.text.split("the collector is not told of the run: No space left").length, 2);
});

Deno.test("what a run has a collector for costs one small file more", async () => {
  const written = async (node: string) => {
    const { system } = await run(TASK, [], { node });
    return system.files.paths.filter((path) => path.startsWith("/var/lib/agent/node/"));
  };
  assertEquals(await written("[node]\nname = n1\n"), []);
  const files = await written(COLLECTOR_NODE);
  assertEquals(files.filter((path) => path.includes("/spool/action/")).length, 1);
});

Deno.test("the end of a run comes whose agent was killed, by whoever finds it", async () => {
  const record = {
    session_id: "5f2c8c3e-6f0b-4b8c-9f0e-0d9f4c1b2a3d",
    pid: 400,
    start_time: 3_400,
    at: "2026-03-02T09:00:00.000Z",
    planned_at: "2026-03-02T09:00:00.000Z",
    origin: "scheduler",
    user: "root",
  };
  const system = fakeSystem({ config: { svc1: TASK }, files: { "/etc/agent/node.conf": COLLECTOR_NODE } });
  const text = JSON.stringify({ ...record, boot_id: system.host.bootId });
  system.files.put("/var/lib/agent/svc/svc1/task#0/run/400", `${record.session_id}\n${text}\n`);
  const sid = `sid:${record.session_id} n:n1 o:svc1 r:task#0 sc:y`;
  system.files.put(
    "/var/log/agent/svc1.log",
    `2026-03-02 09:00:00,100 INFO ${sid} | /bin/job\n2026-03-02 09:00:01,000 INFO ${sid} | | half\n` +
      `2026-03-02 09:00:01,000 INFO ${sid.replace("5f2c", "aaaa")} | | another\n`,
  );
  system.http.reply = "refused";
  await withDaemon(system, (daemon) => daemon.advance(1));
  const [message, ...others] = spooledOf(system, "action");
  assertEquals(others, []);
  const { begin, pid, session_uuid, status, cron, end } = message!.body;
  assertEquals([begin, pid, session_uuid], ["2026-03-02T09:00:00Z", "400", record.session_id]);
  assertEquals([message!.method, status, cron, typeof end], ["PUT", "err", true, "string"]);
  assertEquals(message!.body["status_log"], "the agent was ended before the command");
  assertEquals(linesOf(message!), ["ok /bin/job", "ok | half"]);
});
