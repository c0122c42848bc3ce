/** What the built executable tells a collector, which checks every body: by hand, on change, of runs, after an outage. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Feeder } from "../fakes/feeder/feeder.ts";
import type { Box } from "./box.ts";
import { e2eTest, exists, kill, until } from "./box.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const SNOOZE = "/init/rest/api/services/self/snooze";
/** Nothing by the clock: what is told is told because something happened. */
const QUIET = ["status", "resinfo", "push", "push_status", "comp"].map((name) => `${name}_schedule = @0\n`)
  .join("");

/** A collector that knows this node, and the `node.conf` that names it. */
function collector(box: Box, more = ""): Feeder {
  const feeder = new Feeder({ nodes: { n1: UUID } });
  const settings = "collector_status_delay = 1\ncollector_timeout = 2s\n";
  box.config("node", `[node]\ncollector = ${feeder.url}\nuuid = ${UUID}\n${settings}${more}`);
  feeder.more = ({ path }) => path === SNOOZE ? { status: 200 } : undefined;
  return feeder;
}

function daemonPid(box: Box): number {
  return JSON.parse(box.read(join(box.root, "run", "daemon.json"))).pid;
}

/** Ends of runs that the collector took. */
function endsIn(feeder: Feeder) {
  return feeder.bodies("instance/action").filter(({ end }) => typeof end === "string");
}

e2eTest(
  "push resinfo, config and status by hand: each body is what the feed takes, without secrets",
  async (box) => {
    await using feeder = collector(box);
    const text = `[DEFAULT]\nnodes = n1\napp = shop\n[env]\nport = 80\n[fs#1]\ntype = flag\n` +
      `[task#0]\ncommand = /bin/echo {env.port}\n`;
    box.config("web", text);
    for (const word of ["resinfo", "config", "status"]) {
      const { code, stderr } = await box.agent(["web", "push", word]);
      assertEquals([code, stderr.includes(`push ${word}: delivered`)], [0, true], stderr);
    }
    assertEquals(feeder.complaints, []);
    assertEquals(feeder.paths, ["instance/resource_info", "object/config", "instance/status"]);
    const [config] = feeder.bodies("object/config");
    assertEquals([config!["app"], atob(String(config!["raw_config"]))], ["shop", text]);
    assertEquals(JSON.stringify(feeder.asked.map(({ body }) => body)).includes(UUID), false);
    assertEquals(feeder.asked.every(({ login }) => login === `n1:${UUID}`), true);
  },
);

e2eTest("push by hand during an outage is kept, exits 1, and is sent by the daemon later", async (box) => {
  await using feeder = collector(box);
  box.config("web", `[DEFAULT]\nnodes = n1\n${QUIET}[task#0]\ncommand = /bin/true\n`);
  feeder.network = "refuses";
  const { code, stderr } = await box.agent(["web", "push", "resinfo"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "kept until the collector can be told");
  feeder.network = "well";
  await box.agent(["daemon", "start"]);
  await feeder.until(() => feeder.paths.includes("instance/resource_info"), "the resource information");
  assertEquals(feeder.complaints, []);
});

e2eTest("the daemon tells a changed configuration and a changed status, and nothing twice", async (box) => {
  await using feeder = collector(box);
  const text = `[DEFAULT]\nnodes = n1\n${QUIET}[fs#1]\ntype = flag\n`;
  box.config("web", text);
  await box.agent(["daemon", "start"]);
  const told = () => feeder.bodies("instance/status").map(({ data }) => (data as { avail: string }).avail);
  await feeder.until(() => told().length > 0 && feeder.bodies("object/config").length > 0);
  assertEquals((await box.agent(["web", "start"])).code, 0);
  await feeder.until(() => told().at(-1) === "up", "the status up");
  box.config("web", `${text}[env]\nx = 1\n`);
  await feeder.until(() => feeder.bodies("object/config").length === 2, "the new configuration");
  assert(told().length >= 2 && told().length <= 3, told().join());
  assertEquals(feeder.complaints, []);
});

e2eTest("the log of runs: begin and end by hand and by the daemon, with their lines", async (box) => {
  await using feeder = collector(box);
  const runs = "[task#0]\ncommand = echo out; echo err >&2; exit 3\nschedule = @1h\n";
  box.config("web", `[DEFAULT]\nnodes = n1\n${QUIET}${runs}`);
  await box.agent(["daemon", "start"]);
  await feeder.until(() => endsIn(feeder).length === 1, "the end of the scheduled run");
  assertEquals((await box.agent(["web", "run"])).code, 3);
  await feeder.until(() => endsIn(feeder).length === 2, "the end of the run by hand");
  assertEquals(feeder.complaints, []);
  const history = box.history("web", "task#0");
  for (const [i, end] of endsIn(feeder).entries()) {
    assertEquals([end["session_uuid"], end["status"]], [history[i]!["session_id"], "err"]);
    assertEquals([end["cron"], end["origin"]], i === 0 ? [true, "scheduler"] : [false, "user"]);
    const lines = (end["lines"] as { status_log: string }[]).map(({ status_log }) => status_log);
    assert(["| out", "| err"].every((line) => lines.includes(line)), lines.join());
  }
});

e2eTest("runs during an outage are told in full when it is over, of each one message", async (box) => {
  await using feeder = collector(box);
  box.config("web", `[DEFAULT]\nnodes = n1\n${QUIET}[task#0]\ncommand = /bin/true\n`);
  feeder.network = "refuses";
  await box.agent(["daemon", "start"]);
  for (let i = 0; i < 5; i++) assertEquals((await box.agent(["web", "run"])).code, 0);
  feeder.network = "well";
  await box.agent(["daemon", "restart"]);
  // What was being sent when the daemon was restarted may come twice.
  const told = () => new Set(endsIn(feeder).map((end) => String(end["session_uuid"])));
  await feeder.until(() => told().size === 5, "five ends");
  const sessions = box.history("web", "task#0").map(({ session_id }) => String(session_id));
  assertEquals([...told()].sort(), sessions.sort());
  assertEquals(feeder.bodies("instance/action").length, endsIn(feeder).length);
  assertEquals(feeder.complaints, []);
});

e2eTest("the end of a run comes whose daemon was killed, with all lines, and its quiet ends", async (box) => {
  await using feeder = collector(box);
  const go = join(box.path, "go");
  const command = `echo first; while ! test -e ${go}; do sleep 0.1; done; echo last`;
  box.config(
    "web",
    `[DEFAULT]\nnodes = n1\n${QUIET}[task#0]\ncommand = ${command}\nschedule = @1h\nsnooze = 1h\n`,
  );
  await box.agent(["daemon", "start"]);
  await feeder.until(() => feeder.bodies("instance/action").length === 1, "the begin");
  // The command runs when its first line is in the log.
  const log = join(box.root, "log", "web.log");
  await until("the first line", () => exists(log) && box.read(log).includes("| | first"));
  kill(daemonPid(box));
  await Deno.writeTextFile(go, "");
  await box.agent(["daemon", "start"]);
  await feeder.until(() => endsIn(feeder).length === 1, "the end");
  const [begin, end] = feeder.bodies("instance/action");
  for (const name of ["path", "pid", "session_uuid", "rids"]) {
    assertEquals(begin![name], end![name], name);
  }
  const lines = (end!["lines"] as { status_log: string }[]).map(({ status_log }) => status_log);
  assertEquals([end!["status"], lines.includes("| first"), lines.includes("| last")], ["ok", true, true]);
  const quiet = () => feeder.asked.filter(({ path }) => path === SNOOZE);
  await feeder.until(() => quiet().length === 2, "the end of the quiet");
  assertEquals(quiet()[0]!.login, `web@n1:${UUID}`);
  assertEquals(feeder.complaints, []);
});

e2eTest("a collector that hangs holds up no run; a spool that cannot be written neither", async (box) => {
  await using feeder = collector(box);
  box.config("web", `[DEFAULT]\nnodes = n1\n${QUIET}[task#0]\ncommand = /bin/true\n`);
  feeder.network = "hangs";
  assertEquals((await box.agent(["web", "run"])).code, 0);
  await Deno.mkdir(join(box.root, "var", "node"), { recursive: true });
  await Deno.remove(join(box.root, "var", "node"), { recursive: true });
  await Deno.writeTextFile(join(box.root, "var", "node"), "in the way");
  const { code, stderr } = await box.agent(["web", "run"]);
  assertEquals([code, stderr.split("the collector is not told of the run").length], [0, 2], stderr);
});
