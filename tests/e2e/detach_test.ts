/** Runs in the background, and waiting for them. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Box } from "./box.ts";
import { AGENT, e2eTest, exists, findProcesses, kill, until } from "./box.ts";

async function detach(box: Box, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await box.agent(["testmd", "run", "--detach", ...args]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^[0-9a-f-]{36}\n$/);
  return stdout.trim();
}

function agentsOf(box: Box): { pid: number; arguments: string; environment: string }[] {
  const files: { arguments: string; environment: string }[] = [];
  const found = findProcesses((file) => {
    const isOne = file("environ").includes(box.root) && file("cmdline").includes("\0testmd\0run");
    if (isOne) files.push({ arguments: file("cmdline"), environment: file("environ") });
    return isOne;
  });
  return found.map(({ pid }, i) => ({ pid, ...files[i]! }));
}

e2eTest("run --detach goes on in a session of its own, and wait exits as the run did", async (box) => {
  const gate = `${box.path}/gate`;
  box.config(
    "testmd",
    `[task#0]\ncommand = while [ ! -e ${gate} ]; do sleep 0.05; done; echo hello && exit 7\n`,
  );
  const session = await detach(box);
  await until("the agent is there", () => agentsOf(box).length > 0);
  const timeout = await box.agent(["testmd", "wait", "--session", session, "--timeout", "0"]);
  assertEquals(timeout.code, 124, timeout.stderr);
  const waiting = box.agent(["testmd", "wait", "--session", session]);
  await Deno.writeTextFile(gate, "");
  const { code, stdout, stderr } = await waiting;
  assertEquals([code, stdout, stderr], [7, "", ""]);
  assertEquals((await box.agent(["testmd", "wait", "--session", session.slice(0, 8)])).code, 7);
  const { stdout: log } = await box.agent(["testmd", "logs", "--session", session]);
  assertStringIncludes(log, "| hello");
  assertEquals(box.history("testmd", "task#0").map((each) => [each.session_id, each.exitcode]), [[
    session,
    7,
  ]]);
  assertEquals((await box.agent(["testmd", "wait", "--session", "beef"])).code, 4);
});

e2eTest("no value of --env is among the arguments of the agent in the background", async (box) => {
  const [out, gate] = [`${box.path}/out`, `${box.path}/gate`];
  const command = `echo "$PASS $#" > ${out}; while [ ! -e ${gate} ]; do sleep 0.05; done; true`;
  box.config("testmd", `[task#0]\ncommand = ${command}\nshell = true\n`);
  const session = await detach(box, "--env", "PASS=s3cret", "--", "one two");
  await until("the command has its variable", () => exists(out) && box.read(out).endsWith("\n"));
  const agents = agentsOf(box);
  assertEquals(agents.length, 1);
  assertEquals(agents[0]!.arguments.includes("s3cret"), false);
  assertEquals(agents[0]!.arguments.endsWith("\0--\0one two\0"), true);
  assertEquals(box.read(out), "s3cret 1\n");
  await Deno.writeTextFile(gate, "");
  assertEquals((await box.agent(["testmd", "wait", "--session", session])).code, 0);
});

e2eTest(
  "run --detach through a link, with a question, survives the terminal that it was typed on",
  async (box) => {
    const [link, done, gate] = [`${box.path}/testmd`, `${box.path}/done`, `${box.path}/gate`];
    await Deno.symlink(AGENT, link);
    const command = `while [ ! -e ${gate} ]; do sleep 0.05; done; echo > ${done}`;
    box.config("testmd", `[task#0]\ncommand = ${command}\nconfirmation = true\n`);
    const { code, text } = await box.terminal(`${link} run --detach`, [{
      after: "(yes/no) > ",
      text: "yes\n",
    }]);
    assertEquals(code, 0, text);
    const session = /([0-9a-f-]{36})\n$/.exec(text)?.[1] ?? "";
    await Deno.writeTextFile(gate, "");
    assertEquals((await box.agent(["testmd", "wait", "--session", session])).code, 0);
    assertEquals(exists(done), true);
  },
);

e2eTest("run --detach refuses what run would refuse, a file as input too", async (box) => {
  box.config("testmd", "[task#0]\ncommand = /bin/cat\nuser = nosuch\n[task#1]\ncommand = /bin/cat\n");
  const refused = await box.agent(["testmd", "run", "--detach"]);
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, "nothing was started");
  await Deno.writeTextFile(`${box.path}/dump`, "data");
  const line = `${AGENT} testmd run --detach --rid task#1 < ${box.path}/dump`;
  const { code, text } = await box.terminal(`sh -c '${line}'`);
  assertEquals(code, 1);
  assertStringIncludes(text, `${box.path}/dump is its input, which cannot be handed on`);
});

e2eTest("a detached agent that is killed counts as failed, once its command is gone", async (box) => {
  const mark = `${box.path}/runs`;
  box.config("testmd", `[task#0]\ncommand = echo $$ > ${mark} && exec sleep 60\n`);
  const session = await detach(box);
  await until("the command runs", () => exists(mark) && box.read(mark).endsWith("\n"));
  const slots = box.state("testmd", "task#0", "run");
  await until(
    "the record names the command",
    () => box.list(slots).some((name) => box.read(`${slots}/${name}`).includes('"command_pid"')),
  );
  const waiting = box.agent(["testmd", "wait"]);
  for (const { pid } of agentsOf(box)) kill(pid);
  assertEquals((await box.agent(["testmd", "wait", "--timeout", "1"])).code, 124);
  kill(Number(box.read(mark)));
  const { code, stderr } = await waiting;
  assertEquals([code, stderr], [1, "agent: testmd task#0: nobody saw how it ended\n"]);
  assertEquals((await box.agent(["testmd", "wait", "--session", session])).code, 1);
});

e2eTest("wait follows what the daemon runs", async (box) => {
  const gate = `${box.path}/gate`;
  box.config(
    "testmd",
    `[task#0]\ncommand = while [ ! -e ${gate} ]; do sleep 0.05; done; exit 5\nschedule = @1d\n`,
  );
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  const slots = box.state("testmd", "task#0", "run");
  await until("it runs", () => exists(slots) && box.list(slots).length > 0);
  const session = box.list(slots).map((name) => box.read(`${slots}/${name}`).split("\n")[0]!)[0]!;
  assertEquals((await box.agent(["testmd", "wait", "--timeout", "0"])).code, 124);
  const waiting = box.agent(["testmd", "wait", "--session", session, "--format", "json"]);
  await Deno.writeTextFile(gate, "");
  const { code, stdout, stderr } = await waiting;
  assertEquals(code, 5, stderr);
  const [result] = JSON.parse(stdout);
  assertEquals([result.rid, result.code, result.is_failed], ["task#0", 5, true]);
});
