import { assertEquals, assertStringIncludes } from "@std/assert";
import { md5 } from "../../src/core/text/md5.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { logOf } from "../fakes/run_service.ts";
import { COLLECTOR_NODE, NODE_UUID, spooledOf } from "../fakes/spooled.ts";
import type { FakeOptions } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = "[DEFAULT]\nnodes = n1\n[task#0]\ncommand = /bin/true\n";
const SENT = "/var/lib/agent/node/collector/config_sent/root.svc.svc1.json";
const STAMPS = "/var/lib/agent/svc/svc1/scheduler";

function host(options: FakeOptions & { readonly node?: string } = {}) {
  const { node = COLLECTOR_NODE, ...rest } = options;
  return fakeSystem({ config: { svc1: CONFIG }, files: { "/etc/agent/node.conf": node }, ...rest });
}

const pushes: readonly [word: string, request: string][] = [
  ["resinfo", "POST /feeder/api/instance/resource_info"],
  ["config", "POST /feeder/api/object/config"],
  ["status", "POST /feeder/api/instance/status"],
];

for (const [word, request] of pushes) {
  Deno.test(`push ${word} by hand is delivered at once, with the name and the password of the node`, async () => {
    const system = host();
    assertEquals(await runAgent(["svc1", "push", word], system), 0);
    assertEquals(system.http.asked.map(({ line }) => line), [request]);
    assertEquals(system.http.asked[0]?.login, { user: "n1", password: NODE_UUID });
    assertEquals(logOf(system), [`INFO push ${word}: delivered`]);
    assertEquals(spooledOf(system, word as "config"), []);
    assertEquals(system.files.read(`${STAMPS}/last_push_${word}`), undefined);
  });

  Deno.test(`push_${word} --cron is stamped and kept for the daemon, and is no failure`, async () => {
    const system = host();
    system.http.reply = "refused";
    assertEquals(await runAgent(["svc1", `push_${word}`, "--cron"], system), 0);
    assertEquals(system.http.asked, []);
    assertEquals(spooledOf(system, word as "config").map(({ key }) => key), [`${word}:svc1`]);
    assertEquals(system.files.read(`${STAMPS}/last_push_${word}`), "1772445600.0\n");
  });

  Deno.test(`push ${word} is an error without a collector, and nothing to do for the scheduler`, async () => {
    const system = host({ node: "[node]\nname = n1\n" });
    assertEquals(await runAgent(["svc1", "push", word], system), 1);
    assertStringIncludes(
      system.stderr.text,
      `Cannot push ${word}: node.conf names no collector for it, expected [node] collector = ADDRESS`,
    );
    system.stderr.clear();
    assertEquals(await runAgent(["svc1", "push", word, "--cron"], system), 0);
    assertStringIncludes(system.stderr.text, `push ${word}: not pushed: node.conf names no collector`);
    assertEquals(system.files.read(`${STAMPS}/last_push_${word}`), undefined);
  });

  Deno.test(`push ${word} that cannot be sent is kept, tells so and exits 1; one that is not wanted exits 1, too`, async () => {
    const system = host();
    system.http.reply = "refused";
    assertEquals(await runAgent(["svc1", "push", word, "--format", "json"], system), 1);
    assertEquals(JSON.parse(system.stdout.text), [{
      path: "svc1",
      action: `push_${word}`,
      outcome: "spooled",
      reason: JSON.parse(system.stdout.text)[0].reason,
      is_failed: true,
    }]);
    assertStringIncludes(system.stderr.text, "WARNING push");
    assertEquals(spooledOf(system, word as "config").length, 1);

    const unwanted = host();
    unwanted.http.reply = { status: 400, text: '{"text":"missing path"}' };
    assertEquals(await runAgent(["svc1", "push", word], unwanted), 1);
    assertStringIncludes(unwanted.stderr.text, "the collector does not want it");
    assertEquals(spooledOf(unwanted, word as "config"), []);
  });
}

Deno.test("push config remembers what was told, and forgets it with the service", async () => {
  const system = host();
  await runAgent(["svc1", "push", "config"], system);
  assertEquals(JSON.parse(system.files.read(SENT)!), {
    sent_at: "2026-03-02T10:00:00.000Z",
    csum: md5(CONFIG),
  });
  await runAgent(["svc1", "push", "status", "--cron"], system);
  assertEquals(await runAgent(["svc1", "delete"], system), 0);
  assertEquals([system.files.read(SENT), spooledOf(system, "status")], [undefined, []]);
});

Deno.test("push config that was not wanted is not remembered", async () => {
  const system = host();
  system.http.reply = 400;
  await runAgent(["svc1", "push", "config"], system);
  assertEquals(system.files.read(SENT), undefined);
});

Deno.test("push of several services tells each outcome, and leaves out what is not of this node", async () => {
  const system = host({
    config: { a: CONFIG, b: "[DEFAULT]\ncomment = nothing\n", c: "nonsense\n", d: "[DEFAULT]\nnodes = n2\n" },
  });
  assertEquals(await runAgent(["*", "push", "resinfo", "--format", "jsonl"], system), 3);
  const results = system.stdout.lines.map((line) => JSON.parse(line));
  assertEquals(results.map(({ path, outcome }) => [path, outcome]), [["a", "delivered"], ["b", "empty"]]);
  assertStringIncludes(system.stderr.text, "agent: d: this node, n1, is in neither");
  assertStringIncludes(system.stderr.text, "a: push resinfo: delivered");
  assertStringIncludes(system.stderr.text, "b: push resinfo: not pushed");
  assertEquals(system.http.asked.length, 1);
});

Deno.test("push --cron of several services: one that cannot be kept is told, and keeps back no other", async () => {
  const system = host({ config: { a: CONFIG, b: CONFIG } });
  const stamp = "/var/lib/agent/svc/a/scheduler/last_push_config";
  const replace = system.files.replace.bind(system.files);
  system.files.replace = (path, ...rest) =>
    path.includes("/spool/config/config%3Aa")
      ? Promise.reject(new Error("No space left on device"))
      : replace(path, ...rest);
  assertEquals(await runAgent(["*", "push", "config", "--cron", "--format", "json"], system), 1);
  const results = JSON.parse(system.stdout.text) as { outcome: string; reason: string | null }[];
  assertEquals(results.map(({ outcome }) => outcome), ["refused", "spooled"]);
  assertStringIncludes(String(results[0]?.reason), "No space left on device");
  assertEquals(typeof system.files.read(stamp), "string");
  assertEquals(spooledOf(system, "config").map(({ key }) => key), ["config:b"]);
});

Deno.test("push of a service of other nodes is refused", async () => {
  const system = host({ config: { svc1: "[DEFAULT]\nnodes = n2\n" } });
  assertEquals(await runAgent(["svc1", "push", "config"], system), 1);
  assertEquals(await runAgent(["svc1", "push", "config", "--cron"], system), 1);
  assertEquals(system.http.asked, []);
});
