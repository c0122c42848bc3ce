/** The built executable and a collector on loopback: registering, outages, crashes, certificates. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { createFiles } from "../../src/adapters/files.ts";
import type { CollectorMessage, MessageKind } from "../../src/core/collector/message.ts";
import { Spool } from "../../src/state/collector/spool.ts";
import { makeCertificates } from "../fakes/feeder/certificates.ts";
import type { FeederOptions } from "../fakes/feeder/feeder.ts";
import { Feeder } from "../fakes/feeder/feeder.ts";
import { AGENT, Box, exists, hasProgram, until } from "./box.ts";

/** Of another node: nothing of it is told but what the test puts there. */
const SERVICE = "[DEFAULT]\nnodes = n9\n[fs#0]\ntype = flag\n";
const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";

/** A box with a collector, a service and a daemon that is told to start by the test. */
function collectorTest(
  name: string,
  options: FeederOptions,
  body: (box: Box, feeder: Feeder) => Promise<void>,
  isIgnored = false,
): void {
  Deno.test({
    name,
    ignore: AGENT === "" || isIgnored,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const box = new Box();
      try {
        await using feeder = new Feeder({ nodes: { n1: UUID }, ...options });
        box.config("svc1", SERVICE);
        configure(box, feeder);
        await body(box, feeder);
        assertEquals(feeder.complaints, []);
        assertEquals(leaks(box, feeder.nodes.get("n1")!), []);
      } finally {
        assertEquals(await box.end(), []);
      }
    },
  });
}

function configure(box: Box, feeder: Feeder, more = `uuid = ${UUID}\n`): void {
  box.config("node", `[node]\ncollector = ${feeder.url}\ncollector_timeout = 1s\n${more}`);
}

/** Files besides node.conf, and processes, that hold the password. */
function leaks(box: Box, secret: string): string[] {
  const found: string[] = [];
  const look = (folder: string) => {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) look(path);
      else if (isFile && name !== "node.conf" && Deno.readTextFileSync(path).includes(secret)) {
        found.push(path);
      }
    }
  };
  look(box.root);
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(secret)) found.push(`process ${name}`);
    } catch {
      // It has just ended.
    }
  }
  return found;
}

function message(kind: MessageKind, name: string): CollectorMessage {
  const begin = "2026-03-02T10:00:00.000Z";
  const action = { path: name, action: "run", version: "3.0.0", session_uuid: name, begin };
  return kind === "action"
    ? {
      kind,
      key: `action:${name}`,
      target: "feeder",
      method: "PUT",
      path: "/api/instance/action",
      body: action,
    }
    : {
      ...{ kind, key: `${kind}:${name}`, target: "feeder", method: "POST", path: "/api/object/config" },
      body: { path: name },
    };
}

/** As any agent of this root would do. */
async function put(box: Box, messages: readonly CollectorMessage[]): Promise<void> {
  const { root } = box;
  const folders = { etc: `${root}/etc`, var: `${root}/var`, log: `${root}/log`, run: `${root}/run` };
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const host = { uuid: () => crypto.randomUUID() };
  const spool = new Spool({ files: createFiles(), clock, host }, folders, 64 * 1024 * 1024);
  for (const one of messages) assert(await spool.put(one));
}

async function wake(box: Box, reason = "retry"): Promise<void> {
  await createFiles().replace(
    join(box.root, "run/node/collector/wake"),
    `${reason} ${crypto.randomUUID()}\n`,
  );
}

async function overview(box: Box) {
  const { stdout } = await box.agent(["node", "print", "collector", "--format", "json"]);
  return JSON.parse(stdout);
}

function log(box: Box): string {
  return box.read(join(box.root, "log/daemon.log"));
}

async function startDaemon(box: Box): Promise<void> {
  const { code, stderr } = await box.agent(["daemon", "start"]);
  assertEquals([code, stderr], [0, ""]);
}

const hasOpenssl = hasProgram("openssl");
const FOLDER = hasOpenssl && AGENT !== "" ? Deno.makeTempDirSync({ prefix: "agent-tls-" }) : "";
const GOOD = FOLDER === "" ? undefined : makeCertificates(`${FOLDER}/good`);
if (FOLDER !== "") globalThis.addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

collectorTest(
  "a node registers over TLS with a private authority, and tells of itself and its services",
  { nodes: {}, users: { joe: "hunter2!" }, ...(GOOD ? { tls: GOOD.tls } : {}) },
  async (box, feeder) => {
    const ca = join(box.root, "etc/ca.pem");
    await Deno.copyFile(GOOD!.caFile, ca);
    configure(box, feeder, "");
    await startDaemon(box);
    const untrusted = await box.agent(["node", "register", "--user", "joe"], { stdin: "hunter2!\n" });
    assertEquals(untrusted.code, 1);
    assertMatch(
      untrusted.stderr,
      /^agent: Cannot register n1: the collector cannot do it now: .*certificate.*\n$/i,
    );
    assertEquals(feeder.asked, []);
    configure(box, feeder, `collector_ca = ${ca}\n`);
    assertEquals((await box.agent(["daemon", "restart"])).code, 0);
    const wrong = await box.agent(["node", "register", "--user", "joe"], { stdin: "other\n" });
    assertEquals(wrong.code, 1);
    assertStringIncludes(wrong.stderr, "does not know this user with this password");
    const { code, stdout } = await box.agent(["node", "register", "--user", "joe"], { stdin: "hunter2!\n" });
    assertEquals([code, stdout], [0, `n1 is registered; its password is in ${box.root}/etc/node.conf\n`]);
    assertEquals(box.mode(join(box.root, "etc/node.conf")), 0o600);
    await feeder.until(() => feeder.paths.includes("daemon/ping"), "a sign of life");
    assertEquals(feeder.bodies("daemon/ping")[0], { nodes: ["n1"], objects: ["svc1"], version: "3.0.0" });
    assertEquals(feeder.paths.slice(1), ["node/system", "daemon/status", "daemon/ping"]);
    const doctor = await box.agent(["doctor"]);
    assertMatch(doctor.stdout, /^ok +collector +https:\S+\/feeder answers$/m);
    const shown = stdout + doctor.stdout + log(box);
    assertEquals([shown.includes("hunter2!"), shown.includes(feeder.nodes.get("n1")!)], [false, false]);
  },
  !hasOpenssl,
);

collectorTest(
  "the password of a user is asked for on the terminal, and not shown",
  { nodes: {}, users: { joe: "hunter2!" } },
  async (box, feeder) => {
    configure(box, feeder, "");
    const typed = [{ after: "Password of joe: ", text: "hunter2!\n" }];
    const { code, text } = await box.terminal(`${AGENT} node register --user joe; stty -a`, typed);
    assertEquals(code, 0);
    assertStringIncludes(text, "Password of joe: \nn1 is registered");
    assertMatch(text, / echo /);
    assertEquals(text.includes("hunter2!"), false);
  },
  !hasProgram("script") || !hasProgram("stty"),
);

collectorTest(
  "everything arrives after an outage, states once, and every report",
  {},
  async (box, feeder) => {
    feeder.network = "refuses";
    await startDaemon(box);
    const actions = Array.from({ length: 1_500 }, (_, i) => message("action", `run${i}`));
    const states = Array.from({ length: 300 }, (_, i) => message("config", `svc${i % 10}`));
    await put(box, [...actions, ...states]);
    const { spool_count, courier } = await overview(box);
    assertEquals([courier, spool_count], [true, 1_511]);
    feeder.network = "well";
    await wake(box);
    await feeder.until(() => feeder.bodies("instance/action").length >= 1_500, "all reports");
    await until("an empty spool", async () => (await overview(box)).spool_count === 0);
    assertEquals(new Set(feeder.bodies("instance/action").map(({ path }) => path)).size, 1_500);
    assertEquals(feeder.bodies("object/config").length, 10);
    assertEquals(log(box).match(/the collector cannot be told/g)?.length, 1);
    assertEquals(log(box).match(/the collector can be told again/g)?.length, 1);
  },
);

collectorTest("a daemon that is killed in the middle of it loses nothing", {}, async (box, feeder) => {
  await put(box, Array.from({ length: 600 }, (_, i) => message("action", `run${i}`)));
  const arrived = () => new Set(feeder.bodies("instance/action").map(({ path }) => path)).size;
  for (const least of [100, 250, 400]) {
    await startDaemon(box);
    await feeder.until(() => arrived() >= least, `${least} reports`);
    Deno.kill(JSON.parse(box.read(join(box.root, "run/daemon.json"))).pid, "SIGKILL");
  }
  await startDaemon(box);
  await feeder.until(() => arrived() === 600, "all reports");
  await until("an empty spool", async () => (await overview(box)).spool_count === 0);
  const twice = feeder.bodies("instance/action").length - 600;
  assert(twice <= 3, `${twice} came twice`);
  const { queues, dropped } = await overview(box);
  assertEquals(queues.reduce((sum: number, { aside }: { aside: number }) => sum + aside, dropped), 0);
});

for (const state of ["hangs", "resets", "breaks off", "trickles", "garbage"] as const) {
  collectorTest(`a network that ${state} is waited out`, {}, async (box, feeder) => {
    feeder.network = state;
    await startDaemon(box);
    await put(box, [message("config", "svc1")]);
    await wake(box);
    await until("a trouble in the log", () => log(box).includes("the collector cannot be told"));
    if (["hangs", "resets", "garbage"].includes(state)) assertEquals(feeder.accepted, []);
    feeder.network = "well";
    await wake(box);
    await feeder.until(() => feeder.paths.includes("object/config"), "the configuration");
    await until("an empty spool", async () => (await overview(box)).spool_count === 0);
  });
}

collectorTest(
  "a collector that answers nonsense, or with codes, is waited out",
  { isStrict: true },
  async (box, feeder) => {
    await startDaemon(box);
    await feeder.until(() => feeder.paths.includes("daemon/ping"), "a sign of life");
    const answers = [
      { status: 200, body: "<html>log in</html>" },
      { status: 401, body: { text: "who?" } },
      { status: 500 },
      { status: 503, headers: { "retry-after": "600" } },
      { status: 307, headers: { location: "https://elsewhere.example.com/" } },
    ];
    for (const [i, answer] of answers.entries()) {
      feeder.override = () => answer;
      const before = feeder.asked.length;
      await put(box, [message("config", `svc${i}`)]);
      await wake(box);
      await feeder.until(() => feeder.asked.length > before, `a try after ${answer.status}`);
    }
    feeder.override = undefined;
    await wake(box);
    await feeder.until(() => feeder.bodies("object/config").length >= 5, "all configurations");
    await until("an empty spool", async () => (await overview(box)).spool_count === 0);
  },
);

collectorTest("a daemon stops at once while a collector hangs", {}, async (box, feeder) => {
  configure(box, feeder, `uuid = ${UUID}\ncollector_timeout = 60s\n`);
  feeder.network = "hangs";
  await startDaemon(box);
  await put(box, [message("config", "svc1")]);
  await wake(box);
  const begin = performance.now();
  assertEquals((await box.agent(["daemon", "stop"])).code, 0);
  assert(performance.now() - begin < 20_000);
  assertEquals(exists(join(box.root, "var/node/collector/spool/config/config%3Asvc1.json")), true);
});

collectorTest("an address in clear is never used", {}, async (box, feeder) => {
  box.config("node", `[node]\ncollector = http://198.51.100.7\nuuid = ${UUID}\n`);
  await startDaemon(box);
  await until("a line in the log", () => log(box).includes("in clear, expected https://"));
  const register = await box.agent(["node", "register", "--app", "shop"]);
  assertEquals(register.code, 1);
  assertMatch(register.stderr, /^agent: Cannot register: .*in clear.*\n$/);
  assertEquals(feeder.asked, []);
});
