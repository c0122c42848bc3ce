import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { CollectorMessage, MessageKind } from "../../src/core/collector/message.ts";
import { MAX_MESSAGE_BYTES } from "../../src/core/collector/message.ts";
import { Spool } from "../../src/state/collector/spool.ts";
import { spoolFile } from "../../src/state/collector/spool_files.ts";
import { ledgerFile } from "../../src/state/collector/spool_ledger.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDERS = { etc: "/e", var: "/v", log: "/l", run: "/r" };
const MAX = 20_000;

function message(kind: MessageKind, name: string, bytes = 0): CollectorMessage {
  const body = { text: "x".repeat(bytes) };
  return { kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path: "/api", body };
}

function setUp(max = MAX) {
  const system = fakeSystem();
  const spool = new Spool(system, FOLDERS, max);
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const names = (kind: MessageKind) => spool.survey().find((queue) => queue.kind === kind)!.count;
  const put = async (...messages: CollectorMessage[]) => {
    for (const one of messages) {
      assert(await spool.put(one));
      system.clock.step(system.clock.now() + 1_000);
    }
  };
  /** The ledger says what is there. */
  const check = () => {
    const queues = spool.survey();
    const { bytes, count } = spool.ledger;
    assertEquals(bytes, queues.reduce((sum, queue) => sum + queue.bytes, 0));
    assertEquals(count, queues.reduce((sum, queue) => sum + queue.count, 0));
  };
  return { system, spool, warn, warnings, names, put, check };
}

Deno.test("Spool keeps the order in which messages came, and tells their ages", async () => {
  const { spool, put, system } = setUp();
  const begin = system.clock.now();
  await put(message("action", "c"), message("action", "a"), message("action", "b"));
  const files = await spool.files("action");
  assertEquals(files.map((file) => file.slice(-6)), ["c.json", "a.json", "b.json"]);
  assertEquals(spool.survey().find(({ kind }) => kind === "action")?.oldest, begin);
  assertEquals([spool.isEmpty("action"), spool.isEmpty("config")], [false, true]);
});

Deno.test("Spool gives up the oldest reports when it is full, and states after them", async () => {
  const { spool, put, names, check } = setUp();
  await put(message("config", "a", 5_000), message("status", "a", 5_000));
  for (let i = 0; i < 50; i++) await put(message("action", `run${i}`, 1_000));
  const left = names("action");
  assert(left > 3 && left < 10, `${left} left`);
  assertEquals([names("config"), names("status"), spool.ledger.dropped], [1, 1, 50 - left]);
  assertEquals((await spool.files("action")).at(-1)?.endsWith("run49.json"), true);
  assert(spool.ledger.bytes <= MAX);
  check();
  await put(message("resinfo", "a", 9_000), message("resinfo", "b", 9_000));
  assertEquals([names("action"), names("config"), names("status"), names("resinfo")], [0, 0, 0, 2]);
  assertMatch(spool.ledger.dropped_at ?? "", /^2026-03-02T/);
  check();
});

/** A disk that takes no more than so many bytes of messages. */
function bound({ files }: FakeSystem, most: number): void {
  const replace = files.replace.bind(files);
  files.replace = (path, text, options) => {
    const used = files.paths.reduce((sum, each) => sum + (files.facts(each)?.size ?? 0), 0);
    const error = new Error(`Cannot replace "${path}": No space left on device (os error 28)`);
    return used + text.length > most ? Promise.reject(error) : replace(path, text, options);
  };
}

Deno.test("Spool gives up a quarter, the oldest reports, when its disk is full, and then keeps what is new", async () => {
  const { spool, put, names, check, system } = setUp(64 * 1024 * 1024);
  bound(system, 2_100_000);
  await put(message("config", "a", 5_000));
  for (let i = 0; i < 25; i++) await put(message("action", `run${i}`, 100_000));
  assertEquals([names("config"), names("action"), spool.ledger.dropped], [1, 19, 6]);
  assertEquals((await spool.files("action")).at(-1)?.endsWith("run24.json"), true);
  check();
});

Deno.test("Spool gives nothing up on a disk that something else has filled", async () => {
  const { spool, put, names, system } = setUp(64 * 1024 * 1024);
  for (let i = 0; i < 5; i++) await put(message("action", `run${i}`, 100_000));
  bound(system, 0);
  await assertRejects(() => spool.put(message("action", "more")), Error, "No space left");
  await spool.makeWay();
  assertEquals([names("action"), spool.ledger.dropped], [5, 0]);
});

Deno.test("Spool never gives up what is being written, nor what takes its own place", async () => {
  const { put, names, spool, check } = setUp();
  for (let i = 0; i < 5; i++) await put(message("config", "a", 15_000));
  assertEquals([names("config"), spool.ledger.dropped], [1, 0]);
  check();
});

Deno.test("Spool keeps nothing that is too large to be sent", async () => {
  const { spool, check } = setUp(64 * 1024 * 1024);
  assertEquals(await spool.put(message("config", "a", MAX_MESSAGE_BYTES)), false);
  assertEquals(spool.isEmpty("config"), true);
  check();
});

Deno.test("Spool removes what was sent, and not what took its place", async () => {
  const { spool, put, warn, check } = setUp();
  await put(message("config", "a"));
  const old = spool.find({ kind: "config", key: "config:a" }, warn)!;
  await put(message("config", "a", 10));
  await spool.remove(old);
  assertEquals(spool.isEmpty("config"), false);
  const found = spool.find({ kind: "config", key: "config:a" }, warn)!;
  await spool.remove(found);
  await spool.remove(found);
  assertEquals(spool.isEmpty("config"), true);
  check();
});

Deno.test("Spool counts anew when the ledger is lost or nonsense, and keeps what was dropped", async () => {
  const { spool, system, put, check } = setUp();
  for (let i = 0; i < 30; i++) await put(message("action", `run${i}`, 1_000));
  const { dropped } = spool.ledger;
  assert(dropped > 0);
  const file = ledgerFile(FOLDERS);
  system.files.put(file, system.files.read(file)!.replace(/"bytes":\d+/, '"bytes":1'));
  await spool.mend();
  check();
  assertEquals(spool.ledger.dropped, dropped);
  system.files.put(file, '{"bytes":');
  await put(message("action", "more"));
  check();
});

Deno.test("Spool sets aside what it cannot use, with a warning, and counts it", async () => {
  const { spool, system, put, warn, warnings } = setUp();
  await put(message("config", "a"));
  const [file = ""] = await spool.files("config");
  for (const text of ["", "{", '{"id":"1"}', '{"id":"1","at":"x","kind":"other","body":{}}']) {
    system.files.put(file, text);
    assertEquals(spool.read(file, warn), undefined, text);
    assertEquals(system.files.read(`${file}.corrupt`), text);
  }
  assertEquals(warnings.length, 4);
  assertEquals(spool.survey().find(({ kind }) => kind === "config")?.aside, 1);
  system.files.put(file, "x");
  system.files.denyReading(file, new Error("Input/output error (os error 5)"));
  assertEquals(spool.read(file, warn), undefined);
  assertEquals(system.files.facts(file)?.kind, "file");
});

Deno.test("spoolFile() gives each key a file of its own, in the folder", () => {
  const keys = [
    "a",
    "a/b",
    "a%2Fb",
    "../../x",
    ".",
    "..",
    "ns1/svc/web",
    "ä",
    "x".repeat(300),
    `${"x".repeat(299)}y`,
  ];
  const files = keys.map((key) => spoolFile(FOLDERS, { kind: "config", key }));
  assertEquals(new Set(files).size, keys.length);
  for (const file of files) {
    assertMatch(file, /^\/v\/node\/collector\/spool\/config\/[^/]{1,230}\.json$/);
    assertEquals(/config\/\.{1,2}\.json$/.test(file), false, file);
  }
});

Deno.test("what is due while a spool of thousands is counted gets its turn", async () => {
  const { system, spool, check } = setUp(64 * 1024 * 1024);
  for (let i = 0; i < 1_100; i++) {
    system.files.put(spoolFile(FOLDERS, { kind: "action", key: `run${i}` }), "{}");
  }
  let hadTurn = false;
  system.clock.sleep(1).then(() => hadTurn = true);
  await system.clock.runUntil(spool.mend());
  assertEquals([hadTurn, spool.ledger.count], [true, 1_100]);
  check();
});

Deno.test("Spool lets who waits take its turn, whoever else writes all the time", async () => {
  const { system, spool } = setUp(8 * MAX);
  // As the lock of a file is: whoever finds it taken looks again after a pause.
  system.files.lock = async (path) => {
    for (;;) {
      const lock = system.files.tryLock(path);
      if (lock) return lock;
      await system.clock.sleep(50);
    }
  };
  const done: string[] = [];
  const note = async (kind: MessageKind, name: string) => {
    await spool.put(message(kind, name));
    done.push(name);
  };
  const many = async () => {
    for (let i = 0; i < 20; i++) await note("status", `s${i}`);
  };
  const [all, run] = [many(), note("action", "run")];
  await all;
  assertEquals(done.slice(0, 3), ["s0", "run", "s1"]);
  await run;
});
