import { assertEquals } from "@std/assert";
import { callsOf, complianceHost } from "../commands/compliance/host.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";

const BASE = "[moduleset#base]\nmodules = sshd\n";
const STAMP = "/var/lib/agent/node/scheduler/last_comp_check";

function host(conf: string) {
  return complianceHost({
    definitions: BASE,
    modules: { "10-sshd": { check: { code: 0 } } },
    files: { "/etc/agent/node.conf": conf },
  });
}

Deno.test("the daemon checks the node at its time, by local files alone", async () => {
  const system = host("[compliance]\nmodulesets = base\nschedule = 10:05\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(240);
    assertEquals(callsOf(system), []);
    await daemon.advance(70);
    assertEquals(callsOf(system), ["sshd check"]);
    assertEquals(Number(system.files.read(STAMP)), Date.parse("2026-03-02T10:05:00Z") / 1000);
    await daemon.advance(3600);
    assertEquals(callsOf(system), ["sshd check"]);
  });
});

Deno.test("the daemon has nothing to check without modulesets, until node.conf attaches some", async () => {
  const system = host('[compliance]\nschedule = ["10:05", "10:20"]\n');
  await withDaemon(system, async (daemon) => {
    await daemon.advance(400);
    assertEquals([callsOf(system), system.files.facts(STAMP)], [[], undefined]);
    await daemon.configure("node", '[compliance]\nschedule = ["10:05", "10:20"]\nmodulesets = base\n');
    await daemon.advance(900);
    assertEquals(callsOf(system), ["sshd check"]);
  });
});

Deno.test("what is attached to the node by command is live at once, in the window that is open", async () => {
  const system = host("[compliance]\nschedule = 09:00-11:00\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    assertEquals(callsOf(system), []);
    await runAgent(["node", "compliance", "attach", "--moduleset", "base"], system);
    await daemon.advance(5);
    assertEquals(callsOf(system), ["sshd check"]);
    await runAgent(["node", "compliance", "detach", "--moduleset", "base"], system);
    await daemon.advance(86_400);
    assertEquals(callsOf(system), ["sshd check"]);
  });
});

Deno.test("node print schedule says whether there is something to check", async () => {
  for (
    const [conf, reason] of [["modulesets = base", null], [
      "",
      "no moduleset is attached, and no collector is configured",
    ]]
  ) {
    const system = host(`[compliance]\nschedule = 12:00\n${conf}\n`);
    assertEquals(await runAgent(["node", "print", "schedule", "--format", "json"], system), 0);
    const row = JSON.parse(system.stdout.text)[1];
    assertEquals([row.action, row.config_parameter, row.reason], [
      "compliance_auto",
      "compliance.schedule",
      reason,
    ]);
    assertEquals(row.next_run === null, reason !== null);
  }
});
