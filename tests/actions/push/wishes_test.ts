import { assertEquals } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import { WISHES } from "../../../src/actions/collector/wishes.ts";
import { readConfigSent } from "../../../src/state/collector/config_sent.ts";
import { COLLECTOR_NODE } from "../../fakes/spooled.ts";
import { fakeSystem } from "../../fakes/system.ts";

const MINE = "[DEFAULT]\nnodes = n1\n[task#0]\ncommand = a\n";

function setUp() {
  const config = { web: MINE, other: MINE.replace("n1", "n2"), bad: "nonsense\n" };
  return createAgent(fakeSystem({ config, files: { "/etc/agent/node.conf": COLLECTOR_NODE } }));
}

Deno.test("configurations that the collector asks for are told, and remembered; what it cannot have is left out", async () => {
  const agent = setUp();
  const asked = ["web", "other", "bad", "gone", "../../etc/passwd", "", "a/b/c/d", "root/svc/web"];
  const messages = await WISHES.configs(agent, asked);
  assertEquals(messages.map(({ key }) => key), ["config:web", "config:web"]);
  const path = { namespace: "root", kind: "svc", name: "web" } as const;
  assertEquals(typeof readConfigSent(agent.system.files, agent.folders, path)?.csum, "string");
});

Deno.test("a collector that has forgotten the node is told everything of its services again", async () => {
  const messages = await WISHES.everything(setUp());
  assertEquals(messages.map(({ key }) => key), ["config:web", "resinfo:web", "status:web"]);
});

Deno.test("what is due while very many services are looked at gets its turn", async () => {
  const config = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`web${i}`, MINE]));
  const system = fakeSystem({ config, files: { "/etc/agent/node.conf": COLLECTOR_NODE } });
  const agent = createAgent(system);
  for (const make of [() => WISHES.everything(agent), () => WISHES.configs(agent, Object.keys(config))]) {
    let hadTurn = false;
    system.clock.sleep(1).then(() => hadTurn = true);
    const messages = await system.clock.runUntil(make());
    assertEquals([messages.length >= 12, hadTurn], [true, true]);
  }
});
