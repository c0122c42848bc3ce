import { assertEquals } from "@std/assert";
import { servicesOf } from "../../src/daemon/collector/change_pushes.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { COLLECTOR_NODE, spooledOf } from "../fakes/spooled.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const SENT = "/var/lib/agent/node/collector/config_sent/root.svc.svc1.json";
const FLAG = "/run/agent/svc/svc1/fs#1.flag";
/** Nothing by the clock: what is told is told because it changed. */
const QUIET = ["status", "resinfo", "push", "push_status", "comp"].map((name) => `${name}_schedule = @0\n`)
  .join("");
const CONFIG = `[DEFAULT]\nnodes = n1\n${QUIET}[fs#1]\ntype = flag\n`;

function host(config = CONFIG, node = `${COLLECTOR_NODE}collector_status_delay = 10\n`): FakeSystem {
  const system = fakeSystem({ config: { svc1: config }, files: { "/etc/agent/node.conf": node } });
  // What waits can be looked at as long as nobody takes it.
  system.http.reply = "refused";
  return system;
}

function configAt(system: FakeSystem): string | undefined {
  return spooledOf(system, "config")[0]?.at.slice(11, 19);
}

function statusAt(system: FakeSystem): [at: string | undefined, avail: unknown] {
  const [message] = spooledOf(system, "status");
  const data = message?.body["data"] as Record<string, unknown> | undefined;
  return [message?.at.slice(11, 19), data?.["avail"]];
}

Deno.test("the daemon tells a configuration that the collector does not know, and each change of it", async () => {
  const system = host();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(configAt(system), "10:00:00");
    await daemon.advance(60);
    await daemon.configure("svc1", `${CONFIG}[env]\nx = 1\n`);
    assertEquals(configAt(system)?.slice(0, 7), "10:01:0");
    const text = atob(String(spooledOf(system, "config")[0]!.body["raw_config"]));
    assertEquals(text.includes("x = 1"), true);
  });
  // The next daemon knows that, and a file that was only touched is no news.
  const before = configAt(system);
  await withDaemon(system, async (daemon) => {
    await daemon.advance(120);
    system.files.touch("/etc/agent/svc1.conf", system.clock.now());
    await daemon.advance(120);
    assertEquals(configAt(system), before);
  });
});

Deno.test("the daemon tells a change of the status at once, and the next one when collector_status_delay is over", async () => {
  const system = host();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(20);
    assertEquals(statusAt(system), ["10:00:00", "down"]);
    system.files.put(FLAG, "");
    await daemon.advance(1);
    const [at, avail] = statusAt(system);
    assertEquals([at?.slice(0, 7), avail], ["10:00:2", "up"]);
    system.files.remove(FLAG);
    await daemon.advance(3);
    assertEquals(statusAt(system), [at, "up"]);
    await daemon.advance(10);
    assertEquals(statusAt(system)[1], "down");
    assertEquals(statusAt(system)[0]! >= "10:00:30", true);
  });
});

Deno.test("the newest status counts: what came back meanwhile is not told", async () => {
  const system = host();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(20);
    system.files.put(FLAG, "");
    await daemon.advance(1);
    const told = statusAt(system);
    system.files.remove(FLAG);
    await daemon.advance(2);
    system.files.put(FLAG, "");
    await daemon.advance(60);
    assertEquals(statusAt(system), told);
  });
});

Deno.test("freeze by hand, and a run of a task with check, are changes; nothing else is told twice", async () => {
  const task = "[task#0]\ncommand = /bin/false\ncheck = last_run\noptional = false\nschedule = @1m\n";
  const system = fakeSystem({
    config: { svc1: CONFIG + task },
    files: { "/etc/agent/node.conf": COLLECTOR_NODE },
    programs: { "/bin/false": { code: 1 } },
  });
  system.http.reply = "refused";
  await withDaemon(system, async (daemon) => {
    await daemon.advance(30);
    const body = () => spooledOf(system, "status")[0]!.body["data"] as Record<string, unknown>;
    const statusOfTask = () => (body()["resources"] as Record<string, { status: string }>)["task#0"]!.status;
    assertEquals([body()["frozen"], statusOfTask()], [0, "down"]);
    const told = statusAt(system)[0];
    await daemon.advance(300);
    assertEquals(statusAt(system)[0], told);
    assertEquals(await runAgent(["svc1", "freeze"], system), 0);
    await daemon.advance(11);
    assertEquals(Number(body()["frozen"]) > 0, true);
  });
});

Deno.test("nothing lingers of a service that is gone but the report of its runs", async () => {
  const system = host();
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals([system.files.read(SENT) === undefined, spooledOf(system, "config").length], [false, 1]);
    system.files.remove("/etc/agent/svc1.conf");
    await daemon.advance(70);
    assertEquals(system.files.read(SENT), undefined);
    assertEquals([...spooledOf(system, "config"), ...spooledOf(system, "status")], []);
  });
});

Deno.test("pushes run on schedule, each with its stamp; @0 keeps them from it", async () => {
  const config =
    "[DEFAULT]\nnodes = n1\nresinfo_schedule = @5\npush_schedule@n1 = @0\npush_status_schedule = @2\n" +
    "[task#0]\ncommand = /bin/true\n";
  const system = host(config);
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    const stamp = (name: string) => daemon.stamp(name)?.slice(0, 5);
    assertEquals([stamp("push_resinfo"), stamp("push_config")], ["10:10", undefined]);
    assertEquals(stamp("push_status"), "10:10");
    assertEquals(spooledOf(system, "resinfo").map(({ at }) => at.slice(11, 16)), ["10:10"]);
  });
});

Deno.test("without a collector nothing is followed, stamped or kept", async () => {
  const system = host("[DEFAULT]\nnodes = n1\n[fs#1]\ntype = flag\n", "[node]\nname = n1\n");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(7200);
    system.files.put(FLAG, "");
    await daemon.advance(60);
    assertEquals(daemon.stamp("push_resinfo"), undefined);
  });
  assertEquals(system.files.paths.filter((path) => /collector|push/.test(path)), []);
});

Deno.test("servicesOf() names the services below the runtime folders", () => {
  const names = servicesOf([
    "/run/agent/svc/web/changed",
    "/run/agent/svc/web",
    "/run/agent/namespaces/ns1/svc/db/fs#1.flag",
    "/run/agent/namespaces/ns1",
    "/run/agent/svc",
    "/etc/agent/other.conf",
  ], "/run/agent");
  assertEquals([...names], ["web", "ns1/svc/db"]);
});
