import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import type { FakeOptions, FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[task#0]\ncommand = /bin/job\nuser = admin\n[task#1]\ncommand = /bin/other\ntags = t\n";
const SESSION = "00000000-0000-4000-8000-000000000001";
const RUN_FOLDER = "/var/lib/agent/svc/svc1/task#0/run";

interface Shown {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service of which a task runs, for a minute and a half. */
async function running(options: FakeOptions = {}): Promise<FakeSystem> {
  const job = { durationMs: Infinity, stdout: "one\ntwo\n" };
  const system = fakeSystem({
    config: { svc1: CONFIG },
    programs: { "/bin/job": job, "/bin/other": job },
    ...options,
  });
  void startAgent(["svc1", "run", "--rid", "task#0"], system);
  await system.clock.advance(90_000);
  return system;
}

async function shown(system: FakeSystem, ...args: string[]): Promise<Shown> {
  system.stdout.clear();
  system.stderr.clear();
  const exitCode = await runAgent(args, system);
  return { exitCode, stdout: system.stdout.text, stderr: system.stderr.text };
}

async function rowsOf(system: FakeSystem, ...args: string[]) {
  return JSON.parse((await shown(system, "svc1", "ps", "--format", "json", ...args)).stdout);
}

Deno.test("ps shows a run: since when, as whom, and its last line", async () => {
  const system = await running();
  const { exitCode, stdout, stderr } = await shown(system, "svc1", "ps");
  assertEquals([exitCode, stderr], [0, ""]);
  assertEquals(stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  ")), [
    "rid  session  origin  started  elapsed  user  command  state  processes  cpu  memory  output",
    "---  -------  ------  -------  -------  ----  -------  -----  ---------  ---  ------  ------",
    "task#0  00000000  user  2026-03-02 10:00:00  1m30s  admin  101  agent  1  0.0s 0%  2.0K pss  two",
    "",
  ]);
});

Deno.test("ps --format json has the documented fields, with the processes of the whole tree", async () => {
  const system = await running();
  const { processes } = system;
  const mark = { OPENSVC_RUN_ID: processes.started[0]!.env["AGENT_X_OPENSVC_RUN_ID"]! };
  processes.adopt({ pid: 500, parent: 101, session: 101, name: "burn", cpuSeconds: 40, childCpuSeconds: 5 });
  processes.adopt({ pid: 501, name: "away", state: "R" }, mark, { facts: { uid: 1000, residentBytes: 100 } });
  processes.adopt({ pid: 502, name: "stranger" });
  const [row, ...others] = await rowsOf(system, "--tail", "5");
  assertEquals(others, []);
  const process = { parent: 101, user: "root", state: "S", cpu_seconds: 0, rss_bytes: 4096, args: null };
  assertEquals(row, {
    path: "svc1",
    rid: "task#0",
    session_id: SESSION,
    origin: "user",
    planned_at: null,
    started_at: "2026-03-02T10:00:00.000Z",
    elapsed: 90,
    user: "admin",
    agent_pid: 100,
    command_pid: 101,
    supervisor: "agent",
    process_count: 3,
    cpu_seconds: 45,
    cpu_percent: 50,
    rss_bytes: 8292,
    pss_bytes: 6144,
    output: ["one", "two"],
    processes: [
      { ...process, pid: 101, parent: 100, name: "job" },
      { ...process, pid: 500, name: "burn", cpu_seconds: 40 },
      { ...process, pid: 501, parent: 1, user: "admin", state: "R", name: "away", rss_bytes: 100 },
    ],
  });
});

Deno.test("ps shows command lines only when they are asked for, and lists processes below the table", async () => {
  const system = await running();
  system.processes.adopt({ pid: 500, parent: 101, name: "sh" }, {}, {
    facts: { argv: ["sh", "-c", "secret"] },
  });
  assertEquals((await shown(system, "svc1", "ps", "--tree")).stdout.includes("secret"), false);
  const { stdout } = await shown(system, "svc1", "ps", "--args", "--tail", "2");
  assertStringIncludes(stdout, "\ntask#0 00000000\n  pid  parent  user  state");
  assertStringIncludes(stdout, "4.0K rss  sh -c secret\n  | one\n  | two\n");
  assertEquals((await rowsOf(system, "--args"))[0].processes[1].args, ["sh", "-c", "secret"]);
});

Deno.test("ps counts shared pages for each process where the kernel does not tell more", async () => {
  const system = await running();
  system.processes.adopt({ pid: 500, parent: 101 }, {}, { facts: { proportionalBytes: undefined } });
  const [{ rss_bytes, pss_bytes }] = await rowsOf(system);
  assertEquals([rss_bytes, pss_bytes], [8192, null]);
  assertStringIncludes((await shown(system, "svc1", "ps")).stdout, "8.0K rss");
});

Deno.test("ps calls a run an orphan whose agent is gone, and finds it by its marks while a trigger runs", async () => {
  const system = await running();
  const [file] = system.files.list(RUN_FOLDER);
  const path = `${RUN_FOLDER}/${file!.name}`;
  const [id, text] = system.files.read(path)!.split("\n");
  const record = JSON.parse(text!);
  system.files.put(path, `${id}\n${JSON.stringify({ ...record, pid: 77 })}\n`);
  assertEquals((await rowsOf(system))[0].supervisor, "orphan");

  const { command_pid: _pid, command_start_time: _time, ...early } = record;
  system.files.put(path, `${id}\n${JSON.stringify(early)}\n`);
  const [name, value] = record.mark.split("=");
  system.processes.adopt({ pid: 600, parent: 100, session: 600 }, { [name]: value });
  const [row] = await rowsOf(system);
  assertEquals([row.command_pid, row.processes.map(({ pid }: { pid: number }) => pid)], [null, [101, 600]]);
});

Deno.test("ps takes nothing of a stranger who got the number of a command that is gone", async () => {
  const system = await running();
  system.processes.adopt({ pid: 101, startTime: 9_000 });
  system.processes.adopt({ pid: 500, parent: 101, session: 101, startTime: 9_001 });
  assertEquals((await rowsOf(system))[0].process_count, 0);
});

Deno.test("ps: nothing runs is no failure; data formats are empty", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  assertEquals(await shown(system, "svc1", "ps"), {
    exitCode: 0,
    stdout: "",
    stderr: "agent: nothing runs\n",
  });
  assertEquals((await shown(system, "svc1", "ps", "-q")).stderr, "");
  assertEquals(await shown(system, "svc1", "ps", "--format", "json"), {
    exitCode: 0,
    stdout: "[]\n",
    stderr: "",
  });
});

Deno.test("ps filters tasks, and names services when there are several", async () => {
  const system = await running({ config: { svc1: CONFIG, svc2: "[task#7]\ncommand = /bin/true\n" } });
  assertEquals((await rowsOf(system, "--tags", "t")).length, 0);
  assertStringIncludes((await shown(system, "*", "ps", "--rid", "task#0")).stdout, "\nsvc1  task#0");
  const missing = await shown(system, "svc1", "ps", "--rid", "task#9");
  assertEquals([missing.exitCode, missing.stderr], [
    4,
    "agent: Cannot show what runs of svc1: --rid task#9 names no task, expected one of task#0, task#1\n",
  ]);
  assertEquals((await shown(system, "nosuch", "ps")).exitCode, 4);
  assertEquals((await shown(system, "svc1", "ps", "--tail", "-1")).exitCode, 2);
});

Deno.test("ps still finds a run after its section is gone, disabled, or the configuration is broken", async () => {
  const system = await running();
  for (const text of ["[task#1]\ncommand = x\n", `[DEFAULT]\ndisable = true\n${CONFIG}`, "[task#0\n"]) {
    system.files.put("/etc/agent/svc1.conf", text);
    assertEquals((await rowsOf(system, "--rid", "task#0")).length, 1, text);
  }
  const { exitCode, stderr } = await shown(system, "svc1", "ps");
  assertEquals([exitCode, stderr.startsWith("agent: svc1: ")], [0, true], stderr);
});
