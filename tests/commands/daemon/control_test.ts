import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const BOOT = "b0000000-0000-4000-8000-000000000001";
const RECORD = "/run/agent/daemon.json";

/** A host on which `agent daemon run` comes up and runs until it is signalled. */
function hostOf(program: { durationMs?: number; code?: number; error?: string } = { durationMs: Infinity }) {
  const system = fakeSystem({
    programs: {
      "/usr/bin/agent daemon run": {
        ...program,
        error: undefined!,
        onStart: () => {
          if (program.error !== undefined) {
            system.files.put("/var/log/agent/daemon.out", `${program.error}\n`);
          }
          if (program.durationMs === undefined) return;
          const { pid, startTime } = system.processes.started.at(-1)!;
          const record = {
            pid,
            start_time: startTime,
            boot_id: BOOT,
            started_at: "2026-03-02T10:00:00.000Z",
          };
          system.files.put(RECORD, JSON.stringify(record));
        },
      },
    },
  });
  return system;
}

Deno.test("daemon start starts one in the background, and only one", async () => {
  const system = hostOf();
  assertEquals(await runAgent(["daemon", "start"], system), 0);
  assertEquals(system.stdout.text, "the daemon runs, process 101\n");
  assertEquals(system.processes.backgrounds, [{
    argv: ["/usr/bin/agent", "daemon", "run"],
    outputFile: "/var/log/agent/daemon.out",
  }]);
  assertEquals(await runAgent(["daemon", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "it runs already, process 101");
});

Deno.test("daemon start says what a daemon said that ended at once", async () => {
  const system = hostOf({ code: 1, error: "agent: Cannot use node.conf" });
  assertEquals(await runAgent(["daemon", "start"], system), 1);
  assertStringIncludes(system.stderr.text, 'it ended at once, saying "agent: Cannot use node.conf"');
});

Deno.test("daemon status exits with 1 when none runs, and with 0 when one does", async () => {
  const system = hostOf();
  assertEquals(await runAgent(["daemon", "status"], system), 1);
  assertEquals(system.stdout.text, "not running\n");
  await runAgent(["daemon", "start"], system);
  system.stdout.clear();
  assertEquals(await runAgent(["daemon", "status", "--format", "json"], system), 0);
  assertEquals(JSON.parse(system.stdout.text).pid, 101);
});

Deno.test("daemon stop asks once and waits, --runs end asks twice, and none running is no error", async () => {
  const system = hostOf();
  assertEquals(await runAgent(["daemon", "stop"], system), 0);
  assertEquals(system.stdout.text, "no daemon runs\n");
  await runAgent(["daemon", "start"], system);
  system.stdout.clear();
  assertEquals(await runAgent(["daemon", "stop"], system), 0);
  assertEquals([system.stdout.text, system.processes.signals], [
    "the daemon is stopped, process 101\n",
    ["SIGTERM 101"],
  ]);
});

for (
  const [flags, wish] of [[[], undefined], [["--runs", "wait"], "wait\n"], [
    ["--runs", "end"],
    "end\n",
  ]] as const
) {
  Deno.test(`daemon stop ${flags.join(" ")} tells the daemon what becomes of its commands`, async () => {
    const system = fakeSystem({
      files: { [RECORD]: JSON.stringify({ pid: 500, start_time: 3_500, boot_id: BOOT }) },
    });
    const seen: unknown[] = [];
    system.processes.adopt({ pid: 500 });
    system.processes.signal = (id, signal) => {
      seen.push(`${signal} ${id.pid}`, system.files.read("/run/agent/daemon.stop"));
      system.processes.finish(500);
      return "sent";
    };
    assertEquals(await runAgent(["daemon", "stop", ...flags], system), 0);
    assertEquals(seen, ["SIGTERM 500", wish]);
  });
}

Deno.test("daemon stop gives up on a daemon that does not go away", async () => {
  const system = fakeSystem({
    files: { [RECORD]: JSON.stringify({ pid: 500, start_time: 3_500, boot_id: BOOT }) },
  });
  system.processes.adopt({ pid: 500 }, {}, { ignoresTerm: true });
  assertEquals(await runAgent(["daemon", "stop"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot stop the daemon: process 500 is still there");
});

Deno.test("daemon restart starts a new one, whether one ran or not", async () => {
  const system = hostOf();
  assertEquals(await runAgent(["daemon", "restart"], system), 0);
  assertEquals(await runAgent(["daemon", "restart"], system), 0);
  assertEquals([system.processes.backgrounds.length, system.processes.running], [2, [102]]);
});

Deno.test("daemon reload sends HUP, and is refused when none runs", async () => {
  const system = hostOf();
  assertEquals(await startAgent(["daemon", "reload"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot reload: no daemon runs");
  await runAgent(["daemon", "start"], system);
  assertEquals(await runAgent(["daemon", "reload"], system), 0);
  assertEquals(system.processes.signals, ["SIGHUP 101"]);
});
