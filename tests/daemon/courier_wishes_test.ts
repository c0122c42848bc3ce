/** What the collector asks for, and gets. */
import { assert, assertEquals } from "@std/assert";
import { createAgent } from "../../src/actions/agent.ts";
import { deliver, spool } from "../../src/actions/collector/outbox.ts";
import type { CollectorWishes } from "../../src/actions/collector/wishes.ts";
import { Journal } from "../../src/actions/journal.ts";
import type { CollectorMessage, MessageKind } from "../../src/core/collector/message.ts";
import { Courier } from "../../src/daemon/collector/courier.ts";
import { kindLockFile } from "../../src/state/collector/collector_state.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const NODE = "[node]\ncollector = c.example.com\nuuid = 6c0a3a4e-0000-4000-8000-3f0c5be0a1d2\n";

function message(kind: MessageKind, name: string): CollectorMessage {
  const path = `/api/${kind}`;
  return { kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path, body: { name } };
}

const WISHES: CollectorWishes = {
  system: () => Promise.resolve(message("system", "n1")),
  configs: (_agent, paths) => Promise.resolve(paths.map((path) => message("config", path))),
  everything: () => Promise.resolve([message("config", "all"), message("status", "all")]),
};

/** Runs a courier for services a and b while the test looks at it. */
async function withCourier(
  prepare: (system: FakeSystem) => void | Promise<void>,
  body: (system: FakeSystem, take: () => string[]) => Promise<void>,
): Promise<void> {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": NODE } });
  await prepare(system);
  const stopping = new AbortController();
  const agent = createAgent(system);
  const courier = Courier.of({
    agent,
    journal: new Journal(system.clock, {}, []),
    wishes: WISHES,
    stopping: stopping.signal,
    services: () => ["a", "b"],
  })!;
  const running = courier.start();
  const take = () =>
    system.http.asked.splice(0).map(({ line, body }) => {
      const { name } = JSON.parse(body!);
      return `${line.replace("POST /feeder/api/", "")}${name === undefined ? "" : ` ${name}`}`;
    });
  try {
    await system.clock.advance(1);
    await body(system, take);
  } finally {
    stopping.abort();
    await system.clock.runUntil(Promise.resolve(running[Symbol.asyncDispose]()));
  }
}

Deno.test("configurations that the collector lacks are given, those of others are not, nor twice at once", async () => {
  const pong = {
    status: 202,
    text: '{"object_without_config":["b","elsewhere",7],"node_with_action_queued":["n1"]}',
  };
  await withCourier((system) => {
    system.http.reply = ({ line }) => line.endsWith("/ping") ? pong : 202;
  }, async (system, take) => {
    await system.clock.advance(1_000);
    assertEquals(take(), ["daemon/status", "daemon/ping", "config b"]);
    await system.clock.advance(60_000);
    assertEquals(take(), ["daemon/ping", "config b"]);
  });
});

Deno.test("a collector that does not know the node hears of it first, then the message again", async () => {
  let isKnown = false;
  await withCourier((system) => {
    system.http.reply = ({ line }) => {
      isKnown ||= line.endsWith("/system");
      return isKnown || line.includes("daemon") ? 202 : 409;
    };
  }, async (system, take) => {
    take();
    await spool(createAgent(system), [message("config", "a")]);
    await system.files.replace("/run/agent/node/collector/wake", "spooled y\n");
    await system.clock.advance(1_000);
    assertEquals(take(), ["config a", "system n1", "config a"]);
  });
});

Deno.test("a collector that knows no node, whatever it is told, is not flooded", async () => {
  await withCourier((system) => {
    system.http.reply = 409;
  }, async (system, take) => {
    await system.clock.advance(3_600_000);
    const asked = take().length;
    assert(asked > 10 && asked < 90, `${asked} requests in an hour`);
  });
});

Deno.test("a collector that has forgotten the node is told everything again, once", async () => {
  await withCourier((system) => {
    system.http.reply = ({ line }) => line.endsWith("/ping") ? { status: 204, text: "" } : 202;
  }, async (system, take) => {
    await system.clock.advance(20_000);
    assertEquals(take(), ["daemon/status", "daemon/ping", "config all", "status all", "daemon/status"]);
    await system.clock.advance(200_000);
    const later = take();
    assertEquals(later.filter((line) => line.endsWith(" all")), []);
    assertEquals(later.filter((line) => line === "daemon/ping").length, 3);
  });
});

Deno.test("one push of a kind goes on at a time", async () => {
  await withCourier(() => {}, async (system, take) => {
    take();
    const agent = createAgent(system);
    const lock = system.files.tryLock(kindLockFile(agent.folders, "config"))!;
    const [delivery] = await system.clock.runUntil(deliver(agent, [message("config", "a")]));
    assertEquals(delivery, {
      key: "config:a",
      outcome: "spooled",
      reason: "another push of this kind goes on",
    });
    assertEquals(take().includes("config a"), false);
    lock.release();
    await system.files.replace("/run/agent/node/collector/wake", "retry x\n");
    await system.clock.advance(1_000);
    assertEquals(take(), ["config a"]);
  });
});

Deno.test("the answer to a full status is heeded like that to a sign of life", async () => {
  const wanted = { status: 202, text: '{"object_without_config":["a"]}' };
  await withCourier((system) => {
    system.http.reply = ({ line }) => line.endsWith("/status") ? wanted : 202;
  }, (_system, take) => {
    assertEquals(take(), ["daemon/status", "config a", "daemon/ping"]);
    return Promise.resolve();
  });
});

Deno.test("a long queue and a slow collector keep neither signs of life nor configurations from being told", async () => {
  await withCourier(async (system) => {
    system.http.reply = { status: 202, afterMs: 500 };
    await spool(createAgent(system), Array.from({ length: 300 }, (_, i) => message("action", `${i}`)));
  }, async (system, take) => {
    await system.clock.advance(20_000);
    await spool(createAgent(system), [message("config", "late")]);
    await system.clock.advance(100_000);
    const told = take();
    const before = told.indexOf("config late");
    const actions = told.slice(0, before).filter((line) => line.startsWith("action"));
    assert(before > 0 && actions.length < 60, `the configuration comes after ${actions.length} runs`);
    assertEquals(told.filter((line) => line === "daemon/ping").length, 2);
    await system.clock.advance(100_000);
    const all = [...told, ...take()];
    assertEquals(all.filter((line) => line === "daemon/ping").length, 4);
    assertEquals(new Set(all.filter((line) => line.startsWith("action"))).size, 300);
    assertEquals(all.filter((line) => line.startsWith("action")).length, 300);
  });
});
