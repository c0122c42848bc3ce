/** `on_late`, `on_long` and `on_skip` of one run: when they are called, what they are told, and that they harm nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Programs } from "../../fakes/processes.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, type Ran, runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";
import type { FakeSystem } from "../../fakes/system.ts";

const LONG = "[task#0]\ncommand = /bin/main\non_long = /bin/hook\nlong_after = 1m\n";

/** What a hook was told: its variables, by the end of their names. */
function toldTo({ processes }: FakeSystem, command: string, ...names: string[]): (string | undefined)[] {
  const started = processes.started.find(({ argv }) => argv.join(" ").endsWith(command));
  return names.map((name) => started?.env[`AGENT_X_OPENSVC_${name}`]);
}

function runLong(seconds: number, hook: Programs[string] = {}, more = ""): Promise<Ran> {
  const programs = { "*": {}, "/bin/main": { durationMs: seconds * 1000 }, "/bin/hook": hook };
  return runService(LONG + more, [], { programs });
}

Deno.test("on_long is called once, while the run goes on, as the user of the task", async () => {
  const { system, exitCode, commands } = await runLong(300, { stdout: "hello\n" }, "user = admin\n");
  assertEquals([exitCode, commands], [0, ["/bin/main", "/bin/hook"]]);
  const [main, hook] = system.processes.started;
  assertEquals([hook!.at - main!.at, hook!.argv[0]], [60_000, "/usr/bin/setpriv"]);
  assertEquals(
    toldTo(system, "/bin/hook", "HOOK", "ELAPSED", "ATTEMPT", "HOOK_SUPPRESSED", "REASON", "RID"),
    ["on_long", "60", "1", "0", "still running after 60 s", "task#0"],
  );
  assertStringIncludes(
    logOf(system).join("\n"),
    "task#0 INFO on_long: /bin/hook\ntask#0 INFO on_long | hello",
  );
});

Deno.test("on_long is not called for a run that is not long, and leaves no timer", async () => {
  const { system, commands } = await runLong(59);
  assertEquals([commands, system.clock.sleeping], [["/bin/main"], 0]);
});

Deno.test("on_long needs long_after", async () => {
  const programs = { "*": {}, "/bin/main": { durationMs: 3_600_000 } };
  const { commands } = await runService("[task#0]\ncommand = /bin/main\non_long = /bin/hook\n", [], {
    programs,
  });
  assertEquals(commands, ["/bin/main"]);
});

Deno.test("on_long has a run of its own: its end ends nothing of the task, and the other way round", async () => {
  const { system } = await runLong(300);
  const [main, hook] = system.processes.started.map(({ env }) => env["AGENT_X_OPENSVC_RUN_ID"]);
  assertEquals(main !== undefined && hook !== undefined && main !== hook, true);
});

const harmless: { what: string; hook: Programs[string]; more?: string; tookMs: number; says: string }[] = [
  {
    what: "fails",
    hook: { code: 9 },
    tookMs: 300_000,
    says: "WARNING on_long: /bin/hook non-blocking error [9]",
  },
  {
    what: "cannot start",
    hook: { error: new Error("No such file or directory") },
    tookMs: 300_000,
    says: "WARNING on_long: /bin/hook non-blocking error [127]: No such file or directory",
  },
  {
    what: "hangs",
    hook: { durationMs: Infinity },
    tookMs: 300_000,
    says: "non-blocking error [124]: timeout after 30 s",
  },
  {
    what: "hangs, ignores TERM and outlives the run",
    hook: { durationMs: Infinity, ignoresTerm: true },
    more: "hook_timeout = 20m\n",
    tookMs: 1_270_000,
    says: "non-blocking error [124]: timeout after 1200 s",
  },
];

for (const { what, hook, more, tookMs, says } of harmless) {
  Deno.test(`a hook that ${what} does not change the run, nor when that is over`, async () => {
    const { system, exitCode } = await runLong(300, hook, more);
    assertEquals(exitCode, 0);
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals(Date.parse(last.ended_at) - Date.parse(last.at), 300_000);
    const took = system.clock.now() - Date.parse("2026-03-02T10:00:00Z");
    assertEquals(took - took % 1_000, tookMs, "the process does not end before its hooks did");
    assertStringIncludes(logOf(system).join("\n"), says);
    assertEquals(system.processes.running, []);
  });
}

Deno.test("an interrupt ends the hooks that a run by hand left behind, without changing its exit code", async () => {
  const programs = {
    "*": {},
    "/bin/main": { durationMs: 90_000, code: 3 },
    "/bin/hook": { durationMs: Infinity, ignoresTerm: true },
  };
  const system = fakeSystem({ config: { svc1: `${LONG}hook_timeout = 1h\n` }, programs });
  const exit = startAgent(["svc1", "run"], system);
  await system.clock.advance(120_000);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(exit), 3);
  assertEquals(system.clock.now() - Date.parse("2026-03-02T10:02:00Z") < 10_000, true);
  assertEquals(system.processes.running, []);
});

Deno.test("a hook whose files cannot be written is called all the same", async () => {
  const system = fakeSystem({
    config: { svc1: LONG },
    programs: { "*": {}, "/bin/main": { durationMs: 90_000 } },
  });
  const { replace } = system.files;
  system.files.replace = (path, ...rest) =>
    path.includes("/hooks/")
      ? Promise.reject(new Error("No space left"))
      : replace.call(system.files, path, ...rest);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(commandsOf(system), ["/bin/main", "/bin/hook"]);
  assertStringIncludes(
    logOf(system).join("\n"),
    "WARNING on_long: its calls cannot be counted: No space left",
  );
});

Deno.test("a hook is held back within hook_interval, also in another process, and the next one is told", async () => {
  const system = fakeSystem({
    config: { svc1: `${LONG}hook_interval = 10m\n` },
    programs: { "*": {}, "/bin/main": { durationMs: 180_000 } },
  });
  for (let i = 0; i < 4; i++) await runAgent(["svc1", "run"], system);
  assertEquals(commandsOf(system).filter((command) => command === "/bin/hook").length, 1);
  await system.clock.advance(60_000);
  system.processes.started.length = 0;
  await runAgent(["svc1", "run"], system);
  assertEquals(toldTo(system, "/bin/hook", "HOOK_SUPPRESSED"), ["3"]);
});

Deno.test("a hook that still runs for the task is not started again", async () => {
  const hook = { durationMs: 600_000 };
  const programs = { "*": {}, "/bin/main": { durationMs: 120_000 }, "/bin/hook": hook };
  const config = `${LONG}hook_timeout = 1h\nhook_interval = 0\nmax_parallel = 2\n`;
  const system = fakeSystem({ config: { svc1: config }, programs });
  const first = startAgent(["svc1", "run"], system);
  await system.clock.advance(150_000);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(commandsOf(system), ["/bin/main", "/bin/hook", "/bin/main"]);
  assertStringIncludes(logOf(system).join("\n"), "INFO on_long: held back: its last call still runs");
  assertEquals(await system.clock.runUntil(first), 0);
});

Deno.test("run --cron calls on_skip when the agent refuses it, and not by hand", async () => {
  const config = {
    svc1: "[DEFAULT]\nstate_dir = /srv/gone\n[task#0]\ncommand = /bin/main\non_skip = /bin/hook\n",
  };
  const options = { config, programs: { "*": {} } };
  const byHand = fakeSystem(options);
  assertEquals([await runAgent(["svc1", "run"], byHand), commandsOf(byHand)], [1, []]);
  const system = fakeSystem(options);
  assertEquals(await runAgent(["svc1", "run", "--cron"], system), 1);
  assertEquals(toldTo(system, "/bin/hook", "HOOK", "CAUSE", "REASON"), [
    "on_skip",
    "memory",
    "state_dir /srv/gone is not there, so nothing would remember the run",
  ]);
});

Deno.test("run --cron calls on_skip for an unmet requirement only when that is wanted", async () => {
  const config = (more: string) =>
    `[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/main\nrun_requires = fs#1\non_skip = /bin/hook\n${more}`;
  const started = async (more: string) =>
    (await runService(config(more), ["--cron"], { programs: { "*": {} } })).commands;
  assertEquals(await started(""), []);
  assertEquals(await started("on_skip_unmet = true\n"), ["/bin/hook"]);
});

Deno.test("on_skip of a task whose user does not exist cannot be called: a warning", async () => {
  const config = "[task#0]\ncommand = /bin/main\nuser = nosuch\non_skip = /bin/hook\n";
  const { system, exitCode, commands } = await runService(config, ["--cron"], { programs: { "*": {} } });
  assertEquals([exitCode, commands], [1, []]);
  assertStringIncludes(
    logOf(system).join("\n"),
    "WARNING on_skip: /bin/hook non-blocking error [1]: Cannot find user",
  );
});
