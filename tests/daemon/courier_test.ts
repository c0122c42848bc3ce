import { assert, assertEquals, assertMatch } from "@std/assert";
import { createAgent } from "../../src/actions/agent.ts";
import { spool } from "../../src/actions/collector/outbox.ts";
import { spoolOf } from "../../src/actions/collector/push.ts";
import type { CollectorMessage, MessageKind } from "../../src/core/collector/message.ts";
import type { FakeAsked, FakeReply } from "../fakes/http.ts";
import type { DaemonUnderTest } from "../fakes/run_daemon.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
/** What the node tells of itself at night would be one message more. */
const NODE = `[node]\ncollector = c.example.com\nuuid = ${UUID}\n[asset]\nschedule = @0\n`;
/** Of another node: nothing of it is told but what the test puts there. */
const SERVICE = "[DEFAULT]\nnodes = n9\n[fs#0]\ntype = flag\n";

function message(kind: MessageKind, name: string): CollectorMessage {
  const path = `/api/${kind}`;
  return { kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path, body: { name } };
}

function system(node = NODE): FakeSystem {
  return fakeSystem({ config: { svc1: SERVICE }, files: { "/etc/agent/node.conf": node } });
}

/** What was asked since the last call, as `daemon/ping`. */
function take({ http }: FakeSystem): string[] {
  return http.asked.splice(0).map(({ line }) => line.replace("POST /feeder/api/", ""));
}

async function put(host: FakeSystem, ...messages: CollectorMessage[]): Promise<void> {
  await spool(createAgent(host), messages);
}

function waiting(host: FakeSystem): number {
  return spoolOf(createAgent(host)).survey().reduce((sum, { count }) => sum + count, 0);
}

/** Answers requests whose path ends so with that, and all others with 202. */
function only(end: string, reply: FakeReply) {
  return ({ line }: FakeAsked): FakeReply => line.endsWith(end) ? reply : 202;
}

Deno.test("the courier tells of the node at first, then gives signs of life", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(1);
    const [status, ping] = system.http.asked;
    assertEquals(take(system), ["daemon/status", "daemon/ping"]);
    assertEquals(JSON.parse(ping!.body!), { nodes: ["n1"], objects: ["svc1"], version: "3.0.0" });
    const body = JSON.parse(status!.body!);
    assertEquals([body.version, body.changes], ["3.0.0", ["@n1"]]);
    const id = /^id = (\S+)$/m.exec(system.files.read("/etc/agent/cluster.conf")!)?.[1];
    assertEquals(body.data.cluster.config, { id, name: "default" });
    await daemon.advance(180);
    assertEquals(take(system), ["daemon/ping", "daemon/ping", "daemon/ping"]);
  });
});

Deno.test("the courier does nothing without a collector, and waits without a password", async () => {
  await withDaemon(system("[node]\nname = n1\n"), async (daemon) => {
    await daemon.advance(600);
    assertEquals(daemon.system.http.asked, []);
    assertEquals(daemon.log("collector"), []);
  });
  await withDaemon(system("[node]\ncollector = c.example.com\n"), async (daemon) => {
    await daemon.advance(1_000);
    await put(daemon.system, message("config", "a"));
    await daemon.advance(1_000);
    assertEquals(daemon.system.http.asked, []);
    assertEquals(daemon.log("is not registered").length, 1);
    daemon.system.files.put("/etc/agent/node.conf", NODE);
    await daemon.advance(301);
    assertEquals(take(daemon.system).slice(0, 2), ["daemon/status", "config"]);
  });
});

Deno.test("an address that would show the password is told in the log, and tasks go on", async () => {
  const host = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/true\nschedule = @1\n" },
    files: { "/etc/agent/node.conf": `[node]\ncollector = http://c.example.com\nuuid = ${UUID}\n` },
  });
  await withDaemon(host, async (daemon) => {
    await daemon.advance(61);
    assertEquals(daemon.log("in clear").length, 1);
    assertEquals(daemon.takeStarts().length, 2);
    assertEquals(host.http.asked, []);
  });
});

Deno.test("what is spooled is sent at once, in the order that a collector needs", async () => {
  await withDaemon(system(), async (daemon) => {
    await daemon.advance(1);
    take(daemon.system);
    const kinds = ["action", "status", "resinfo", "config", "system"] as const;
    await put(daemon.system, ...kinds.map((kind) => message(kind, "a")));
    await daemon.advance(1);
    assertEquals(take(daemon.system), ["system", "config", "resinfo", "status", "action"]);
    assertEquals(waiting(daemon.system), 0);
  });
});

Deno.test("an outage is waited out with growing pauses, told once, and everything arrives after it", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(1);
    system.http.reply = "refused";
    for (let i = 0; i < 300; i++) await put(system, message("action", `run${i}`));
    for (let i = 0; i < 300; i++) await put(system, message("status", `svc${i % 3}`));
    take(system);
    await daemon.advance(86_400);
    const tries = take(system).length;
    assert(tries >= 280 && tries < 420, `${tries} tries`);
    assertEquals(daemon.log("the collector cannot be told: Connection refused").length, 1);
    assertEquals(waiting(system), 303);
    const arrived = new Set<string>();
    system.http.reply = ({ body, line }) => {
      if (/action|status$/.test(line) && !line.includes("daemon")) arrived.add(JSON.parse(body!).name);
      return 202;
    };
    await daemon.advance(400);
    assertEquals([arrived.size, waiting(system)], [303, 0]);
    assertEquals(daemon.log("the collector can be told again").length, 1);
  });
});

Deno.test("one message that the collector cannot take does not hold back the others", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(1);
    take(system);
    const poisoned = ({ body }: FakeAsked): FakeReply => JSON.parse(body!).name === "bad" ? 500 : 202;
    system.http.reply = poisoned;
    await put(system, message("config", "bad"), message("config", "c"), message("config", "d"));
    await daemon.advance(10);
    assertEquals(waiting(system), 1);
    await put(system, message("config", "e"));
    await daemon.advance(1);
    assertEquals(waiting(system), 1);
    await daemon.advance(3_600);
    const bad = system.http.asked.filter(({ body }) => JSON.parse(body!).name === "bad").length;
    assert(bad > 10 && bad < 30, `${bad} tries`);
    assertEquals(daemon.log("some messages (config) cannot be told").length, 1);
    system.http.reply = 202;
    await daemon.advance(301);
    assertEquals(waiting(system), 0);
  });
});

Deno.test("what is refused for ever is told once, with what the collector says, and not tried again", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(1);
    system.http.reply = only("/config", { status: 400, text: `{"text":"no path, ${UUID}"}` });
    await put(system, message("config", "a"));
    await daemon.advance(3_600);
    assertEquals(daemon.log("config:a"), ["config:a: the collector refuses it: no path, xxxx (status 400)"]);
    assertEquals(system.http.asked.filter(({ line }) => line.endsWith("/config")).length, 1);
    assertEquals(waiting(system), 0);
  });
});

Deno.test("a password that the collector does not take is tried at the longest pause only", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    system.http.reply = 401;
    await daemon.advance(3_600);
    const tries = take(system).length;
    assert(tries >= 12 && tries <= 17, `${tries} tries`);
    assertMatch(daemon.log("cannot be told")[0] ?? "", /status 401; agent node register gets it/);
  });
});

Deno.test("Retry-After is honoured", async () => {
  const host = system();
  host.http.reply = { status: 429, retryAfter: "1000" };
  await withDaemon(host, async (daemon) => {
    const { system } = daemon;
    await daemon.advance(999);
    assertEquals(take(system), ["daemon/status"]);
    await daemon.advance(2);
    assertEquals(take(system), ["daemon/status"]);
  });
});

Deno.test("204 on a sign of life is answered with the full status", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(1);
    take(system);
    let isForgotten = true;
    system.http.reply = ({ line }) => {
      if (line.endsWith("/daemon/status")) isForgotten = false;
      return line.endsWith("/ping") && isForgotten ? { status: 204, text: "" } : 202;
    };
    await daemon.advance(70);
    assertEquals(take(system), ["daemon/ping", "daemon/status"]);
    assertEquals(daemon.log("told everything again").length, 1);
  });
});

Deno.test("a collector that says 204 to every status is not flooded", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    system.http.reply = { status: 204, text: "" };
    await daemon.advance(3_600);
    const asked = take(system).length;
    assert(asked < 200, `${asked} requests in an hour`);
  });
});

Deno.test("services that come and go are told within the status delay, once", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(15);
    take(system);
    await daemon.configure("svc2", SERVICE);
    await daemon.configure("svc3", SERVICE);
    assertEquals(take(system), ["daemon/status"]);
    await daemon.advance(12);
    assertEquals(take(system), ["daemon/status"]);
    await daemon.configure("svc3", `${SERVICE}# another line\n`);
    await daemon.advance(15);
    assertEquals(take(system), []);
    system.files.remove("/etc/agent/svc3.conf");
    await daemon.advance(2);
    assertEquals(take(system), ["daemon/status"]);
  });
});

Deno.test("the courier ends at once, in the middle of an exchange, and what it sent stays", async () => {
  const host = system();
  let daemonOf: DaemonUnderTest | undefined;
  await withDaemon(host, async (daemon) => {
    daemonOf = daemon;
    await daemon.advance(1);
    host.http.reply = "hangs";
    await put(host, message("config", "a"));
    await daemon.advance(1);
    host.signals.send("SIGTERM");
    const before = host.clock.now();
    assertEquals(await host.clock.runUntil(daemon.ended), 0);
    assertEquals(host.clock.now(), before);
  });
  assertEquals(waiting(host), 1);
  assertEquals(daemonOf?.log("cannot be told"), []);
});

Deno.test("a torn message is set aside with a line in the log, and the others go on", async () => {
  const host = system();
  const file = "/var/lib/agent/node/collector/spool/config/torn.json";
  host.files.put(file, '{"id":"1","at":"2026');
  await withDaemon(host, async (daemon) => {
    await put(host, message("config", "a"));
    await daemon.advance(1);
    assertEquals(waiting(host), 0);
    assertEquals(host.files.read(`${file}.corrupt`), '{"id":"1","at":"2026');
    assertEquals(daemon.log("set aside").length, 1);
  });
});

Deno.test("the password is in no log, no file but node.conf, and no report", async () => {
  const host = system();
  host.http.reply = { status: 500, text: `{"text":"${UUID} is wrong"}` };
  await withDaemon(host, async (daemon) => {
    await put(host, message("config", "a"));
    await daemon.advance(600);
    const report = await host.server.ask("/run/agent/daemon.sock", "/status");
    const { next_tries } = JSON.parse(report!.body).collector;
    assertEquals(Object.keys(next_tries).sort(), ["config", "daemon_status", "ping"]);
    const metrics = await host.server.ask("/run/agent/daemon.sock", "/metrics");
    assertMatch(metrics?.body ?? "", /agent_collector_messages_total\{result="failed"\} [1-9]/);
    assertEquals([report?.body, metrics?.body].join().includes(UUID), false);
  });
  const leaks = host.files.paths.filter((path) => host.files.read(path)!.includes(UUID));
  assertEquals(leaks, ["/etc/agent/node.conf"]);
});

Deno.test("a cluster.conf that cannot be believed keeps nothing but the status of the node from being told", async () => {
  const host = system();
  host.files.put("/etc/agent/cluster.conf", "[cluster]\nid = 1\n", { mode: 0o666 });
  await withDaemon(host, async (daemon) => {
    await put(host, message("config", "a"));
    await daemon.advance(100);
    assertEquals(take(host), ["daemon/ping", "config", "daemon/ping"]);
    assertEquals(daemon.log("may be written by others").length, 1);
    host.files.change("/etc/agent/cluster.conf", { mode: 0o600 });
    await daemon.advance(30);
    assertEquals(take(host).filter((line) => line === "daemon/status").length, 1);
  });
});

Deno.test("a disk that fails is told once, and does not make the courier run in circles", async () => {
  const host = system();
  host.files.breakAt("/var/lib/agent/node/collector", new Error("No space left on device (os error 28)"));
  await withDaemon(host, async (daemon) => {
    await daemon.advance(3_600);
    assertEquals(daemon.log("No space left on device").length, 1);
  });
});

Deno.test("a spool that fills its disk makes way for tasks, also when nothing is told of any more", async () => {
  const host = system();
  host.http.reply = "refused";
  await withDaemon(host, async (daemon) => {
    for (let i = 0; i < 20; i++) {
      const { body, ...rest } = message("action", `${i}`);
      await put(host, { ...rest, body: { ...body, text: "x".repeat(100_000) } });
    }
    await daemon.advance(600);
    assertEquals(waiting(host), 21);
    const error = new Error("No space left on device (os error 28)");
    host.files.breakAt("/var/lib/agent/node/collector/daemon_status.json", error);
    await daemon.advance(301);
    assert(waiting(host) < 18, `${waiting(host)} wait`);
    assertEquals(daemon.log("the collector is told nothing").length, 1);
  });
});

Deno.test("the full status is told again when a service can be told of that was left out, once", async () => {
  await withDaemon(system(), async (daemon) => {
    const { system } = daemon;
    await daemon.advance(15);
    take(system);
    const status = { avail: "up", overall: "up", frozen: 0, app: "shop", resources: {} };
    system.files.put("/var/lib/agent/svc/svc1/status.json", JSON.stringify(status));
    await daemon.advance(180);
    const told = system.http.asked.filter(({ line }) => line.endsWith("/daemon/status"));
    assertEquals(told.map(({ body }) => JSON.parse(body!).changes), [["@n1", "svc1", "svc1@n1"]]);
  });
});
