/** Every call on the way to the collector fails, or is where the agent dies, in turn: nothing is lost or torn. */
import { assert, assertEquals } from "@std/assert";
import { createAgent } from "../../src/actions/agent.ts";
import { deliver } from "../../src/actions/collector/outbox.ts";
import { spoolOf } from "../../src/actions/collector/push.ts";
import type { CollectorMessage } from "../../src/core/collector/message.ts";
import type { Round, Rounds } from "../fakes/fault_rounds.ts";
import { assertMended, assertWhole, configsOf, everyFault, withNextDaemon } from "../fakes/fault_rounds.ts";
import type { Life } from "../fakes/faults.ts";
import { FAULT_KINDS } from "../fakes/faults.ts";
import { draftsOf } from "../fakes/state_check.ts";
import { runAgent } from "../fakes/run_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const NODE = "[node]\ncollector = c.example.com\n";
const REGISTER = ["node", "register", "--app", "shop"];
const OLD = message("run0");
const NEW = message("run1");

function message(name: string): CollectorMessage {
  const path = "/api/instance/action";
  return { kind: "action", key: `action:${name}`, target: "feeder", method: "PUT", path, body: { name } };
}

function namesOf({ http }: FakeSystem): string[] {
  return http.asked.filter(({ line }) => line.endsWith("/action")).map(({ body }) => JSON.parse(body!).name);
}

/** A host on which a report waits that an earlier agent wrote. */
async function hostWithReport(): Promise<FakeSystem> {
  const world = fakeSystem({ files: { "/etc/agent/node.conf": `${NODE}uuid = ${UUID}\n` } });
  // As a daemon makes it: its id is drawn once for all rounds.
  world.files.put("/etc/agent/cluster.conf", "[cluster]\nid = c-1\n");
  await spoolOf(createAgent(world)).put(OLD);
  return world;
}

/** Delivers a report by hand; the code is 1 when the agent could not even keep it. */
async function deliverOne(life: Life): Promise<number | "died"> {
  const work = (async () => {
    try {
      const [delivery] = await deliver(createAgent(life.system), [NEW]);
      return delivery!.outcome === "rejected" ? 2 : 0;
    } catch {
      return 1;
    }
  })();
  return await life.outlive(work);
}

/** What was kept is told in the end, and what was told may be told twice. */
async function checkReports(round: Round, isNewKept: boolean): Promise<void> {
  const { world } = round;
  assertWhole(round);
  await world.clock.advance(120_000);
  await withNextDaemon(world, 300, 130);
  const arrived = new Set(namesOf(world));
  assert(arrived.has("run0"), "the report that waited arrives");
  if (isNewKept) assert(arrived.has("run1"), "the report that was kept arrives");
  const spool = spoolOf(createAgent(world));
  assertEquals([spool.isEmpty("action"), spool.ledger.count, spool.ledger.bytes], [true, 0, 0]);
  assert(namesOf(world).length <= 4);
  assertEquals(draftsOf(world.files), []);
}

for (const kind of FAULT_KINDS) {
  Deno.test(`a report by hand survives that any call ${kind}`, async () => {
    const rounds: Rounds = { kind, world: hostWithReport, act: deliverOne };
    await everyFault(rounds, async (round) => {
      assert(round.code !== 2);
      await checkReports(round, round.code === 0);
    });
  });

  Deno.test(`node register survives that any call ${kind}`, async () => {
    const world = () => {
      const host = fakeSystem({ files: { "/etc/agent/node.conf": NODE } });
      host.http.reply = { status: 200, text: JSON.stringify({ uuid: UUID }) };
      return host;
    };
    const done = world();
    assertEquals(await runAgent(REGISTER, done), 0);
    await everyFault({ kind, world, act: REGISTER, configs: configsOf(done) }, async (round) => {
      if (round.code === 0) {
        assert(round.world.files.read("/etc/agent/node.conf")!.includes(`uuid = ${UUID}`));
      } else if (round.code !== "died") assert(round.life.system.stderr.text !== "");
      const texts = Object.values(configsOf(round.world)).join();
      const id = /^id = (\S+)$/m.exec(texts)?.[1];
      await assertMended({ ...round, texts: allowed(round, id) }, REGISTER, 0);
      assert(round.world.files.read("/etc/agent/node.conf")!.includes(`uuid = ${UUID}`));
      if (id) assert(round.world.files.read("/etc/agent/cluster.conf")!.includes(id), "the id stays");
    });
  });
}

/** The id of the cluster is another one for the next agent where this one left none. */
function allowed(round: Round, id: string | undefined): Round["texts"] {
  const file = "/etc/agent/cluster.conf";
  if (id) return { ...round.texts, [file]: [`[cluster]\nid = ${id}\n`] };
  const { world } = round;
  return new Proxy(round.texts, {
    get: (texts, key) => key === file ? [world.files.read(file) ?? ""] : Reflect.get(texts, key),
  });
}
