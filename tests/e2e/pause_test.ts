/** Pauses and lock groups, with a real daemon and real processes. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Box } from "./box.ts";
import { e2eTest, exists, kill, sleep, until } from "./box.ts";

function lines(file: string): string[] {
  return exists(file) ? Deno.readTextFileSync(file).split("\n").filter((line) => line !== "") : [];
}

function runsOf(box: Box): number {
  return box.history("testmd", "task#0").length;
}

/** A run that had begun before the pause may go on for a moment. */
async function atRest(box: Box): Promise<void> {
  await sleep(300);
  await until("nothing runs", () => box.list(box.state("testmd", "task#0", "run")).length === 0);
}

async function startDaemon(box: Box): Promise<void> {
  const { code, stderr } = await box.agent(["daemon", "start"]);
  assertEquals([code, stderr], [0, ""]);
}

e2eTest("pause stops a running schedule at once, resume and its end start it again", async (box) => {
  const config = "[task#0]\ncommand = /bin/true\nschedule = @1s\n";
  box.config("testmd", config);
  await startDaemon(box);
  await until("it runs", () => runsOf(box) >= 2);
  const paused = await box.agent(["testmd", "pause", "--rid", "task#0", "--for", "1h", "--reason", "disks"]);
  assertEquals(paused.code, 0, paused.stderr);
  await atRest(box);
  const count = runsOf(box);
  const refused = await box.agent(["testmd", "run", "--rid", "task#0"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, ": disks\n");
  await sleep(2_500);
  assertEquals(runsOf(box), count);
  const status = JSON.parse((await box.agent(["testmd", "status", "--format", "json"])).stdout);
  assertEquals(status[0].paused[0].rid, "task#0");
  assertEquals((await box.agent(["testmd", "resume"])).code, 0);
  await until("it runs after the resume", () => runsOf(box) > count);
  assertEquals(exists(box.state("testmd", "task#0", "pause.json")), false);

  assertEquals((await box.agent(["testmd", "pause", "--for", "3s"])).code, 0);
  const { until: end } = JSON.parse(box.read(box.state("testmd", "task#0", "pause.json")));
  await atRest(box);
  const before = runsOf(box);
  await until("it runs after the end", () => runsOf(box) > before);
  const planned = Date.parse(String(box.history("testmd", "task#0").at(before)?.planned_at));
  assertEquals(planned, Date.parse(end));
  await until("the pause is forgotten", () => !exists(box.state("testmd", "task#0", "pause.json")));
  assertEquals(box.read(`${box.root}/etc/testmd.conf`), config);
});

e2eTest("a daemon that is started again keeps to the pause", async (box) => {
  box.config("testmd", "[task#0]\ncommand = /bin/true\nschedule = @1s\n");
  assertEquals((await box.agent(["testmd", "pause", "--for", "1h"])).code, 0);
  await startDaemon(box);
  await sleep(1_500);
  assertEquals((await box.agent(["daemon", "restart"])).code, 0);
  await sleep(1_500);
  assertEquals(runsOf(box), 0);
});

/** Notes its begin and its end, and runs until there is a file of its name. */
function job(box: Box, name: string, more = ""): string {
  const log = `${box.path}/log`;
  const command = `echo begin ${name} >> ${log}; while [ ! -e ${box.path}/${name} ]; do sleep 0.05; done;` +
    ` echo end ${name} >> ${log}`;
  return `[task#0]\ncommand = ${command}\nlock_group = db\n${more}`;
}

e2eTest(
  "tasks that share a group take turns under the daemon, in the order of their priority",
  async (box) => {
    await startDaemon(box);
    const at = new Date(Date.now() + 8_000);
    const time = at.toISOString().slice(11, 19);
    for (const [i, name] of ["c", "a", "b"].entries()) {
      box.config(name, job(box, name, `schedule = ${time}\n[DEFAULT]\npriority = ${10 + i}\n`));
    }
    const log = `${box.path}/log`;
    await until("the first runs", () => lines(log).length === 1, 30_000);
    for (const [i, name] of ["c", "a"].entries()) {
      await Deno.writeTextFile(`${box.path}/${name}`, "");
      await until(`${name} gives way`, () => lines(log).length === 2 * i + 3);
    }
    await Deno.writeTextFile(`${box.path}/b`, "");
    await until("all have run", () => lines(log).length === 6);
    assertEquals(lines(log), ["begin c", "end c", "begin a", "end a", "begin b", "end b"]);
    for (const name of ["a", "b", "c"]) {
      await until(`${name} is on record`, () => box.history(name, "task#0").length === 1);
      const [record] = box.history(name, "task#0");
      assertEquals(String(record?.planned_at).slice(11, 19), time);
    }
  },
);

e2eTest(
  "by hand a task whose group is taken is refused, or waits; a killed agent does not free it",
  async (box) => {
    box.config("one", job(box, "one"));
    box.config("two", "[task#0]\ncommand = /bin/true\nlock_group = tape db\n");
    const log = `${box.path}/log`;
    const child = box.start(["one", "run"]);
    await until("the first runs", () => lines(log).length === 1);
    const records = `${box.root}/run/lock_groups/group.db/run`;
    const record = () => box.list(records).map((name) => box.read(`${records}/${name}`)).join("");
    await until("the record names the command", () => record().includes('"command_pid"'));
    const refused = await box.agent(["two", "run"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "lock group db is held by one task#0 (process ");
    child.kill("SIGKILL");
    await child.status;
    assertEquals((await box.agent(["two", "run"])).code, 1, "the command still runs");
    const waiting = box.agent(["two", "run", "--waitlock", "30s"]);
    await Deno.writeTextFile(`${box.path}/one`, "");
    const { code, stderr } = await waiting;
    assertEquals(code, 0, stderr);
    assertEquals(box.list(records), []);
  },
);

e2eTest("a run that outlives a daemon that is killed keeps its group until it ends", async (box) => {
  const log = `${box.path}/log`;
  await startDaemon(box);
  box.config("one", job(box, "one", "schedule = @1d\n"));
  await until("the first runs", () => lines(log).length === 1);
  box.config("two", job(box, "two", "schedule = @1d\n"));
  const { pid } = JSON.parse(box.read(`${box.root}/run/daemon.json`));
  kill(pid);
  const refused = await box.agent(["two", "run"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "lock group db is held by one task#0 (process ");
  await startDaemon(box);
  await sleep(2_500);
  assertEquals(lines(log), ["begin one"]);
  await Deno.writeTextFile(`${box.path}/one`, "");
  await until("the second runs", () => lines(log).includes("begin two"));
  await Deno.writeTextFile(`${box.path}/two`, "");
  await until(
    "both are on record",
    () => ["one", "two"].every((name) => box.history(name, "task#0").length === 1),
  );
  assertEquals(lines(log), ["begin one", "end one", "begin two", "end two"]);
  assertEquals(["one", "two"].map((name) => box.history(name, "task#0")[0]?.exitcode), [0, 0]);
});

e2eTest("of ten tasks of a group that are run at once, one runs at a time, and all run", async (box) => {
  const [busy, log] = [`${box.path}/busy`, `${box.path}/log`];
  const command = `mkdir ${busy} && echo >> ${log} && sleep 0.05 && rmdir ${busy}`;
  for (let i = 0; i < 10; i++) {
    box.config(`s${i}`, `[task#0]\ncommand = ${command}\nlock_group = ${i % 2 === 0 ? "a b" : "b a c"}\n`);
  }
  const runs = Array.from({ length: 10 }, (_, i) => box.agent([`s${i}`, "run", "--waitlock", "60s"]));
  const outcomes = await Promise.all(runs);
  assertEquals(outcomes.map(({ code, stderr }) => code === 0 ? "" : stderr), Array(10).fill(""));
  assertEquals(box.read(log).length, 10);
});
