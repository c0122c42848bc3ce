import { assertEquals, assertStringIncludes } from "@std/assert";
import { logOf, resultsOf, runService } from "../../fakes/run_service.ts";

const FLAG = "/run/agent/svc/svc1/fs#1.flag";

function config(requires: string, section = "task#0"): string {
  return `[fs#1]\ntype = flag\n[fs#2]\ntype = flag\n[task#0]\ncommand = /bin/true\n[${section}]\nrun_requires = ${requires}\n`;
}

const cases: { requires: string; isUp: boolean; reason?: string }[] = [
  { requires: "fs#1", isUp: true },
  {
    requires: "fs#1",
    isUp: false,
    reason: "requires on resource fs#1 in state up or stdby up, current state down",
  },
  { requires: "fs#1(down)", isUp: false },
  { requires: "fs#1(down)", isUp: true, reason: "requires on resource fs#1 in state down, current state up" },
  { requires: "fs#1( up , warn )", isUp: true },
  { requires: "fs#1 fs#2(down)", isUp: true },
  {
    requires: "fs#1 fs#2",
    isUp: true,
    reason: "requires on resource fs#2 in state up or stdby up, current state down",
  },
  { requires: "impossible", isUp: true, reason: "run_requires is impossible" },
];

for (const { requires, isUp, reason } of cases) {
  const files: Record<string, string> = isUp ? { [FLAG]: "" } : {};
  const state = isUp ? "up" : "down";
  Deno.test(`run with run_requires = ${requires} and fs#1 ${state} ${reason ? "is refused" : "runs"}`, async () => {
    const { system, exitCode } = await runService(config(requires), [], { files });
    assertEquals(exitCode, reason ? 1 : 0);
    assertEquals(system.processes.started.length, reason ? 0 : 1);
    assertEquals(logOf(system)[0], reason ? `task#0 ERROR ${reason}` : "task#0 INFO /bin/true");
  });
}

Deno.test("run inherits run_requires from DEFAULT", async () => {
  const { exitCode } = await runService(config("fs#1", "DEFAULT"));
  assertEquals(exitCode, 1);
});

Deno.test("run --force does not look at requirements", async () => {
  const { exitCode } = await runService(config("fs#1"), ["--force"]);
  assertEquals(exitCode, 0);
});

Deno.test("run with a requirement on a resource that is not configured is a configuration error", async () => {
  const { system, exitCode } = await runService(config("fs#9"));
  assertEquals(exitCode, 3);
  assertStringIncludes(system.stderr.text, "fs#9");
  assertEquals(system.processes.started, []);
});

Deno.test("run --cron with an unmet requirement is silent, succeeds, and stamps nothing", async () => {
  const { system, exitCode } = await runService(config("fs#1"), ["--cron", "--format", "json"]);
  assertEquals(exitCode, 0);
  assertEquals(system.stderr.text, "");
  assertEquals(resultsOf(system).map(({ outcome, code }) => `${outcome} ${code}`), ["skipped 0"]);
  assertEquals(system.files.paths.filter((path) => path.includes("scheduler")), []);
});

Deno.test("run --debug shows every gate that lets a task through, run without it none", async () => {
  const gates = (text: string) =>
    text.split("\n").filter((line) => line.includes("gate ")).map((line) => line.slice(13));
  const text = "[task#0]\ncommand = /bin/true\n";
  const { system } = await runService(text, ["--debug"]);
  assertEquals(gates(system.stderr.text), [
    "task#0      DEBUG   gate memory: /var/lib/agent/svc/svc1",
    "task#0      DEBUG   gate run_requires: met",
    "task#0      DEBUG   gate command: as root in /var/lib/agent/svc/svc1",
    "task#0      DEBUG   gate slot: taken, of 1",
  ]);
  assertEquals(gates((await runService(text)).system.stderr.text), []);
});
