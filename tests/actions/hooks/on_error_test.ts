/** `on_error` is waited for, at each failure, as it always was; but not for ever. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Program } from "../../fakes/processes.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { logOf, runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const TASK = "[task#0]\ncommand = /bin/main\non_error = /bin/hook\n";

function programs(hook: Program = {}) {
  return { "*": {}, "/bin/main": { code: 3 }, "/bin/hook": hook };
}

const limits: { what: string; more: string; seconds: number }[] = [
  { what: "ten minutes", more: "", seconds: 600 },
  { what: "the timeout of the task", more: "timeout = 5s\n", seconds: 5 },
  {
    what: "hook_timeout, whatever the timeout of the task",
    more: "timeout = 5s\nhook_timeout = 7s\n",
    seconds: 7,
  },
];

for (const { what, more, seconds } of limits) {
  Deno.test(`on_error that hangs is waited for as long as ${what}, and the run keeps its code`, async () => {
    const { system, exitCode } = await runService(TASK + more, [], {
      programs: programs({ durationMs: Infinity }),
    });
    assertEquals(exitCode, 3);
    const took = system.clock.now() - Date.parse("2026-03-02T10:00:00Z");
    assertEquals(Math.floor(took / 1000), seconds);
    assertStringIncludes(logOf(system).join("\n"), `[124]: timeout after ${seconds} seconds`);
    assertEquals(system.processes.running, []);
  });
}

Deno.test("on_error that cannot be called does not change what became of the run", async () => {
  const system = fakeSystem({
    config: { svc1: TASK },
    programs: programs({ error: new Error("No such file") }),
  });
  assertEquals(await runAgent(["svc1", "run"], system), 3);
});

Deno.test("on_error is called at each failure, unless hook_interval is set", async () => {
  const calls = async (more: string) => {
    const system = fakeSystem({ config: { svc1: TASK + more }, programs: programs() });
    for (let i = 0; i < 3; i++) {
      await runAgent(["svc1", "run"], system);
      await system.clock.advance(1_000);
    }
    await system.clock.advance(60_000);
    await runAgent(["svc1", "run"], system);
    const hooks = system.processes.started.filter(({ argv }) => argv.at(-1) === "/bin/hook");
    return hooks.map(({ env }) => env["AGENT_X_OPENSVC_HOOK_SUPPRESSED"]);
  };
  assertEquals(await calls(""), ["0", "0", "0", "0"]);
  assertEquals(await calls("hook_interval = 1m\n"), ["0", "2"]);
});

Deno.test("on_error is called after the last attempt only, and told how many there were", async () => {
  const { system, commands } = await runService(`${TASK}retry = 2\n`, ["--cron"], { programs: programs() });
  assertEquals(commands, ["/bin/main", "/bin/main", "/bin/main", "/bin/hook"]);
  const { env } = system.processes.started[3]!;
  assertEquals(
    ["HOOK", "EXITCODE", "ATTEMPT", "ELAPSED"].map((name) => env[`AGENT_X_OPENSVC_${name}`]),
    ["on_error", "3", "3", "30"],
  );
});

Deno.test("on_error is called for a run that a blocking trigger kept from its command", async () => {
  const config = `${TASK}blocking_pre_run = /bin/main\n`;
  const { commands } = await runService(config, [], { programs: programs() });
  assertEquals(commands, ["/bin/main", "/bin/hook"]);
});
