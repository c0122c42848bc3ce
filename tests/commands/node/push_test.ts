import { assertEquals, assertStringIncludes } from "@std/assert";
import type { FakeReply } from "../../fakes/http.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const CONF = "[node]\ncollector = c.example.com\nuuid = 6c0a3a4e-0000-4000-8000-3f0c5be0a1d2\n";
const STAMP = "/var/lib/agent/node/scheduler/last_asset_push";
const SPOOLED = "/var/lib/agent/node/collector/spool/system/system.json";

function host(reply: FakeReply = 202, conf = CONF) {
  const files = {
    "/etc/agent/node.conf": conf,
    "/etc/agent/cluster.conf": "[cluster]\nid = c1\n",
    "/etc/passwd": "root:x:0:0::/:/bin/sh\n",
    "/etc/group": "root:x:0:\n",
  };
  const system = fakeSystem({ files });
  system.http.reply = reply;
  return system;
}

Deno.test("node push tells the feeder what the node is", async () => {
  for (const words of [["push"], ["push", "system"], ["push", "asset"], ["pushasset"]]) {
    const system = host();
    assertEquals(await runAgent(["node", ...words], system), 0);
    const [asked] = system.http.asked;
    assertEquals(asked?.line, "POST /feeder/api/node/system");
    assertEquals(JSON.parse(asked?.body ?? "").properties.cluster_id.value, "c1");
    assertStringIncludes(system.stderr.text, "push asset: delivered");
    assertStringIncludes(system.stderr.text, "agent: package is left out: ");
    assertEquals(system.files.facts(STAMP), undefined);
  }
});

Deno.test("node push fails without a collector, and says so", async () => {
  const system = host(202, "[node]\nname = n1\n");
  assertEquals(await runAgent(["node", "push"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot push the asset of the node: node.conf names no collector");
  assertEquals(system.http.asked.length, 0);
});

Deno.test("node push keeps what a collector that does not answer has to be told", async () => {
  const system = host("refused");
  assertEquals(await runAgent(["node", "push", "--format", "json"], system), 1);
  const [result] = JSON.parse(system.stdout.text);
  assertEquals([result.action, result.outcome, result.is_failed], ["push_asset", "spooled", true]);
  assertEquals(JSON.parse(system.files.read(SPOOLED)!).path, "/api/node/system");
});

Deno.test("node push says what the collector does not want", async () => {
  const system = host({ status: 400, text: '{"text":"no such thing"}' });
  assertEquals(await runAgent(["node", "push"], system), 1);
  assertStringIncludes(system.stderr.text, "push asset: the collector does not want it");
  assertStringIncludes(system.stderr.text, "no such thing");
});

Deno.test("node push --cron stamps, keeps, and never fails for want of a collector", async () => {
  const system = host();
  assertEquals(await runAgent(["node", "push", "--cron"], system), 0);
  assertEquals(system.files.read(STAMP), "1772445600.0\n");
  assertEquals(system.files.facts(SPOOLED)?.kind, "file");
  assertEquals(system.http.asked.length, 0);
  const alone = host(202, "[node]\nname = n1\n");
  assertEquals(await runAgent(["node", "push", "--cron"], alone), 0);
  assertStringIncludes(alone.stderr.text, "not pushed: node.conf names no collector");
  assertEquals(alone.files.facts(STAMP), undefined);
});

Deno.test("node push makes the cluster id that is missing, and keeps the one that is there", async () => {
  const system = host();
  const before = system.files.read("/etc/agent/cluster.conf");
  await runAgent(["node", "push"], system);
  assertEquals(system.files.read("/etc/agent/cluster.conf"), before);
  system.files.remove("/etc/agent/cluster.conf");
  assertEquals(await runAgent(["node", "push"], system), 0);
  const id = JSON.parse(system.http.asked.at(-1)?.body ?? "").properties.cluster_id.value;
  assertStringIncludes(system.files.read("/etc/agent/cluster.conf") ?? "", `id = ${id}`);
});

Deno.test("node push refuses other words", async () => {
  const system = host();
  assertEquals(await runAgent(["node", "push", "disks"], system), 2);
  assertStringIncludes(system.stderr.text, 'WHAT is "disks", expected system, asset');
});
