import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import {
  hasCollector,
  hasComplianceCollector,
  needCollector,
} from "../../../src/actions/collector/configured.ts";
import { deliver, spool } from "../../../src/actions/collector/outbox.ts";
import { spoolOf } from "../../../src/actions/collector/push.ts";
import type { CollectorMessage, MessageKind } from "../../../src/core/collector/message.ts";
import { readKindState } from "../../../src/state/collector/collector_state.ts";
import type { FakeReply } from "../../fakes/http.ts";
import { fakeSystem } from "../../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const NODE = `[node]\ncollector = c.example.com\ndbcompliance = c.example.com\nuuid = ${UUID}\n`;
const SPOOL = "/var/lib/agent/node/collector/spool";

function message(kind: MessageKind, name: string, body: Record<string, unknown> = {}): CollectorMessage {
  const path = `/api/${kind}`;
  return { kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path, body: { name, ...body } };
}

function setUp(reply: FakeReply = 202, node = NODE) {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": node } });
  system.http.reply = reply;
  const agent = createAgent(system);
  const waiting = () => spoolOf(agent).survey().filter(({ count }) => count > 0);
  const run = <T>(work: Promise<T>) => system.clock.runUntil(work);
  return { system, agent, waiting, run };
}

Deno.test("nothing at all is kept without a collector", async () => {
  const { system, agent, run } = setUp(202, "[node]\nname = n1\n");
  await run(spool(agent, [message("config", "a")]));
  assertEquals([hasCollector(agent), hasComplianceCollector(agent)], [false, false]);
  assertEquals(system.files.paths.filter((path) => path.includes("collector")), []);
  assertThrows(() => needCollector(agent, "push"), Error, "node.conf names no collector for it");
  assertEquals(await run(deliver(agent, [message("config", "a")])), [
    { key: "config:a", outcome: "rejected", reason: "node.conf names no address for it" },
  ]);
});

Deno.test("an address in clear is no collector, and says why", async () => {
  const { agent, run, waiting } = setUp(202, `[node]\ncollector = http://c.example.com\nuuid = ${UUID}\n`);
  await run(spool(agent, [message("config", "a")]));
  assertEquals(waiting(), []);
  assertThrows(() => needCollector(agent, "push config"), Error, "credentials of the node in clear");
});

Deno.test("spool() keeps one message a key, the newest, durably", async () => {
  const { system, agent, waiting, run } = setUp();
  await run(spool(agent, [message("config", "ns1/svc/web"), message("status", "web")]));
  await run(spool(agent, [message("config", "ns1/svc/web", { is: "new" })]));
  assertEquals(waiting().map(({ kind, count }) => `${kind} ${count}`), ["config 1", "status 1"]);
  const file = `${SPOOL}/config/config%3Ans1%2Fsvc%2Fweb.json`;
  assertEquals(JSON.parse(system.files.read(file)!).body, { name: "ns1/svc/web", is: "new" });
  assertEquals(system.files.durable.filter((path) => path === file).length, 2);
  assertEquals(system.files.facts(file)?.mode, 0o600);
  const { bytes, count } = spoolOf(agent).ledger;
  assertEquals([bytes, count], [waiting().reduce((sum, { bytes }) => sum + bytes, 0), 2]);
  assertEquals(system.http.asked, []);
});

Deno.test("deliver() sends with the name and the password of the node, and keeps nothing", async () => {
  const { system, agent, waiting, run } = setUp({ status: 202, text: '{"uuid":"1"}' });
  const deliveries = await run(deliver(agent, [message("config", "a"), message("system", "n1")]));
  assertEquals(deliveries, [
    { key: "config:a", outcome: "delivered", answer: { uuid: "1" } },
    { key: "system:n1", outcome: "delivered", answer: { uuid: "1" } },
  ]);
  const [first, second] = system.http.asked;
  assertEquals([first?.line, second?.line], ["POST /feeder/api/system", "POST /feeder/api/config"]);
  assertEquals(second?.login, { user: "n1", password: UUID });
  assertEquals(JSON.parse(second!.body!), { name: "a" });
  assertEquals(waiting(), []);
  assertEquals(readKindState(system.files, agent.folders, "config").delivered, 1);
});

const outcomes: [reply: FakeReply, outcome: string, reason: RegExp, left: number][] = [
  ["refused", "spooled", /^Connection refused$/, 1],
  ["hangs", "spooled", /^no answer within 5 s$/, 1],
  [503, "spooled", /status 503/, 1],
  [500, "spooled", /status 500/, 1],
  [{ status: 200, text: "<html>" }, "spooled", /no JSON object/, 1],
  [{ status: 401, text: '{"text":"bad password"}' }, "spooled", /bad password.*agent node register/, 1],
  [403, "spooled", /agent node register/, 1],
  // The node is told of first, which does not help here.
  [409, "spooled", /status 409/, 2],
  [{ status: 400, text: '{"text":"missing path"}' }, "rejected", /^missing path \(status 400\)$/, 0],
  [413, "rejected", /status 413/, 0],
];

for (const [reply, outcome, reason, left] of outcomes) {
  Deno.test(`deliver() calls a message ${outcome} after ${JSON.stringify(reply)}`, async () => {
    const { system, agent, waiting, run } = setUp(reply);
    const [delivery] = await run(deliver(agent, [message("config", "a")]));
    assertEquals(delivery?.outcome, outcome);
    assertMatch(delivery?.reason ?? "", reason);
    assertEquals(waiting().length, left);
    const state = readKindState(system.files, agent.folders, "config");
    assertEquals([state.rejected, state.failures], left === 0 ? [1, 0] : [0, 1]);
    if (left === 0) assertEquals(state.last_rejected?.key, "config:a");
    else assertMatch(state.error ?? "", reason);
  });
}

Deno.test("deliver() does not try what would be in vain", async () => {
  const { system, agent, run } = setUp("refused");
  const deliveries = await run(deliver(agent, [message("status", "a"), message("config", "a")]));
  assertEquals(deliveries.map(({ outcome }) => outcome), ["spooled", "spooled"]);
  assertEquals(system.http.asked.length, 1);
});

Deno.test("deliver() without a password asks nobody", async () => {
  const { system, agent, run } = setUp(202, "[node]\ncollector = c.example.com\n");
  const [delivery] = await run(deliver(agent, [message("status", "a")]));
  assertEquals(delivery?.reason, "this node is not registered; agent node register gets it a password");
  assertEquals(system.http.asked, []);
});

Deno.test("a message that is replaced in flight is not removed by the answer to its older version", async () => {
  const { system, agent, waiting, run } = setUp({ status: 202, afterMs: 1_000 });
  const sent = deliver(agent, [message("config", "a", { is: "old" })]);
  await system.clock.advance(500);
  await spool(agent, [message("config", "a", { is: "new" })]);
  await run(sent);
  assertEquals(waiting().map(({ kind, count }) => `${kind} ${count}`), ["config 1"]);
});

Deno.test("messages for compliance are calls with the credentials behind their parameters", async () => {
  const { system, agent, run } = setUp({ status: 200, text: '{"result":0}' });
  const call: CollectorMessage = {
    kind: "compliance",
    key: "compliance:a",
    target: "compliance",
    method: "POST",
    path: "",
    body: { method: "comp_log_actions", params: [["a"], [[1]]] },
  };
  const [delivery] = await run(deliver(agent, [call]));
  assertEquals(delivery, { key: "compliance:a", outcome: "delivered", answer: 0 });
  assertEquals(system.http.asked[0]?.url, "https://c.example.com/init/compliance/call/jsonrpc2");
  assertEquals(JSON.parse(system.http.asked[0]!.body!), {
    jsonrpc: "2.0",
    id: 1,
    method: "comp_log_actions",
    params: [["a"], [[1]], [UUID, "n1"]],
  });
});
