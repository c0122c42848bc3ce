/** Applications: real processes of real users, that outlive every agent and end when they are told to. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser } from "../adapters/test_user.ts";
import { type Box, e2eTest, exists, findProcesses, kill, needs, until } from "./box.ts";

const leftOut = CAN_MAKE_USERS ? needs({ root: true }) : "needs root and useradd";

async function statusOf(box: Box): Promise<{ status: string; log: string[] }> {
  const { stdout } = await box.agent(["shop", "print", "status", "--format", "json"]);
  const [found] = [JSON.parse(stdout)].flat();
  const { status, log } = found.resources["app#0"];
  return { status, log };
}

/** An application that ignores TERM, and has a child that ignores it too, in a session of its own. */
const STUBBORN = `trap '' TERM
setsid sh -c 'trap "" TERM; while :; do sleep 0.2; done' stubborn "$1" &
id -un >who
echo "$COLOR" >>who
while :; do sleep 0.2; done
`;

e2eTest(
  "app.simple: up as its user while it lives, undisturbed by the daemon, ended as a whole",
  async (box) => {
    using user = makeTestUser();
    for (const folder of [box.path, box.root]) await Deno.chmod(folder, 0o755);
    await Deno.writeTextFile(`${box.path}/app`, STUBBORN, { mode: 0o644 });
    const start = `/bin/sh ${box.path}/app ${box.path}`;
    const keywords = `user = ${user.name}\nenvironment = COLOR=red\nstop_timeout = 1s\n`;
    box.config("shop", `[app#0]\ntype = simple\nstart = ${start}\n${keywords}`);
    assertEquals(await statusOf(box), { status: "down", log: [] });
    assertEquals((await box.agent(["daemon", "start"])).code, 0);
    assertEquals((await box.agent(["shop", "start"])).code, 0);
    await until("it works", () => exists(`${user.home}/who`) && box.read(`${user.home}/who`).includes("red"));
    assertEquals(box.read(`${user.home}/who`), `${user.name}\nred\n`);
    const pids = () =>
      findProcesses((file) => file("cmdline").includes(`${box.path}\0`)).map(({ pid }) => pid);
    const before = pids();
    assertEquals(before.length >= 2, true);
    assertEquals((await statusOf(box)).status, "up");
    assertStringIncludes((await box.agent(["shop", "start"])).stderr, "app#0 is already up");
    assertEquals((await box.agent(["daemon", "restart"])).code, 0);
    kill(JSON.parse(box.read(`${box.root}/run/daemon.json`)).pid);
    await until("the daemon is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
    assertEquals([pids(), (await statusOf(box)).status], [before, "up"]);
    assertEquals((await box.agent(["shop", "stop"])).code, 0);
    assertEquals([pids(), (await statusOf(box)).status], [[], "down"]);
    assertStringIncludes((await box.agent(["shop", "stop"])).stderr, "app#0 is already down");
  },
  { leftOut },
);

e2eTest("app.simple: an end by itself is in the status, and one at once fails the start", async (box) => {
  box.config("shop", `[app#0]\ntype = simple\nstart = /bin/sh ${box.path}/app\n`);
  await Deno.writeTextFile(`${box.path}/app`, `echo broken pipe >&2\nexit 9\n`);
  const failed = await box.agent(["shop", "start"]);
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "it ended at once with code 9: broken pipe");
  await Deno.writeTextFile(
    `${box.path}/app`,
    `while [ ! -e ${box.path}/gate ]; do sleep 0.05; done\nexit 5\n`,
  );
  assertEquals((await box.agent(["shop", "start"])).code, 0);
  assertEquals((await statusOf(box)).status, "up");
  await Deno.writeTextFile(`${box.path}/gate`, "");
  await until("it has ended", async () => (await statusOf(box)).status === "down");
  assertEquals((await statusOf(box)).log, ["info: it ended with code 5"]);
  await Deno.remove(`${box.path}/gate`);
  assertEquals((await box.agent(["shop", "start"])).code, 0);
  assertEquals((await box.agent(["shop", "stop"])).code, 0);
});

e2eTest("app.simple: its stop command comes first, and what is left of it is ended", async (box) => {
  const script = `while [ ! -e ${box.path}/gate ]; do sleep 0.05; done\necho left >${box.path}/left\n`;
  await Deno.writeTextFile(`${box.path}/app`, script);
  const stop = `touch ${box.path}/gate`;
  box.config("shop", `[app#0]\ntype = simple\nstart = /bin/sh ${box.path}/app\nstop = ${stop}\n`);
  for (const action of ["start", "stop"]) assertEquals((await box.agent(["shop", action])).code, 0);
  assertEquals(box.read(`${box.path}/left`), "left\n");
});

e2eTest("app.forking: a script of the usual words", async (box) => {
  const script = `#!/bin/sh
case $1 in
start) touch ${box.path}/up ;;
stop) rm ${box.path}/up ;;
status) [ -e ${box.path}/up ] || exit 3 ;;
esac
`;
  await Deno.writeTextFile(`${box.path}/script`, script, { mode: 0o755 });
  const keywords = "start = 10\nstop = true\ncheck = true\nretcodes = 0:up 3:down\n";
  box.config("shop", `[app#0]\nscript = ${box.path}/script\n${keywords}`);
  assertEquals((await statusOf(box)).status, "down");
  assertEquals((await box.agent(["shop", "start"])).code, 0);
  assertEquals((await statusOf(box)).status, "up");
  assertStringIncludes((await box.agent(["shop", "start"])).stderr, "app#0 is already up");
  assertEquals((await box.agent(["shop", "stop"])).code, 0);
  assertEquals((await statusOf(box)).status, "down");
});

e2eTest("app.forking: failures, time limits and what a check says are told", async (box) => {
  const config = (text: string) => box.config("shop", `[app#0]\n${text}`);
  config("start = /bin/sh -c 'echo no room; exit 4'\ncheck = false\n");
  const failed = await box.agent(["shop", "start"]);
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "| no room");
  assertMatch(
    failed.stderr,
    /'start' action stopped on execution error: start return code \[4\]: exit code 4/,
  );
  config("start = sleep 60\nstart_timeout = 1s\nkill_grace = 1s\n");
  const late = await box.agent(["shop", "start"]);
  assertEquals(late.code, 1);
  assertStringIncludes(late.stderr, "start return code [124]: timeout after 1 seconds");
  assertEquals((await statusOf(box)).status, "n/a");
  config("check = sleep 60\ncheck_timeout = 1s\n");
  assertEquals(await statusOf(box), { status: "warn", log: ["warn: check: no answer within 1 s"] });
  config(
    "check = /bin/sh -c 'echo 3 of 4 workers; exit 2'\nretcodes = 0:up 1:down 2:warn\nstatus_log = true\n",
  );
  assertEquals(await statusOf(box), { status: "warn", log: ["info: 3 of 4 workers"] });
  config("check = /nowhere/to/be/found\n");
  assertEquals((await statusOf(box)).status, "undef");
  config("start = true\n");
  const missing = await statusOf(box);
  assertEquals(missing.status, "undef");
  assertStringIncludes(missing.log.join(), "Cannot use app#0.script: it is not set");
});

e2eTest("app.simple: start waits for its check, and one that hangs is started anew", async (box) => {
  const hung = `${box.path}/hung`;
  const up = `${box.path}/up`;
  await Deno.writeTextFile(
    `${box.path}/app`,
    `trap '' TERM\nsleep 1\ntouch ${up}\nwhile :; do sleep 0.2; done\n`,
  );
  box.config(
    "shop",
    `[app#0]\ntype = simple\nstart = /bin/sh ${box.path}/app\n` +
      `check = sh -c 'test -e ${up} && ! test -e ${hung}'\nstart_timeout = 60s\nstop_timeout = 1s\n`,
  );
  const pids = () =>
    findProcesses((file) => file("cmdline").includes(`${box.path}/app\0`)).map(({ pid }) => pid);
  assertEquals((await box.agent(["shop", "start"])).code, 0);
  assertEquals([(await statusOf(box)).status, pids().length], ["up", 1]);
  const before = pids();
  await Deno.writeTextFile(hung, "");
  assertEquals((await statusOf(box)).status, "down");
  const waiting = box.start(["shop", "start"]);
  await until("the one that hangs is gone", () => pids().length === 1 && pids()[0] !== before[0]);
  await Deno.remove(hung);
  assertEquals((await waiting.status).code, 0);
  assertEquals([(await statusOf(box)).status, pids().length], ["up", 1]);
  await Deno.writeTextFile(hung, "");
  const [second] = pids();
  const interrupted = box.start(["shop", "restart"]);
  await until("it is started again", () => pids().length === 1 && pids()[0] !== second);
  interrupted.kill("SIGINT");
  assertEquals((await interrupted.status).code, 130);
  await until("nothing is left of it", () => pids().length === 0);
}, { leftOut });

e2eTest("secrets of an application are neither in its status nor in what a failure says", async (box) => {
  const secret = "correct-horse-battery";
  assertEquals((await box.agent(["sec/db", "create"])).code, 0);
  await box.agent(["sec/db", "add", "--key", "password", "--from", "-"], { stdin: secret });
  const common = "secrets_environment = PW=db/password\n";
  box.config(
    "shop",
    `[app#0]\ncheck = sh -c 'echo check $PW; exit 1'\nstatus_log = true\n${common}` +
      `[app#1]\ntype = simple\nstart = sh -c 'echo start $PW; exit 3'\n${common}`,
  );
  assertEquals((await statusOf(box)).log, ["info: check xxxx"]);
  const failed = await box.agent(["shop", "start", "--rid", "app#1"]);
  assertEquals(failed.code, 1);
  assertMatch(failed.stderr, /it ended at once with code 3; what it said is in \S+app#1\.app$/m);
  assertEquals(failed.stderr.includes(secret), false);
  assertEquals(box.read(box.state("shop", "status.json")).includes(secret), false);
}, { leftOut });
