/** What runs now, seen and ended from outside; what ran; one run followed to its end. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AGENT, type Box, e2eTest, exec, exists, kill, sleep, until } from "./box.ts";

/** Burns a processor for a moment in a child, leaves another one asleep, and says when it is ready. */
const BUSY =
  `sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; echo burnt; sleep 300; true' & sleep 300; true`;

interface Run {
  readonly session_id: string;
  readonly supervisor: string;
  readonly origin: string;
  readonly process_count: number;
  readonly cpu_seconds: number;
  readonly rss_bytes: number;
  readonly pss_bytes: number | null;
  readonly output: readonly string[];
  readonly agent_pid: number;
  readonly processes: readonly { readonly name: string; readonly user: string; readonly args: unknown }[];
}

async function runsOf(box: Box, ...args: string[]): Promise<Run[]> {
  const { code, stdout, stderr } = await box.agent(["testmd", "ps", "--format", "json", ...args]);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

/** Waits until one run is under way that wrote a line, and gives it. */
async function runWith(box: Box, line: string): Promise<Run> {
  let run: Run | undefined;
  await until(`a run writes ${line}`, async () => {
    [run] = await runsOf(box);
    return run?.output.includes(line) ?? false;
  }, 30_000);
  return run!;
}

e2eTest("ps shows the processes of a run, what they use, and the last line", async (box) => {
  box.config("testmd", `[task#0]\ncommand = echo hello; ${BUSY}\n`);
  const child = box.start(["testmd", "run"]);
  await runWith(box, "burnt");
  await until("all are there", async () => (await runsOf(box))[0]?.process_count === 4);
  const run = await runWith(box, "burnt");
  assertEquals([run.supervisor, run.origin, run.agent_pid], ["agent", "user", child.pid]);
  assertEquals(run.processes.map(({ name, args }) => [name, args]).sort(), [
    ["sh", null],
    ["sh", null],
    ["sleep", null],
    ["sleep", null],
  ]);
  assert(run.cpu_seconds > 0 && run.cpu_seconds < 600, `${run.cpu_seconds} s`);
  assert(run.rss_bytes > 100_000 && (run.pss_bytes ?? 1) <= run.rss_bytes);
  assertEquals((await runsOf(box, "--tail", "5"))[0]?.output, ["hello", "burnt"]);
  const table = await box.agent(["*", "ps"]);
  assertStringIncludes(table.stdout, "burnt\n");

  const killed = await box.agent(["testmd", "kill", "--session", run.session_id.slice(0, 6)]);
  assertEquals(killed.code, 0, killed.stderr);
  assertStringIncludes(killed.stderr, "nothing is left of 4 processes");
  assertEquals((await child.status).code, 143);
  assertEquals((await box.agent(["testmd", "ps"])).stderr, "agent: nothing runs\n");
  const history = JSON.parse((await box.agent(["testmd", "history", "--format", "json"])).stdout);
  assertEquals(history.length, 1);
  assertEquals([history[0].reason, history[0].exitcode, history[0].session_id], [
    `killed by agent kill (uid ${Deno.uid()})`,
    143,
    run.session_id,
  ]);
  assertEquals(box.list(box.state("testmd", "task#0")).filter((name) => name.startsWith("killed")), []);
});

e2eTest("kill ends a run of the daemon, which puts it on record", async (box) => {
  box.config(
    "testmd",
    `[task#0]\ncommand = echo ready; trap '' TERM; sleep 300; sleep 300; true\nschedule = @1h\n`,
  );
  await box.agent(["daemon", "start"]);
  const run = await runWith(box, "ready");
  assertEquals(run.origin, "scheduler");
  const killed = await box.agent(["testmd", "kill", "--grace", "1s", "--format", "json"]);
  assertEquals(killed.code, 0, killed.stderr);
  assertEquals(JSON.parse(killed.stdout)[0].outcome, "ended");
  const [record] = box.history("testmd", "task#0");
  assertEquals([record?.origin, record?.reason], ["scheduler", `killed by agent kill (uid ${Deno.uid()})`]);
  assertEquals((await box.agent(["daemon", "status"])).code, 0);
});

e2eTest("kill ends a run that lost its agent, and puts it on record", async (box) => {
  box.config("testmd", "[task#0]\ncommand = echo ready; sleep 300 & sleep 300; true\n");
  const child = box.start(["testmd", "run"]);
  await runWith(box, "ready");
  child.kill("SIGKILL");
  await child.status;
  assertEquals((await runsOf(box))[0]?.supervisor, "orphan");
  const killed = await box.agent(["testmd", "kill"]);
  assertEquals(killed.code, 0, killed.stderr);
  const [record] = box.history("testmd", "task#0");
  assertEquals([record?.exitcode, record?.reason], [null, `killed by agent kill (uid ${Deno.uid()})`]);
  assertEquals(box.list(box.state("testmd", "task#0", "run")), []);
});

e2eTest(
  "kill ends a run of a daemon that is gone, with its supervisor's help, and puts it on record",
  async (box) => {
    box.config("testmd", `[task#0]\ncommand = echo ready; sleep 300 & sleep 300; true\nschedule = @1h\n`);
    await box.agent(["daemon", "start"]);
    const { agent_pid } = await runWith(box, "ready");
    kill(agent_pid);
    await until("the daemon is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
    const [run] = await runsOf(box);
    assertEquals([run?.supervisor, run?.process_count], ["supervised", 3]);
    const killed = await box.agent(["testmd", "kill"]);
    assertEquals(killed.code, 0, killed.stderr);
    const [record] = box.history("testmd", "task#0");
    assertEquals([record?.exitcode, record?.reason], [143, `killed by agent kill (uid ${Deno.uid()})`]);
    const folder = box.state("testmd", "task#0");
    assertEquals(box.list(folder).filter((name) => name.startsWith("killed")), []);
    assertEquals([box.list(`${folder}/run`), box.list(`${folder}/runs`)], [[], []]);
  },
);

e2eTest("kill --signal is heard by the command, whose run goes on", async (box) => {
  const command = `trap 'echo heard' USR1; echo ready; while [ ! -e ${box.path}/over ]; do sleep 0.1; done`;
  box.config("testmd", `[task#0]\ncommand = ${command}\n`);
  const child = box.start(["testmd", "run"]);
  await runWith(box, "ready");
  // The shell hears it, and the sleep below it ends by it.
  const sent = await box.agent(["testmd", "kill", "--signal", "USR1"]);
  assertEquals(sent.code, 0, sent.stderr);
  await runWith(box, "heard");
  await Deno.writeTextFile(`${box.path}/over`, "");
  assertEquals((await child.status).code, 0);
  assertEquals(box.history("testmd", "task#0")[0]?.reason, null);
});

e2eTest("logs -f of one run shows each line within a second, and ends with it", async (box) => {
  const command =
    `echo ready; while [ ! -e ${box.path}/go ]; do sleep 0.05; done; echo live; sleep 2; echo last`;
  box.config("testmd", `[task#0]\ncommand = ${command}\n`);
  const child = box.start(["testmd", "run"]);
  const { session_id } = await runWith(box, "ready");
  const follower = new Deno.Command(AGENT, {
    args: ["testmd", "logs", "-f", "--session", session_id, "--rid", "task#0"],
    env: { ...box.env },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of follower.stdout.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  await until("what is there is shown", () => text.includes("| ready\n"));
  await Deno.writeTextFile(`${box.path}/go`, "");
  await until("the line is written", () => box.read(`${box.root}/log/testmd.log`).includes("| live\n"));
  await until("the line is shown", () => text.includes("| live\n"), 1_500);
  assertEquals((await child.status).code, 0);
  assertEquals((await follower.status).code, 0);
  await reading;
  assertEquals(text.match(/\| \w+$/gm), ["| ready", "| live", "| last"]);
});

e2eTest("an agent that is killed while it ends a run leaves one that another kill can end", async (box) => {
  const command = "trap '' TERM; echo ready; while :; do sleep 300; done";
  box.config("testmd", `[task#0]\ncommand = ${command}\nkill_grace = 1h\n`);
  const child = box.start(["testmd", "run"]);
  await runWith(box, "ready");
  const first = box.start(["testmd", "kill"]);
  const folder = box.state("testmd", "task#0");
  await until("it has begun", () => box.list(folder).some((name) => name.startsWith("killed.")));
  await sleep(300);
  kill(first.pid);
  await first.status;
  const second = await exec([AGENT, "testmd", "kill", "--signal", "KILL"], { env: box.env });
  assertEquals(second.code, 0, second.stderr);
  assertEquals((await child.status).code, 137, second.stderr);
  assertEquals(exists(`${folder}/last_run`), true);
  assertEquals(box.list(folder).filter((name) => name.startsWith("killed")), []);
});
