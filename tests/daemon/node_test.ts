import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DaemonUnderTest } from "../fakes/run_daemon.ts";
import { withDaemon } from "../fakes/run_daemon.ts";

const CLUSTER = "[cluster]\nid = c1\n";
const STAMP = "/var/lib/agent/node/scheduler/last_asset_push";
const SPOOLED = "/var/lib/agent/node/collector/spool/system/system.json";

function conf(schedule: string, collector = "collector = c.example.com"): string {
  return `[node]\n${collector}\nuuid = 6c0a3a4e-0000-4000-8000-3f0c5be0a1d2\n[asset]\nschedule = ${schedule}\n`;
}

/** At 10:00 on Monday 2 March 2026. */
function options(text: string) {
  return {
    files: {
      "/etc/agent/node.conf": text,
      "/etc/agent/cluster.conf": CLUSTER,
      "/etc/passwd": "root:x:0:0::/:/bin/sh\n",
      "/etc/group": "root:x:0:\n",
    },
  };
}

function stampOf({ system }: DaemonUnderTest): string | undefined {
  const text = system.files.read(STAMP);
  return text && new Date(Number(text) * 1000).toISOString().slice(11, 19);
}

Deno.test("the daemon pushes the asset when its time has come, and tells nobody else", async () => {
  await withDaemon(options(conf("10:05")), async (daemon) => {
    await daemon.advance(299);
    assertEquals(stampOf(daemon), undefined);
    await daemon.advance(2);
    assertEquals(stampOf(daemon), "10:05:00");
    assertEquals(
      daemon.system.files.facts(SPOOLED) !== undefined || daemon.system.http.asked.length > 0,
      true,
    );
    assertStringIncludes(daemon.system.files.read("/var/log/agent/node.log") ?? "", "push asset: kept");
    await daemon.advance(3600);
    assertEquals(stampOf(daemon), "10:05:00");
  });
});

Deno.test("the daemon follows node.conf: another schedule, never, a collector that comes and goes", async () => {
  await withDaemon(options(conf("@0")), async (daemon) => {
    await daemon.advance(600);
    assertEquals(stampOf(daemon), undefined);
    await daemon.configure("node", conf("10:15"));
    await daemon.advance(300);
    assertEquals(stampOf(daemon), "10:15:00");
    await daemon.configure("node", conf("10:20", "name = n1"));
    await daemon.advance(300);
    assertEquals(stampOf(daemon), "10:15:00");
    await daemon.configure("node", conf("10:30"));
    await daemon.advance(600);
    assertEquals(stampOf(daemon), "10:30:00");
  });
});

Deno.test("the daemon catches up with an open window once, and not again after a restart", async () => {
  const system = await withDaemon(options(conf("09:00-11:00")), async (daemon) => {
    await daemon.advance(1);
    assertEquals(stampOf(daemon), "10:00:00");
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1800);
    assertEquals(stampOf(daemon), "10:00:00");
  });
});

Deno.test("the daemon keeps what it follows when node.conf cannot be used, and says so once", async () => {
  await withDaemon(options(conf("10:20")), async (daemon) => {
    await daemon.configure("node", `${conf("10:10")}[node]\nmax_parallel = none\n`);
    await daemon.advance(700);
    assertEquals(stampOf(daemon), undefined);
    assertEquals(daemon.log("stays as it was").length, 1);
    await daemon.advance(600);
    assertEquals(daemon.log("max_parallel").length > 0, true);
  });
});

Deno.test("a schedule that cannot be read is told, and nothing runs by it", async () => {
  await withDaemon(options(conf("25:00")), async (daemon) => {
    await daemon.advance(120);
    assertEquals(daemon.log("node: asset.schedule: ").length, 1);
    assertEquals(stampOf(daemon), undefined);
  });
});

Deno.test("@reboot pushes once a boot", async () => {
  const system = await withDaemon(options(conf("@reboot")), async (daemon) => {
    await daemon.advance(5);
    assertEquals(stampOf(daemon), "10:00:00");
    await daemon.advance(600);
    assertEquals(stampOf(daemon), "10:00:00");
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    assertEquals(stampOf(daemon), "10:00:00");
  });
});

Deno.test("what a service does by itself at @reboot is done once, too", async () => {
  const config = { svc1: "[DEFAULT]\nstatus_schedule = @reboot\n" };
  await withDaemon({ config }, async (daemon) => {
    await daemon.advance(5);
    const first = daemon.stamp("status");
    assertEquals(first, "10:00:00");
    await daemon.advance(120);
    assertEquals(daemon.stamp("status"), first);
  });
});
