/** Many runs at once, and agents that are killed in the middle. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Box } from "./box.ts";
import { e2eTest, exists, findProcesses, kill, until } from "./box.ts";

const REFUSED = /^HH:MM:SS,mmm task#0 {6}ERROR {3}task is already running 3 times\n$/;

e2eTest("of ten runs at once with max_parallel = 3, exactly three run", async (box) => {
  const [started, gate] = [`${box.path}/started`, `${box.path}/gate`];
  // Those that run wait until all others were refused, so that exactly three can ever be at work.
  const command = `echo >> ${started}; while [ ! -e ${gate} ]; do sleep 0.05; done`;
  box.config("testmd", `[task#0]\ncommand = ${command}\nmax_parallel = 3\n`);
  let refused = 0;
  const runs = Array.from({ length: 10 }, async () => {
    const outcome = await box.agent(["testmd", "run"]);
    if (outcome.code !== 0) refused += 1;
    return outcome;
  });
  await until("seven are refused", () => refused === 7, 20_000);
  await Deno.writeTextFile(gate, "");
  const outcomes = await Promise.all(runs);
  assertEquals(box.read(started), "\n\n\n");
  assertEquals(outcomes.map(({ code }) => code).sort(), [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  for (const { code, stderr } of outcomes) {
    if (code === 1) assertMatch(stderr.replace(/^[\d:,]+/, "HH:MM:SS,mmm"), REFUSED);
  }
  assertEquals(box.list(box.state("testmd", "task#0", "run")), []);
  assertEquals(box.history("testmd", "task#0").length, 3);
});

e2eTest("--waitlock waits for a free slot", async (box) => {
  box.config("testmd", "[task#0]\ncommand = sleep 1\n");
  const first = box.agent(["testmd", "run"]);
  await until("the first runs", () => hasSlot(box));
  const { code } = await box.agent(["testmd", "run", "--waitlock", "10s"]);
  assertEquals([code, (await first).code], [0, 0]);
});

function hasSlot(box: Box): boolean {
  const folder = box.state("testmd", "task#0", "run");
  return exists(folder) && [...Deno.readDirSync(folder)].some(({ name }) => /^\d+$/.test(name));
}

/** Starts a run, kills its agent as soon as the command runs, then ends the command too. */
async function loseAgent(box: Box, args: readonly string[]): Promise<void> {
  const mark = `${box.path}/runs`;
  box.config("testmd", `[task#0]\ncommand = echo $$ > ${mark} && exec sleep 60\nschedule = @1h\n`);
  const child = box.start(args);
  await until("the command runs", () => exists(mark) && box.read(mark).endsWith("\n"));
  await until("the record names the command", () => slotText(box).includes('"command_pid"'));
  child.kill("SIGKILL");
  await child.status;
  const pid = Number(box.read(mark));
  kill(pid);
  await until("the command is gone", () => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  return findProcesses((file) => file("stat").startsWith(`${pid} `)).length > 0;
}

function slotText(box: Box): string {
  const folder = box.state("testmd", "task#0", "run");
  return [...Deno.readDirSync(folder)].map(({ name }) => box.read(`${folder}/${name}`)).join("");
}

/** Every file of the state is whole: JSON that can be read, and no draft is left. */
function assertWhole(box: Box): void {
  for (const folder of [box.state("testmd", "task#0"), box.state("testmd", "scheduler")]) {
    if (!exists(folder)) continue;
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      assertEquals(name.includes(".tmp"), false, name);
      if (isFile && name.startsWith("last_run") && !name.endsWith("retcode")) {
        JSON.parse(box.read(`${folder}/${name}`));
      }
    }
  }
  box.history("testmd", "task#0");
}

e2eTest("an agent killed in the middle leaves no slot taken, and its run goes on record", async (box) => {
  await loseAgent(box, ["testmd", "run"]);
  assertWhole(box);
  box.config("testmd", "[task#0]\ncommand = /bin/true\n");
  const { code, stderr } = await box.agent(["testmd", "run"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "clean up stale run file");
  const [lost, run] = box.history("testmd", "task#0");
  assertEquals([lost?.exitcode, lost?.status, lost?.reason], [
    null,
    "undef",
    "the agent was ended before the command",
  ]);
  assertEquals([run?.exitcode, box.history("testmd", "task#0").length], [0, 2]);
  assertEquals(box.list(box.state("testmd", "task#0", "run")), []);
  assertWhole(box);
});

e2eTest("the attempt of a scheduled run is stamped before the command starts", async (box) => {
  const before = Math.floor(Date.now() / 1000);
  await loseAgent(box, ["testmd", "run", "--cron"]);
  const stamp = Number(box.read(box.state("testmd", "scheduler", "last_task#0")));
  assertEquals(stamp >= before && stamp <= Date.now() / 1000, true, `${stamp}`);
  assertEquals(exists(box.state("testmd", "scheduler", "last_task#0.success")), false);
  assertWhole(box);
});

e2eTest(
  "a command that outlived its agent still takes its slot for the scheduler; by hand it is told of",
  async (box) => {
    const mark = `${box.path}/runs`;
    box.config("testmd", `[task#0]\ncommand = echo $$ > ${mark} && exec sleep 60\n`);
    const child = box.start(["testmd", "run"]);
    await until("the command runs", () => exists(mark) && box.read(mark).endsWith("\n"));
    await until("the record names the command", () => slotText(box).includes('"command_pid"'));
    child.kill("SIGKILL");
    await child.status;
    box.config("testmd", "[task#0]\ncommand = /bin/true\n");
    const full = await box.agent(["testmd", "run", "--cron"]);
    assertEquals(full.code, 0);
    assertStringIncludes(full.stderr, "task is already running 1 times\n");
    const pid = Number(box.read(mark));
    const byHand = await box.agent(["testmd", "run"]);
    assertEquals(byHand.code, 0, byHand.stderr);
    assertStringIncludes(byHand.stderr, `goes on without its agent (process ${pid})`);
    kill(pid);
    await until("the command is gone", () => !isAlive(pid));
    const free = await box.agent(["testmd", "run", "--cron"]);
    assertEquals(free.code, 0, free.stderr);
    assertStringIncludes(free.stderr, "/bin/true\n");
  },
);

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
  e2eTest(
    `${signal} at a run by hand ends the command's tree, is recorded, and gives ${code}`,
    async (box) => {
      const mark = `${box.path}/runs`;
      box.config("testmd", `[task#0]\ncommand = echo $$ > ${mark}; sleep 60 & sleep 60; true\n`);
      const child = box.start(["testmd", "run"]);
      await until("the command runs", () => exists(mark) && box.read(mark).endsWith("\n"));
      child.kill(signal);
      assertEquals((await child.status).code, code);
      const [record] = box.history("testmd", "task#0");
      assertEquals([record?.exitcode, record?.reason], [code, `interrupted by ${signal}`]);
    },
  );
}
