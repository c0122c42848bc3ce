import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import { deliver, spool } from "../../../src/actions/collector/outbox.ts";
import type { CollectorMessage, MessageKind } from "../../../src/core/collector/message.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { withDaemon } from "../../fakes/run_daemon.ts";
import { fakeSystem } from "../../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const NODE = `[node]\ncollector = c.example.com\nuuid = ${UUID}\n`;
const PRINT = ["node", "print", "collector"];

function message(kind: MessageKind, name: string): CollectorMessage {
  return { kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path: `/api/${kind}`, body: {} };
}

function setUp(node = NODE) {
  return fakeSystem({ files: { "/etc/agent/node.conf": node } });
}

Deno.test("node print collector says so when there is none", async () => {
  const system = setUp("[node]\nname = n1\n");
  assertEquals(await runAgent(PRINT, system), 0);
  assertEquals(system.stdout.text, "node.conf names no collector\n");
});

Deno.test("node print collector shows what waits and how it went, and never the password", async () => {
  const system = setUp();
  const agent = createAgent(system);
  await system.clock.runUntil(deliver(agent, [message("config", "a")]));
  system.http.reply = { status: 400, text: `{"text":"bad ${UUID}"}` };
  await system.clock.runUntil(deliver(agent, [message("config", "b")]));
  system.http.reply = "refused";
  await system.clock.runUntil(deliver(agent, [message("status", "a"), message("status", "b")]));
  system.files.put("/var/lib/agent/node/collector/spool/status/x.json.corrupt", "");
  assertEquals(await runAgent(PRINT, system), 0);
  const { text } = system.stdout;
  assertMatch(text, /^feeder: https:\/\/c\.example\.com\/feeder\nserver: .*\/server\nregistered\n/);
  assertMatch(text, /^no daemon runs that sends what waits\n2 waiting, \d+ of 67108864 bytes$/m);
  assertMatch(text, /^status: 1 unusable, set aside$/m);
  assertMatch(text, /^config: 1 refused, the last at \S+: config:b: bad xxxx \(status 400\)$/m);
  assertMatch(text, /^status +2 +\d+ +2026-03-02T10:00:00\.000Z +none \S+ +- +Connection refused$/m);
  assertEquals(text.includes(UUID), false);
});

Deno.test("node print collector tells programs everything", async () => {
  const system = setUp(
    `[node]\ncollector = http://c.example.com\ndbcompliance = c.example.com\nuuid = ${UUID}\n`,
  );
  assertEquals(await runAgent([...PRINT, "--format", "json"], system), 0);
  const { queues, problems, ...rest } = JSON.parse(system.stdout.text);
  assertMatch(problems.join(), /in clear/);
  assertEquals(rest, {
    feeder: null,
    server: null,
    compliance: "https://c.example.com/init/compliance/call/jsonrpc2",
    registered: true,
    courier: false,
    spool_bytes: 0,
    spool_max: 67108864,
    spool_count: 0,
    dropped: 0,
    dropped_at: null,
  });
  assertEquals(queues.map(({ kind }: { kind: string }) => kind), [
    ...["ping", "system", "daemon_status", "config", "resinfo", "status", "action", "compliance"],
  ]);
  system.stdout.clear();
  await runAgent([...PRINT, "--format", "csv"], system);
  assertEquals(system.stdout.lines.length, 9);
  assertStringIncludes(system.stdout.lines[0]!, "kind,waiting,bytes,oldest_at");
});

Deno.test("node print collector knows from the daemon when it tries again", async () => {
  const system = setUp();
  system.http.reply = "refused";
  await withDaemon(system, async (daemon) => {
    await spool(createAgent(system), [message("config", "a")]);
    await daemon.advance(100);
    assertEquals(await runAgent([...PRINT, "--format", "json"], system), 0);
    const { queues, courier } = JSON.parse(system.stdout.text);
    const row = queues.find(({ kind }: { kind: string }) => kind === "config");
    assertEquals([courier, row.waiting, row.next_try_at > "2026-03-02T10:01:40"], [true, 1, true]);
  });
});

const doctors: { what: string; node: string; reply: number | "refused"; says: RegExp }[] = [
  {
    what: "that answers",
    node: NODE,
    reply: 200,
    says: /^ok +collector +https:\/\/c\.example\.com\/feeder answers$/m,
  },
  {
    what: "that is away",
    node: NODE,
    reply: "refused",
    says: /^warn +collector .*cannot be reached: Connection/m,
  },
  { what: "that is none", node: NODE, reply: 404, says: /^warn +collector .*status 404/m },
  {
    what: "without a password",
    node: "[node]\ncollector = c.example.com\n",
    reply: 200,
    says: /^warn +collector +this node is not registered/m,
  },
  {
    what: "in clear",
    node: "[node]\ncollector = http://c.example.com\n",
    reply: 200,
    says: /^error +collector .*in clear/m,
  },
  {
    what: "without its authority",
    node: `${NODE}collector_ca = /etc/agent/ca.pem\n`,
    reply: 200,
    says: /^error +collector +collector_ca: there is no/m,
  },
];

for (const { what, node, reply, says } of doctors) {
  Deno.test(`doctor looks at a collector ${what}`, async () => {
    const system = setUp(node);
    system.http.reply = reply;
    await runAgent(["doctor"], system);
    assertMatch(system.stdout.text, says);
  });
}

Deno.test("node print collector tells what waits for a collector that node.conf names no more", async () => {
  const file = "/var/lib/agent/node/collector/spool/config/a.json";
  const system = fakeSystem({ files: { "/etc/agent/node.conf": "[node]\nname = n1\n", [file]: "{}" } });
  assertEquals(await runAgent(PRINT, system), 0);
  assertMatch(system.stdout.text, /^node\.conf names no collector; 1 of .* still waits\n$/);
  const json = fakeSystem({ files: { "/etc/agent/node.conf": "[node]\nname = n1\n", [file]: "{}" } });
  assertEquals(await runAgent([...PRINT, "--format", "json"], json), 0);
  assertEquals(JSON.parse(json.stdout.text), { spool_count: 1 });
});

Deno.test("a value that cannot be used is told once", async () => {
  const system = fakeSystem({
    files: { "/etc/agent/node.conf": "[node]\ncollector = c.example.com\ncollector_ping_interval = 0\n" },
  });
  assertEquals(await runAgent(PRINT, system), 3);
  assertEquals(system.stderr.text.match(/expected at least 1s/g)?.length, 1);
});

Deno.test("doctor warns when others may read the password of the node", async () => {
  for (const [mode, isTold] of [[0o644, true], [0o640, true], [0o600, false]] as const) {
    const system = setUp();
    system.files.change("/etc/agent/node.conf", { mode });
    await runAgent(["doctor"], system);
    assertEquals(system.stdout.text.includes("others may read the password of the node"), isTold);
    assertEquals(system.stdout.text.includes(UUID), false);
  }
});
