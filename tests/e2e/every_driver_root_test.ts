/** One service with a resource of every driver: from its configuration through start, tasks and stop, step by step. */
import { assertEquals, assertExists, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { AGENT, type Box, exec, exists, findProcesses, type Outcome } from "./box.ts";
import { Podman, StandIn, whyNoPodman } from "./engine.ts";
import { makeFolder, mountsBelow, mountTest } from "./mounts.ts";
import { Network, NETWORK_PROGRAMS } from "./network.ts";

/** Real podman where it works; docker is played by the stand-in. */
type Engine = "docker" | "podman";

const IMAGES = { docker: "db:1", podman: "localhost/busybox:1" } as const;

/** In the order of their start; fs#2 stays, and so has no stop. */
const START_ORDER = ["ip#0", "fs#1", "fs#2", "fs#flag", "container#db", "app#1", "app#2"];
const STOP_ORDER = ["app#2", "app#1", "container#db", "fs#flag", "fs#1", "ip#0"];
const TASKS = ["task#backup", "task#check", "task#down", "task#host"];

function configOf(path: string, engine: Engine): string {
  const traced = (action: string) =>
    `blocking_post_${action} = sh -c 'echo "$OPENSVC_ACTION $OPENSVC_RID" >>"${path}/trace"'`;
  const both = [traced("start"), traced("stop")];
  const image = `image = ${IMAGES[engine]}`;
  return [
    "[DEFAULT]",
    "nodes = n1 n2",
    "[ip#0]",
    ...["ipname = 192.0.2.10", "ipdev = lo", ...both],
    "[fs#1]",
    ...["type = tmpfs", "dev = shop", `mnt = ${path}/shop`, "mnt_opt = size=4m", ...both],
    "[fs#2]",
    ...["type = directory", `path = ${path}/shop/data`, "perm = 750", ...both],
    "[fs#flag]",
    ...["type = flag", ...both],
    "[container#db]",
    ...[`type = ${engine}`, image, "command = sleep 300", "rm = true", "stop_timeout = 1s", ...both],
    "[app#1]",
    ...["type = simple", `start = sh ${path}/app ${path}/app.lives`, "stop_timeout = 2s", ...both],
    "[app#2]",
    ...[`script = ${path}/script`, "start = true", "stop = true", "check = true"],
    ...["retcodes = 0:up 3:down", ...both],
    "[sync#1]",
    ...[`src = ${path}/shop/data/`, `dst = ${path}/copy/`, "target = local", "schedule = @1h"],
    "[task#backup]",
    ...[`type = ${engine}`, image, `command = sh -c 'echo "backup by $OPENSVC_RID"'`, "rm = true"],
    ...["tags = backup nightly", "run_requires = container#db", "schedule = 02:00-04:00"],
    "[task#check]",
    ...[`command = sh -c 'echo checked >>${path}/shop/data/checks'`, "tags = check"],
    "run_requires = fs#1(up) ip#0(up) app#2(up)",
    "[task#down]",
    ...[`command = echo nothing runs`, "run_requires = app#1(down)"],
    "[task#host]",
    ...["command = sh -c 'echo host; exit 5'", "run_on = active", "retcodes = 0:up 5:warn"],
    ...["check = last_run", ""],
  ].join("\n");
}

/** The service, and the network that all of its agents are in. */
class Shop {
  constructor(readonly box: Box, readonly network: Network) {}

  agent(...args: readonly string[]): Promise<Outcome> {
    return exec(this.network.wrap([AGENT, "shop", ...args]), { env: this.box.env });
  }

  /** What it prints as JSON; the exit code must be `code`. */
  async json(args: readonly string[], code = 0) {
    const outcome = await this.agent(...args, "--format", "json");
    assertEquals(outcome.code, code, outcome.stderr);
    return JSON.parse(outcome.stdout);
  }

  async statuses(): Promise<Record<string, string>> {
    const [{ resources, avail }] = await this.json(["print", "status"]);
    const found = Object.entries(resources as Record<string, { status: string }>);
    return { ...Object.fromEntries(found.map(([rid, { status }]) => [rid, status])), avail };
  }

  /** Rid, outcome and code of each task of a run. */
  async run(args: readonly string[], exitCode: number): Promise<unknown[]> {
    const results = await this.json(["run", ...args], exitCode);
    return results.map(({ rid, outcome, code }: Record<string, unknown>) => [rid, outcome, code]);
  }

  /** What was started or stopped since the last call. */
  takeTrace(): string[] {
    const file = join(this.box.path, "trace");
    if (!exists(file)) return [];
    const lines = this.box.read(file).trimEnd().split("\n");
    Deno.removeSync(file);
    return lines;
  }
}

const SCRIPT = (path: string) =>
  `#!/bin/sh
case $1 in
start) : >${path}/app2.up ;;
stop) rm ${path}/app2.up ;;
status) [ -e ${path}/app2.up ] || exit 3 ;;
esac
`;

async function prepare(box: Box, engine: Engine): Promise<void> {
  const { path } = box;
  makeFolder(join(path, "copy"));
  await Deno.writeTextFile(join(path, "app"), `echo $$ >"$1"\nwhile :; do sleep 0.1; done\n`);
  await Deno.writeTextFile(join(path, "script"), SCRIPT(path), { mode: 0o755 });
  box.config("shop", configOf(path, engine));
}

/** The state of everything after a step. */
function states(resource: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const resources = START_ORDER.map((rid) => [rid, resource]);
  const tasks = TASKS.map((rid) => [rid, "n/a"]);
  return { ...Object.fromEntries([...resources, ["sync#1", "n/a"], ...tasks]), avail: resource, ...more };
}

async function beforeTheStart(shop: Shop): Promise<void> {
  const valid = await shop.agent("validate", "config");
  assertEquals([valid.code, valid.stdout, valid.stderr], [0, "", ""]);
  assertEquals(await shop.statuses(), states("down"));
  const rows = await shop.json(["print", "schedule"]);
  assertEquals(
    rows.filter(({ rid, action }: Row) => rid !== null || action === "status").map(({ action, rid }: Row) => [
      action,
      rid,
    ]),
    [["status", null], ["sync_all", "sync#1"], ...TASKS.map((rid) => ["run", rid])],
  );
  // Nothing is up: what is required is told, and what requires that something is down may run.
  assertEquals(await shop.run([], 1), [
    ["task#backup", "refused", 1],
    ["task#check", "refused", 1],
    ["task#down", "ran", 0],
    ["task#host", "refused", 1],
  ]);
  assertEquals(exists(join(shop.box.path, "shop/data")), false);
}

interface Row {
  readonly rid: string | null;
  readonly action: string;
}

async function start(shop: Shop): Promise<void> {
  const { path } = shop.box;
  const started = await shop.agent("start");
  assertEquals(started.code, 0, started.stderr);
  assertEquals(shop.takeTrace(), START_ORDER.map((rid) => `start ${rid}`));
  assertEquals(await shop.statuses(), states("up"));
  assertEquals(mountsBelow(path).filter((point) => point.endsWith("/shop")), [join(path, "shop")]);
  assertEquals(shop.box.mode(join(path, "shop/data")), 0o750);
  assertEquals(await addressesOf(shop), ["192.0.2.1/25", "192.0.2.10/25"]);
  assertEquals(appsOf(shop).length > 0, true);
  const again = await shop.agent("start");
  assertEquals([again.code, again.stderr.match(/ is already up$/gm)?.length], [0, START_ORDER.length]);
  // Triggers are around the action, whatever it finds.
  assertEquals(shop.takeTrace().length, START_ORDER.length);
}

async function tree(shop: Shop, engine: Engine): Promise<void> {
  const { code, stdout } = await shop.agent("print", "status");
  assertEquals(code, 0);
  const { path } = shop.box;
  const lines = stdout.split("\n").filter((line) => /^ {6}[`|]- /.test(line));
  const cells = lines.map((line) => line.slice(9).trim().split(/ {2,}| (?=[.OMSDP/]{7} )/));
  assertEquals(cells.map(([rid]) => rid), [
    ...["ip#0", "fs#1", "fs#2", "fs#flag", "container#db", "app#1", "app#2", "sync#1"],
    ...TASKS,
  ]);
  const labels = [
    ["ip#0", "192.0.2.10@lo"],
    ["fs#1", `tmpfs shop@${path}/shop`],
    ["fs#2", `${path}/shop/data`],
    ["container#db", `shop.container.db, ${IMAGES[engine]}`],
  ];
  for (const [rid, label] of labels) {
    const line = lines.find((each) => each.includes(` ${rid} `)) ?? "";
    assertMatch(line, /\S up +/);
    assertStringIncludes(line, label!);
  }
}

async function tasks(shop: Shop): Promise<void> {
  const data = join(shop.box.path, "shop/data");
  // All of them, in order: the one whose requirement does not hold is told, and the others run.
  const all = await shop.agent("run");
  assertEquals(all.code, 1);
  assertStringIncludes(
    all.stderr,
    "task#down   ERROR   requires on resource app#1 in state down, current state up\n",
  );
  assertEquals([...all.stderr.matchAll(/\| (.*)$/gm)].map(([, text]) => text), [
    "backup by task#backup",
    "host",
  ]);
  assertEquals(shop.box.read(join(data, "checks")), "checked\n");
  assertEquals(await shop.run([], 1), [
    ["task#backup", "ran", 0],
    ["task#check", "ran", 0],
    ["task#down", "refused", 1],
    ["task#host", "ran", 5],
  ]);
  assertEquals(await shop.run(["--rid", "task#down"], 1), [["task#down", "refused", 1]]);
  assertEquals(await shop.run(["--rid", "task#host"], 5), [["task#host", "ran", 5]]);
  assertEquals(await shop.run(["--tags", "check"], 0), [["task#check", "ran", 0]]);
  assertEquals(await shop.run(["--tags", "backup+nightly"], 0), [["task#backup", "ran", 0]]);
  assertEquals(shop.box.read(join(data, "checks")), "checked\n".repeat(3));
  const codes = shop.box.history("shop", "task#host").map(({ exitcode, status }) => [exitcode, status]);
  assertEquals(codes, Array(3).fill([5, "warn"]));
}

async function synchronise(shop: Shop): Promise<void> {
  const results = await shop.json(["sync", "all"]);
  assertEquals(results.map(({ rid, target, outcome }: Record<string, unknown>) => [rid, target, outcome]), [
    ["sync#1", "n1", "synced"],
  ]);
  assertEquals(shop.box.read(join(shop.box.path, "copy/checks")), "checked\n".repeat(3));
  assertEquals(await shop.statuses(), states("up", { "sync#1": "up", "task#host": "warn" }));
}

async function stop(shop: Shop): Promise<void> {
  const stopped = await shop.agent("stop");
  assertEquals(stopped.code, 0, stopped.stderr);
  assertEquals(shop.takeTrace(), STOP_ORDER.map((rid) => `stop ${rid}`));
  assertMatch(stopped.stderr, /app#1 +INFO +stop: ends process \d+ and those that it started/);
  assertMatch(stopped.stderr, /app#1 +INFO +stopped: it ended with SIGTERM\n/);
  const left = { "sync#1": "up", "task#host": "warn" };
  assertEquals(await shop.statuses(), states("down", left));
  assertEquals(mountsBelow(shop.box.path).filter((point) => point.endsWith("/shop")), []);
  assertEquals(await addressesOf(shop), ["192.0.2.1/25"]);
  assertEquals(appsOf(shop), []);
  const again = await shop.agent("stop");
  assertEquals([again.code, again.stderr.match(/ is already down$/gm)?.length], [0, STOP_ORDER.length]);
  assertEquals(await shop.run(["--rid", "task#down"], 0), [["task#down", "ran", 0]]);
  assertEquals(await shop.run(["--rid", `task#backup,task#host`], 1), [
    ["task#backup", "refused", 1],
    ["task#host", "refused", 1],
  ]);
}

async function addressesOf({ network }: Shop): Promise<string[]> {
  const { stdout } = await exec(network.wrap(["ip", "-o", "-4", "addr", "show", "dev", "lo"]));
  return [...stdout.matchAll(/inet (192\.\S+)/g)].map(([, address]) => address!);
}

/** Processes of app#1. */
function appsOf({ box }: Shop): number[] {
  return findProcesses((file) => file("cmdline").includes(`${box.path}/app.lives`)).map(({ pid }) => pid);
}

async function everyStep(box: Box, engine: Engine): Promise<void> {
  await using network = await Network.open("192.0.2.1/25");
  await prepare(box, engine);
  const shop = new Shop(box, network);
  await beforeTheStart(shop);
  try {
    await start(shop);
    await tree(shop, engine);
    await tasks(shop);
    await synchronise(shop);
    await stop(shop);
  } finally {
    await shop.agent("stop");
  }
}

const NAME = "a service with one of each driver: configuration, start, status, tasks, synchronisation, stop";

mountTest(`${NAME} (docker, played)`, async (box) => {
  const standIn = new StandIn(box, "docker");
  await everyStep(box, "docker");
  assertEquals(standIn.has("containers/shop.container.db"), false);
  const words = standIn.calls.map((line) => line.split(" ").slice(0, 3).join(" "));
  assertEquals(words, [
    "run --name shop.container.db",
    ...Array(3).fill("run --name shop.task.backup"),
    "stop -t 1",
    "rm shop.container.db",
  ]);
}, [...NETWORK_PROGRAMS, "rsync"]);

mountTest(
  `${NAME} (podman)`,
  async (box) => {
    await using podman = await Podman.open(box);
    assertExists(podman);
    await everyStep(box, "podman");
    assertEquals((await podman.call("ps", "--all", "--quiet")).stdout, "");
  },
  [...NETWORK_PROGRAMS, "rsync"],
  await whyNoPodman(),
);
