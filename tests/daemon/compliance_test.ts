import { assertEquals, assertStringIncludes } from "@std/assert";
import { complianceHost, MODULES, STATE } from "../commands/compliance/host.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";

const BASE = "[moduleset#base]\nmodules = sshd ntp:autofix\n";
const SHOP = "comp_modulesets = base\nstatus_schedule = @0\n";
const STAMP = `${STATE}/scheduler/last_comp_check`;

function starts(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(`${MODULES}/`, ""));
}

Deno.test("the daemon runs compliance auto on schedule, and stamps the planned instant", async () => {
  const system = complianceHost({
    shop: `${SHOP}comp_schedule = 10:05\n`,
    definitions: BASE,
    modules: { "20-sshd": {}, "10-ntp": { check: { code: 1 } } },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    assertEquals(starts(daemon.takeStarts()), [
      "10:05:00 10-ntp check",
      "10:05:00 10-ntp fixable",
      "10:05:00 10-ntp fix",
      "10:05:00 10-ntp check",
      "10:05:00 20-sshd check",
    ]);
    assertEquals(system.files.read(STAMP), `${Date.parse("2026-03-02T10:05:00Z") / 1000}.0\n`);
    assertEquals(system.files.read(`${STAMP}.success`), undefined);
  });
  assertStringIncludes(system.files.read("/var/log/agent/shop.log")!, "sc:y | ntp check: nok");
});

Deno.test("the default is once in the night, and follows scopes", async () => {
  const system = complianceHost({ shop: SHOP, definitions: BASE, modules: { "1sshd": {}, "2ntp": {} } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(86_400);
    const hours = daemon.takeStarts().map((line) => Number(line.slice(0, 2)));
    assertEquals([hours.length, hours.every((hour) => hour < 6)], [2, true]);
  });
  const off = complianceHost({
    shop: `${SHOP}comp_schedule = @1m\ncomp_schedule@n1 = @0\n`,
    definitions: BASE,
    modules: { "1sshd": {}, "2ntp": {} },
  });
  await withDaemon(off, async (daemon) => {
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("the row says why nothing is next: nothing attached, frozen, disabled", async () => {
  const reason = async (shop: string, files = {}) => {
    const system = complianceHost({ shop, definitions: BASE, files });
    await runAgent(["shop", "print", "schedule", "--format", "json"], system);
    const rows: Record<string, unknown>[] = JSON.parse(system.stdout.text);
    const row = rows.find(({ action }) => action === "compliance_auto")!;
    return row["reason"];
  };
  assertEquals(await reason(""), "no moduleset is attached, and no collector is configured");
  assertEquals(await reason(SHOP), null);
  assertEquals(await reason(SHOP, { [`${STATE}/frozen`]: "" }), "the service is frozen");
  assertEquals(await reason(`${SHOP}disable = true\n`), "the service is disabled");
  assertEquals(
    await reason("", { "/etc/agent/node.conf": "[node]\ndbcompliance = https://c.example.com\n" }),
    null,
  );
});

Deno.test("what is attached by command is live at once", async () => {
  const system = complianceHost({
    shop: "comp_schedule = @1m\n",
    definitions: BASE,
    modules: { "1sshd": {}, "2ntp": {} },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    assertEquals(daemon.takeStarts(), []);
    await runAgent(["shop", "compliance", "attach", "--moduleset", "base"], system);
    await daemon.advance(65);
    assertEquals(daemon.takeStarts().length >= 2, true);
  });
});

Deno.test("what is attached in an open window runs in it, though nothing was there when the window began", async () => {
  const system = complianceHost({
    shop: "comp_schedule = 09:00-11:00\n",
    definitions: BASE,
    modules: { "1sshd": {}, "2ntp": {} },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    await runAgent(["shop", "compliance", "attach", "--moduleset", "base"], system);
    await daemon.advance(5);
    assertEquals(daemon.takeStarts().length, 2);
    await runAgent(["shop", "compliance", "detach", "--moduleset", "base"], system);
    await daemon.advance(86_400);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("a frozen service is not checked: a window waits for the thaw, an instant is lost", async () => {
  const host = (schedule: string) =>
    complianceHost({
      shop: `${SHOP}comp_schedule = ${schedule}\n`,
      definitions: BASE,
      modules: { "1sshd": {}, "2ntp": {} },
      files: { [`${STATE}/frozen`]: "" },
    });
  for (const [schedule, count] of [["09:00-11:00", 2], ["@1m", 2], ["10:01", 0]] as const) {
    const system = host(schedule);
    await withDaemon(system, async (daemon) => {
      await daemon.advance(300);
      assertEquals(daemon.takeStarts(), [], schedule);
      assertEquals(system.files.read(STAMP), undefined);
      await runAgent(["shop", "thaw"], system);
      await daemon.advance(5);
      assertEquals(daemon.takeStarts().length, count, schedule);
    });
  }
});

Deno.test("a service that waits while another is checked waits once", async () => {
  const system = complianceHost({
    shop: `${SHOP}comp_schedule = 10:01\ncomp_timeout = 10m\n`,
    config: { other: "[DEFAULT]\nnodes = n1\ncomp_modulesets = quick\ncomp_schedule = @1m\n" },
    definitions: `${BASE}[moduleset#quick]\nmodules = tick\n`,
    modules: { "1sshd": { check: { durationMs: Infinity } }, "2ntp": {}, "3tick": {} },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    daemon.takeStarts();
    await daemon.advance(75);
    const ticks = daemon.takeStarts().filter((line) => line.includes("3tick"));
    assertEquals(ticks.length <= 2, true, ticks.join("\n"));
  });
});

Deno.test("modules are not in the way of tasks, and end with the daemon", async () => {
  const system = complianceHost({
    shop: `${SHOP}comp_schedule = 10:01\n[task#0]\ncommand = /bin/true\nschedule = @1m\n`,
    definitions: BASE,
    modules: { "1sshd": { check: { durationMs: Infinity } }, "2ntp": {} },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(300);
    const lines = daemon.takeStarts();
    assertEquals(lines.filter((line) => line.endsWith("/bin/true")).length >= 5, true);
    assertEquals(lines.filter((line) => line.includes(MODULES)).length, 1);
  });
  assertEquals(system.processes.running, []);
  const { modules } = JSON.parse(system.files.read(`${STATE}/compliance/results.json`)!);
  assertEquals(modules.sshd.reason, "interrupted by SIGTERM");
});
