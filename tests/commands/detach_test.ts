import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Background } from "../fakes/other_agent.ts";
import { startBackgrounds } from "../fakes/other_agent.ts";
import { runAgent, startAgent } from "../fakes/run_agent.ts";
import { commandsOf, logOf } from "../fakes/run_service.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../fakes/system.ts";

const JOB = "[task#0]\ncommand = /bin/job\n";
const PROGRAMS = { "*": {}, "/bin/job": { durationMs: 10_000 }, "/bin/fails": { code: 3 } };

interface Bench {
  readonly system: FakeSystem;
  readonly backgrounds: Background[];
  run(...args: string[]): Promise<number>;
}

function bench(config: string, options: FakeOptions = {}): Bench {
  const system = fakeSystem({ config: { svc1: config }, programs: PROGRAMS, ...options });
  const backgrounds = startBackgrounds(system);
  return { system, backgrounds, run: (...args) => runAgent(["svc1", "run", ...args], system) };
}

function sessionOf({ stdout }: FakeSystem): string {
  return stdout.text.trim();
}

function record(system: FakeSystem, session: string) {
  return JSON.parse(system.files.read(`/run/agent/sessions/${session}.json`)!);
}

Deno.test("run --detach prints the session and leaves, while the run goes on in the background", async () => {
  const { system, backgrounds, run } = bench(JOB);
  const start = system.clock.now();
  assertEquals(await run("--detach"), 0);
  assert(system.clock.now() - start < 1_000);
  const session = sessionOf(system);
  assertMatch(session, /^[0-9a-f-]{36}$/);
  const [child] = backgrounds;
  assertEquals(child!.argv, ["/usr/bin/agent", "svc1", "run"]);
  assertEquals(child!.outputFile, "/dev/null");
  assertEquals(record(system, session).exit_code, null);
  assertEquals(await system.clock.runUntil(child!.ended), 0);
  assertEquals(commandsOf(system), ["/bin/job"]);
  const history = system.files.read("/var/lib/agent/svc/svc1/task#0/history.jsonl")!;
  assertEquals([JSON.parse(history).session_id, JSON.parse(history).origin], [session, "user"]);
  const { exit_code, results, tasks } = record(system, session);
  assertEquals([exit_code, results.length, tasks], [0, 1, [{ path: "svc1", rid: "task#0" }]]);
});

Deno.test("run --detach refuses an interactive task before anything is asked, and leaves it out with --cron", async () => {
  const config = `[task#client]\ncommand = /bin/sh\ninteractive = true\nconfirmation = true\n${JOB}`;
  const isTerminal = { stdin: true, stdout: true, stderr: true };
  const { system, backgrounds, run } = bench(config, { isTerminal, environment: { NO_COLOR: "1" } });
  assertEquals(await run("--detach"), 1);
  assertEquals([backgrounds.length, system.prompt.questions], [0, []]);
  assertEquals(system.stderr.text, "agent: Cannot detach the run: task#client of svc1 is interactive\n");
  assertEquals(await run("--detach", "--cron"), 0);
  await system.clock.runUntil(backgrounds[0]!.ended);
  assertEquals(commandsOf(system), ["/bin/job"]);
});

Deno.test("run --detach --format json tells the session, the agent in the background, and the tasks", async () => {
  const { system, backgrounds, run } = bench(JOB);
  await run("--detach", "--format", "json");
  const [row] = JSON.parse(system.stdout.text);
  assertEquals([row.pid, row.tasks], [5_000, [{ path: "svc1", rid: "task#0" }]]);
  assertMatch(row.session_id, /^[0-9a-f-]{36}$/);
  await system.clock.runUntil(backgrounds[0]!.ended);
});

Deno.test("run --detach hands all flags on, and no value of --env in an argument", async () => {
  const { system, backgrounds, run } = bench(
    "[task#0]\ncommand = /bin/echo\nenvironment = B={env.PASS}\ntags = x\n",
  );
  const flags = ["--rid", "task", "--tags=x", "--force", "--waitlock", "2m", "--env", "PASS=s3cret"];
  assertEquals(await run("--detach", ...flags, "--root", "/", "--", "a b", "--detach"), 4);
  assertEquals(await run("--detach", ...flags, "--", "a b", "--detach"), 0, system.stderr.text);
  const [child] = backgrounds;
  assertEquals(child!.argv.slice(1), [
    "svc1",
    "run",
    "--rid=task",
    "--tags=x",
    "--force=true",
    "--waitlock=120",
    "--",
    "a b",
    "--detach",
  ]);
  await system.clock.runUntil(child!.ended);
  assertEquals(commandsOf(system), ["/bin/echo a b --detach"]);
  const { env } = system.processes.started[0]!;
  assertEquals([env["AGENT_X_PASS"], env["AGENT_X_B"]], ["s3cret", "s3cret"]);
  assertEquals(Object.keys(env).filter((name) => name.endsWith("AGENT_DETACHED")), []);
});

Deno.test("run --detach asks before it leaves, and the run in the background does not ask again", async () => {
  const { system, backgrounds, run } = bench(`${JOB}confirmation = true\n`, { answers: ["yes"] });
  assertEquals(await run("--detach"), 0);
  assertStringIncludes(system.stdout.text, "Do you really want to run task#0 (yes/no) > ");
  assertEquals(backgrounds[0]!.argv.at(-1), "--confirm");
  assertEquals(await system.clock.runUntil(backgrounds[0]!.ended), 0);
  assertEquals([commandsOf(system), system.prompt.questions.length], [["/bin/job"], 1]);
});

Deno.test("a no to a question of run --detach starts nothing", async () => {
  const { system, backgrounds, run } = bench(`${JOB}confirmation = true\n`, { answers: ["no"] });
  assertEquals(await run("--detach"), 1);
  assertEquals([backgrounds, commandsOf(system)], [[], []]);
  assertStringIncludes(system.stderr.text, "run aborted");
});

const refused: { what: string; config: string; args?: string[]; code: number; says: string }[] = [
  { what: "no such task", config: JOB, args: ["--rid", "task#9"], code: 4, says: "task#9 names no resource" },
  {
    what: "a disabled task",
    config: `${JOB}disable = true\n`,
    args: ["--rid", "task#0"],
    code: 1,
    says: "disabled",
  },
  {
    what: "a requirement",
    config: `${JOB}run_requires = fs#1\n[fs#1]\ntype = flag\n`,
    code: 1,
    says: "requires on resource fs#1",
  },
  { what: "an unknown user", config: `${JOB}user = nosuch\n`, code: 1, says: "nosuch" },
  { what: "a value that cannot be read", config: `${JOB}timeout = soon\n`, code: 3, says: "soon" },
  { what: "--dry-run", config: JOB, args: ["--dry-run"], code: 2, says: "--detach with --dry-run" },
  {
    what: "arguments for several tasks",
    config: `${JOB}[task#1]\ncommand = /bin/b\n`,
    args: ["--", "x"],
    code: 1,
    says: "expected exactly one",
  },
  {
    what: "one of two tasks",
    config: `${JOB}[task#1]\ncommand = /bin/b\nuser = nosuch\n`,
    code: 1,
    says: "nothing was started",
  },
];

for (const { what, config, args = [], code, says } of refused) {
  Deno.test(`run --detach sees beforehand, and starts nothing: ${what}`, async () => {
    const { system, backgrounds, run } = bench(config);
    assertEquals(await run("--detach", ...args), code);
    assertEquals([backgrounds, commandsOf(system), system.stdout.text], [[], [], ""]);
    assertStringIncludes(system.stderr.text, says);
  });
}

Deno.test("run --detach sees a slot that is taken, unless it is to wait for it", async () => {
  const { system, backgrounds, run } = bench(JOB);
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  assertEquals(await startAgent(["svc1", "run", "--detach"], system), 1);
  assertStringIncludes(system.stderr.text, "1 of 1 taken");
  assertEquals(await run("--detach", "--waitlock", "1m"), 0);
  assertEquals(await system.clock.runUntil(Promise.all([first, backgrounds[0]!.ended])), [0, 0]);
  assertEquals(commandsOf(system), ["/bin/job", "/bin/job"]);
});

Deno.test("run --detach of nothing is no failure, and starts nothing", async () => {
  const { system, backgrounds, run } = bench(`${JOB}disable = true\n`);
  assertEquals(await run("--detach"), 0);
  assertEquals([backgrounds, system.stdout.text], [[], ""]);
  assert(logOf(system).includes("INFO no task to run"));
});

Deno.test("run --detach refuses a file as input, which would be lost", async () => {
  const { system, backgrounds, run } = bench(JOB, { files: { "/tmp/dump.sql": "data" } });
  system.files.link("/proc/self/fd/0", "/tmp/dump.sql");
  assertEquals(await run("--detach"), 1);
  assertStringIncludes(system.stderr.text, "/tmp/dump.sql is its input, which cannot be handed on");
  assertEquals(backgrounds, []);
});

Deno.test("run --detach tells when the agent in the background does not come up", async () => {
  for (const durationMs of [50, Infinity]) {
    const programs = { ...PROGRAMS, "/usr/bin/agent svc1 run": { durationMs, code: 1 } };
    const system = fakeSystem({ config: { svc1: JOB }, programs });
    assertEquals(await runAgent(["svc1", "run", "--detach"], system), 1);
    assertStringIncludes(system.stderr.text, "the agent in the background did not come up");
    assertEquals([system.stdout.text, system.processes.running], ["", []]);
  }
});

Deno.test("a detached run that fails, or is stopped, has that on record", async () => {
  const { system, backgrounds, run } = bench(JOB.replace("job", "fails"));
  await run("--detach");
  assertEquals(await system.clock.runUntil(backgrounds[0]!.ended), 3);
  assertEquals(record(system, sessionOf(system)).exit_code, 3);

  const stopped = bench(JOB);
  await stopped.run("--detach");
  await stopped.system.clock.advance(1_000);
  stopped.system.signals.send("SIGTERM");
  assertEquals(await stopped.system.clock.runUntil(stopped.backgrounds[0]!.ended), 143);
  assertEquals(record(stopped.system, sessionOf(stopped.system)).exit_code, 143);
});

Deno.test("what is no hand-over is not taken for one", async () => {
  for (const text of ["", "{", "null", '{"sessionId":"../x","tasks":[],"environment":{}}', '{"tasks":[]}']) {
    const { system, run } = bench(JOB, { environment: { AGENT_DETACHED: text } });
    assertEquals(await run("--env", "A=1"), 0);
    assertEquals(system.processes.started[0]!.env["AGENT_X_A"], "1");
    assertEquals(system.files.paths.filter((path) => path.includes("/sessions/")), []);
  }
});
