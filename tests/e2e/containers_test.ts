/** Containers, as resources and as tasks, with a stand-in for the program of the engine. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, findProcesses, kill, until } from "./box.ts";
import { shellLine } from "./document.ts";
import { StandIn } from "./engine.ts";
import { screenTest } from "./screen.ts";

/** A command that ignores TERM. */
const SLEEPY = `sh -c 'trap "" TERM; while :; do sleep 0.2; done'`;
const SECRET = "correct-horse-battery";

async function statusOf(box: Box, rid: string): Promise<{ status: string; log: string[] }> {
  const { stdout } = await box.agent(["shop", "print", "status", "--format", "json"]);
  const [found] = [JSON.parse(stdout)].flat();
  const { status, log } = found.resources[rid];
  return { status, log };
}

async function makeSecret(box: Box): Promise<void> {
  assertEquals((await box.agent(["sec/db", "create"])).code, 0);
  const added = await box.agent(["sec/db", "add", "--key", "password", "--from", "-"], { stdin: SECRET });
  assertEquals(added.code, 0);
}

for (const engine of ["docker", "podman"] as const) {
  e2eTest(`container.${engine} is pulled, started, seen, stopped and removed`, async (box) => {
    const standIn = new StandIn(box, engine, { images: [], registry: ["db:1"] });
    const more = "rm = true\nenvironment = A=b\nstop_timeout = 1s\n";
    box.config("shop", `[container#db]\ntype = ${engine}\nimage = db:1\ncommand = sleep 300\n${more}`);
    assertEquals(await statusOf(box, "container#db"), { status: "down", log: [] });
    assertEquals((await box.agent(["shop", "start"])).code, 0);
    assertEquals((await statusOf(box, "container#db")).status, "up");
    assertStringIncludes(standIn.read("variables.shop.container.db"), "A='b'");
    assertStringIncludes((await box.agent(["shop", "start"])).stderr, "container#db is already up");
    assertEquals((await box.agent(["shop", "stop"])).code, 0);
    assertEquals((await statusOf(box, "container#db")).status, "down");
    assertStringIncludes((await box.agent(["shop", "stop"])).stderr, "container#db is already down");
    assertEquals(standIn.has("containers/shop.container.db"), false);
    assertEquals(standIn.calls.map((line) => line.split(" ")[0]), ["pull", "run", "stop", "rm"]);
  });
}

e2eTest("a container without rm is started again, and made anew for another image", async (box) => {
  const standIn = new StandIn(box, "docker", { images: ["db:1", "db:2"] });
  const config = (image: string) =>
    box.config("shop", `[container#db]\ntype = docker\nimage = ${image}\ncommand = sleep 300\n`);
  config("db:1");
  for (const action of ["start", "stop", "start"]) {
    assertEquals((await box.agent(["shop", action])).code, 0);
  }
  config("db:2");
  assertEquals(await statusOf(box, "container#db"), {
    status: "up",
    log: ["warn: it runs db:1, and not db:2"],
  });
  for (const action of ["stop", "start"]) assertEquals((await box.agent(["shop", action])).code, 0);
  assertEquals((await statusOf(box, "container#db")).status, "up");
  const words = standIn.calls.map((line) => line.split(" ")[0]);
  assertEquals(words, ["run", "stop", "start", "stop", "rm", "run"]);
  assertEquals((await box.agent(["shop", "stop"])).code, 0);
  const ended = await statusOf(box, "container#db");
  assertEquals(ended, { status: "down", log: ["info: it ended with code 143"] });
});

e2eTest(
  "an engine that does not answer makes undef, and a start that fails says what it said",
  async (box) => {
    const standIn = new StandIn(box, "docker", { images: [] });
    box.config("shop", "[container#db]\ntype = docker\nimage = db:1\n");
    const refused = await box.agent(["shop", "start"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "pull access denied for db:1");
    standIn.write("down", "");
    const { status, log } = await statusOf(box, "container#db");
    assertEquals(status, "undef");
    assertMatch(log.join(), /error: Cannot connect to the Docker daemon/);
    assertEquals((await box.agent(["shop", "stop"])).code, 1);
  },
);

e2eTest(
  "a dockerized backup: pulled, run with its secret, its code and output kept, nothing left",
  async (box) => {
    const standIn = new StandIn(box, "docker", { images: [], registry: ["db:1"] });
    await makeSecret(box);
    const dump = `${box.path}/all.sql`;
    const command = `sh -c 'echo "dump by $PW for $OPENSVC_RID" >${dump}; echo done; exit 3'`;
    const keywords =
      "secrets_environment = PW=db/password\nrm = true\ntags = backup\nretcodes = 0:up 3:warn\n";
    box.config("shop", `[task#backup]\ntype = docker\nimage = db:1\ncommand = ${command}\n${keywords}`);
    const { code, stderr } = await box.agent(["shop", "run", "--tags", "backup"]);
    assertEquals(code, 3);
    assertEquals(box.read(dump), `dump by ${SECRET} for task#backup\n`);
    for (const text of ["docker pull db:1", "| db:1: Pulling", "| done"]) assertStringIncludes(stderr, text);
    assertEquals(standIn.calls.some((line) => line.includes(SECRET)), false);
    assertMatch(standIn.calls.at(-1) ?? "", /^run --name shop\.task\.backup --rm .*--env PW .*db:1 sh -c/);
    assertEquals(standIn.has("containers/shop.task.backup"), false);
    const [record] = box.history("shop", "task#backup");
    assertEquals([record?.exitcode, record?.status, record?.reason], [3, "warn", null]);
  },
);

e2eTest("a client in a container with its words set: more of them, and input, by hand", async (box) => {
  const standIn = new StandIn(box, "docker");
  const task = "[task#sql]\ntype = docker\nimage = db:1\n";
  box.config("shop", `${task}command = sh -c 'echo "words $*"; cat' client\nrm = true\n`);
  const call = ["shop", "run", "--rid", "task#sql", "--", "--table", "a b"];
  const { code, stderr } = await box.agent(call, { stdin: "select 1;\n" });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "| words --table a b\n");
  assertStringIncludes(stderr, "| select 1;\n");
  assertStringIncludes(standIn.calls.at(-1) ?? "", "--interactive");
});

e2eTest("a container that ignores TERM is killed by its name after a timeout", async (box) => {
  const standIn = new StandIn(box, "docker");
  const script = 'trap "" TERM; echo on; while :; do sleep 0.1; done';
  const task = `[task#0]\ntype = docker\nimage = db:1\ncommand = sh -c '${script}'\n`;
  box.config("shop", `${task}timeout = 1s\nkill_grace = 1s\n`);
  const { code, stderr } = await box.agent(["shop", "run"]);
  assertEquals(code, 124);
  assertStringIncludes(stderr, "container shop.task.0 is killed");
  assertEquals(standIn.isRunning("shop.task.0"), false);
  assertEquals(standIn.calls.at(-1), "kill shop.task.0");
  assertEquals(standIn.has("containers/shop.task.0"), true);
  assertEquals((await box.agent(["shop", "run"])).code, 124, "what the last run left is no obstacle");
});

e2eTest("a pull that takes too long fails the run", async (box) => {
  const standIn = new StandIn(box, "docker", { images: [], registry: ["db:1"] });
  standIn.write("slow", "");
  box.config("shop", "[task#0]\ntype = docker\nimage = db:1\ncommand = true\npull_timeout = 1s\n");
  const { code, stderr } = await box.agent(["shop", "run"]);
  assertEquals(code, 124);
  assertStringIncludes(stderr, "cannot pull db:1: timeout after 1 seconds");
  assertEquals(standIn.calls, ["pull db:1"]);
});

e2eTest("runs that overlap have containers of their own", async (box) => {
  const standIn = new StandIn(box, "docker");
  const gate = `${box.path}/gate`;
  const command = `sh -c 'while [ ! -e ${gate} ]; do sleep 0.1; done'`;
  box.config(
    "shop",
    `[task#0]\ntype = docker\nimage = db:1\ncommand = ${command}\nmax_parallel = 2\nrm = true\n`,
  );
  const runs = [box.start(["shop", "run"]), box.start(["shop", "run"])];
  const running = () => standIn.calls.filter((line) => line.startsWith("run"));
  await until("both run", () => standIn.has("calls") && running().length === 2);
  await Deno.writeTextFile(gate, "");
  for (const run of runs) assertEquals((await run.status).code, 0);
  const names = running().map((line) => line.split(" ")[2]!);
  assertEquals(names.every((name) => /^shop\.task\.0\.[0-9a-f]{8}$/.test(name)), true, names.join());
  assertEquals(new Set(names).size, 2);
});

e2eTest(
  "a run in a container goes on after a crash of the daemon, and the next one keeps its end",
  async (box) => {
    const standIn = new StandIn(box, "docker");
    const gate = `${box.path}/gate`;
    const command = `sh -c 'while [ ! -e ${gate} ]; do sleep 0.1; done; echo end; exit 7'`;
    const task = `[task#0]\ntype = docker\nimage = db:1\ncommand = ${command}\nrm = true\n`;
    box.config("shop", `${task}schedule = @1h\n`);
    assertEquals((await box.agent(["daemon", "start"])).code, 0);
    await until("the container runs", () => standIn.isRunning("shop.task.0"));
    const { pid } = JSON.parse(box.read(`${box.root}/run/daemon.json`));
    kill(pid);
    await until("the daemon is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
    assertEquals(standIn.isRunning("shop.task.0"), true);
    assertEquals((await box.agent(["daemon", "start"])).code, 0);
    await Deno.writeTextFile(gate, "");
    await until("the run is on record", () => box.history("shop", "task#0").at(-1)?.exitcode === 7, 20_000);
    assertEquals(standIn.calls.filter((line) => line.startsWith("run")).length, 1);
  },
);

e2eTest(
  "an engine that is not installed refuses the task, and what its program reads is no variable",
  async (box) => {
    box.config("shop", "[task#0]\ntype = docker\nimage = db:1\n");
    box.config("node", `[node]\npath = ${box.path}\n`);
    const missing = await box.agent(["shop", "run"]);
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.stderr, `docker is not installed, expected it in ${box.path}`);
    new StandIn(box, "docker");
    box.config("shop", "[task#0]\ntype = docker\nimage = db:1\nenvironment = HOME=/x\n");
    const refused = await box.agent(["shop", "run"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "expected it in run_args (--env HOME=value)");
    assertEquals(findProcesses((file) => file("cmdline").includes(`${box.path}/engine`)), []);
  },
);

screenTest(
  "an interactive client in a container has the operator's terminal, and its words",
  async (box, screen) => {
    const standIn = new StandIn(box, "docker");
    await makeSecret(box);
    const command =
      `sh -c 'echo "db $1 $([ -t 0 ] && echo with a terminal)"; read -r line; echo "$line: $PW"; exit 4' client shop`;
    const keywords = "secrets_environment = PW=db/password\nrm = true\ninteractive = true\n";
    box.config("shop", `[task#sql]\ntype = docker\nimage = db:1\ncommand = ${command}\n${keywords}`);
    assertEquals((await box.agent(["shop", "run"])).code, 1, "without a terminal it is refused");
    await screen.start(shellLine(["shop", "run", "--rid", "task#sql"]));
    await screen.shows(/^db shop with a terminal$/m);
    await screen.enter("select");
    const { code, text } = await screen.ended();
    assertEquals(code, 4);
    assertStringIncludes(text, `select: ${SECRET}`);
    assertMatch(standIn.calls.at(-1) ?? "", /^run --name shop\.task\.sql --rm --interactive --tty /);
  },
);

e2eTest("kill ends the container of a run that lost its agent", async (box) => {
  const standIn = new StandIn(box, "docker");
  box.config("shop", `[task#0]\ntype = docker\nimage = db:1\nkill_grace = 1s\ncommand = ${SLEEPY}\n`);
  const child = box.start(["shop", "run"]);
  await until("it runs", () => standIn.isRunning("shop.task.0"));
  kill(child.pid);
  await child.status;
  const killed = await box.agent(["shop", "kill", "--rid", "task#0"]);
  assertEquals(killed.code, 0, killed.stderr);
  await until("the container is gone", () => !standIn.isRunning("shop.task.0"));
  assertStringIncludes(killed.stderr, "container shop.task.0 is killed");
});
