/** The daemon: starts and stops, follows configurations, keeps its times. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, exists, findProcesses, sleep, until } from "./box.ts";

const EVERY_SECOND = "[task#0]\ncommand = /bin/true\nschedule = @1s\n";
/** How long a changed configuration may take to be live, in milliseconds. */
const LIVE_MS = 2_000;

async function started(box: Box): Promise<number> {
  const { code, stdout, stderr } = await box.agent(["daemon", "start"]);
  assertEquals([code, stderr], [0, ""]);
  return Number(/^the daemon runs, process (\d+)\n$/.exec(stdout)?.[1]);
}

function runsOf(box: Box, service: string, rid = "task#0"): number {
  return box.history(service, rid).length;
}

function daemonLog(box: Box): string {
  const folder = `${box.root}/log`;
  const files = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("daemon"));
  return files.map(({ name }) => box.read(`${folder}/${name}`)).join("");
}

e2eTest("start, status, a second start, reload, restart, stop", async (box) => {
  const daemon = (word: string) => box.agent(["daemon", word]);
  const idle = await daemon("status");
  assertEquals([idle.code, idle.stdout], [1, "not running\n"]);
  assertEquals((await daemon("reload")).code, 1);
  const pid = await started(box);
  const running = await daemon("status");
  assertEquals(running.code, 0);
  assertStringIncludes(running.stdout, `running, process ${pid}, since 20`);
  const second = await daemon("start");
  assertEquals([second.code, second.stderr], [
    1,
    `agent: Cannot start the daemon: it runs already, process ${pid}\n`,
  ]);
  const inFront = await daemon("run");
  assertEquals(inFront.code, 1);
  assertMatch(inFront.stderr, /^agent: Cannot start the daemon: [^\n]+\n$/);
  assertEquals((await daemon("reload")).code, 0);
  await until("the log tells of the reload", () => daemonLog(box).includes("| reload\n"));
  const restarted = await daemon("restart");
  const next = Number(/process (\d+)/.exec(restarted.stdout)?.[1]);
  assertEquals([restarted.code, next !== pid], [0, true]);
  const stopped = await daemon("stop");
  assertEquals([stopped.code, stopped.stdout], [0, `the daemon is stopped, process ${next}\n`]);
  assertEquals((await daemon("status")).code, 1);
  assertEquals((await daemon("stop")).code, 0);
});

e2eTest("of daemons started at once, one runs", async (box) => {
  const codes = await Promise.all([1, 2, 3].map(async () => (await box.agent(["daemon", "start"])).code));
  assertEquals(codes.sort(), [0, 1, 1]);
  const daemons = findProcesses((file) =>
    file("cmdline").includes("\0daemon\0run") && file("environ").includes(box.root)
  );
  assertEquals(daemons.length, 1);
});

e2eTest("a killed daemon leaves nothing that stops the next one", async (box) => {
  const pid = await started(box);
  Deno.kill(pid, "SIGKILL");
  await until("it is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
  assertEquals(await started(box) !== pid, true);
});

e2eTest(
  "a dropped-in configuration is live within 2 s, a removed one gone, a changed one followed",
  async (box) => {
    await started(box);
    box.config("late", EVERY_SECOND);
    await until("it runs", () => runsOf(box, "late") > 0, LIVE_MS);
    box.config("late", EVERY_SECOND.replace("/bin/true", "/bin/sh -c 'exit 5'"));
    await until(
      "the new command runs",
      () => box.history("late", "task#0").at(-1)?.exitcode === 5,
      LIVE_MS + 1_000,
    );
    box.removeConfig("late");
    await until("the log tells of it", () => daemonLog(box).includes("late: removed"), LIVE_MS);
    await sleep(300);
    const count = runsOf(box, "late");
    await sleep(2_200);
    assertEquals(runsOf(box, "late"), count);
  },
);

e2eTest("a configuration in a namespace that is new is live within 2 s", async (box) => {
  await started(box);
  const folder = `${box.root}/etc/namespaces/ns1/svc`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  await Deno.writeTextFile(`${folder}/web.conf`, EVERY_SECOND, { mode: 0o600 });
  const history = `${box.root}/var/namespaces/ns1/svc/web/task#0/history.jsonl`;
  await until("it runs", () => exists(history), LIVE_MS);
});

e2eTest("a broken configuration is reported, and all others go on", async (box) => {
  box.config("good", EVERY_SECOND);
  await started(box);
  box.config("broken", "[task#0\ncommand = /bin/true\n");
  box.config("half", `${EVERY_SECOND}[task#1]\ncommand = /bin/true\nschedule = 25:00\n`);
  await until(
    "the log tells of both",
    () => /ERROR.* broken: .*\n(.*\n)*.*ERROR.* half: task#1/.test(sortedLog(box)),
  );
  await until("the other task runs", () => runsOf(box, "half") > 0);
  const before = runsOf(box, "good");
  await until("the other service goes on", () => runsOf(box, "good") > before + 1);
  const broken = await box.agent(["broken", "print", "status"]);
  assertStringIncludes(broken.stdout, "error: Cannot read the configuration at line 1");
  const half = await box.agent(["half", "print", "status"]);
  assertStringIncludes(half.stdout, 'error: Cannot read the schedule "25:00"');
  const schedule = await box.agent(["half", "print", "schedule"]);
  assertMatch(schedule.stdout, /^task#1 +- +- +task#1\.schedule +Cannot read the schedule "25:00"/m);
  assertEquals([broken.code, half.code, schedule.code, schedule.stderr], [0, 0, 0, ""]);
  // Mended, it runs.
  box.config("broken", EVERY_SECOND);
  await until("the mended one runs", () => runsOf(box, "broken") > 0, LIVE_MS);
});

function sortedLog(box: Box): string {
  return daemonLog(box).split("\n").map((line) => line.replace(/^[\d\- :,]+/, "")).sort().join("\n");
}

e2eTest("@1s and @2s keep their cadence without drift, tasks with confirmation never fire", async (box) => {
  box.config(
    "testmd",
    "[task#0]\ncommand = sleep 0.3\nschedule = @1s\n" +
      "[task#1]\ncommand = sleep 0.3\nschedule = @2s\n" +
      "[task#2]\ncommand = /bin/true\nschedule = @1s\nconfirmation = true\n" +
      "[task#3]\ncommand = /bin/true\nschedule = @1s\ndisable = true\n",
  );
  await started(box);
  await until("five runs of @2s", () => runsOf(box, "testmd", "task#1") >= 5, 15_000);
  for (const [rid, step] of [["task#0", 1], ["task#1", 2]] as const) {
    const history = box.history("testmd", rid);
    const planned = history.map(({ planned_at }) => Date.parse(String(planned_at)) / 1000);
    assertEquals(planned, planned.map((_, i) => planned[0]! + i * step), rid);
    for (const { at, planned_at, exitcode, origin } of history) {
      const late = Date.parse(String(at)) - Date.parse(String(planned_at));
      assertEquals(late >= 0 && late < 900, true, `${rid} ${late} ms late`);
      assertEquals([exitcode, origin], [0, "scheduler"]);
    }
  }
  for (const rid of ["task#2", "task#3"]) {
    assertEquals([runsOf(box, "testmd", rid), exists(box.state("testmd", "scheduler", `last_${rid}`))], [
      0,
      false,
    ]);
  }
});

e2eTest("stop --runs wait waits for a running task, and the run is whole on record", async (box) => {
  box.config(
    "slow",
    `[task#0]\ncommand = touch ${box.path}/begun && sleep 2 && touch ${box.path}/ended\nschedule = @1h\n`,
  );
  await started(box);
  await until("the task runs", () => exists(`${box.path}/begun`));
  const { code } = await box.agent(["daemon", "stop", "--runs", "wait"]);
  assertEquals([code, exists(`${box.path}/ended`)], [0, true]);
  const [record, ...others] = box.history("slow", "task#0");
  assertEquals([record?.exitcode, record?.reason, others.length], [0, null, 0]);
});

e2eTest("a task that still runs is not started again, and the log says so once", async (box) => {
  box.config("slow", `[task#0]\ncommand = echo >> ${box.path}/begun && sleep 3\nschedule = @1s\n`);
  await started(box);
  await until("it runs", () => exists(`${box.path}/begun`));
  await sleep(2_300);
  assertEquals(box.read(`${box.path}/begun`), "\n");
});

e2eTest("a task with an unmet requirement fires as soon as the requirement is met", async (box) => {
  box.config(
    "db",
    "[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/true\nschedule = @1s\nrun_requires = fs#1(up)\n",
  );
  await started(box);
  await sleep(1_500);
  assertEquals([runsOf(box, "db"), exists(box.state("db", "scheduler", "last_task#0"))], [0, false]);
  assertEquals((await box.agent(["db", "start"])).code, 0);
  await until("it runs", () => runsOf(box, "db") > 0, LIVE_MS);
});

e2eTest("a frozen service fires nothing until it is thawed", async (box) => {
  box.config("db", EVERY_SECOND);
  assertEquals((await box.agent(["db", "freeze"])).code, 0);
  await started(box);
  await sleep(1_500);
  assertEquals(runsOf(box, "db"), 0);
  assertEquals((await box.agent(["db", "thaw"])).code, 0);
  await until("it runs", () => runsOf(box, "db") > 0, LIVE_MS);
});

e2eTest("the status action runs on schedule", async (box) => {
  box.config("db", "[DEFAULT]\nstatus_schedule = @1s\n[fs#1]\ntype = flag\n");
  await started(box);
  const file = box.state("db", "scheduler", "last_status");
  const kept = box.state("db", "status.json");
  await until("it is stamped and kept", () => exists(file) && exists(kept), LIVE_MS);
  assertEquals(JSON.parse(box.read(kept)).avail, "down");
  const stamp = () => Number(box.read(file));
  const first = stamp();
  await until("it is looked at again", () => stamp() > first, 3_000);
});
