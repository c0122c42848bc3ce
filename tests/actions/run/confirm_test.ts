import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const TWO = `
[DEFAULT]
pre_run = /bin/pre
[task#2]
command = /bin/true two
confirmation = true
[task#10]
command = /bin/true ten
confirmation = true
[task#1]
command = /bin/true one
`;

const QUESTION = "This task run requires confirmation.\n" +
  "Please make sure you fully understand its role and effects before confirming the run.\n" +
  "Do you really want to run task#2 (yes/no) > ";

const PROGRAMS = { "*": {} };
const MEMORY_REGEXP = /last_run|history|scheduler/;

Deno.test("run asks the question to the letter, in run order, before the service's triggers and any task", async () => {
  const { system, exitCode, commands } = await runService(TWO, [], {
    stdin: "yes\nyes\n",
    programs: PROGRAMS,
  });
  assertEquals(exitCode, 0);
  assertEquals(system.prompt.questions, [QUESTION, QUESTION.replace("task#2", "task#10")]);
  assertEquals(system.stdout.text.startsWith(QUESTION), true);
  assertEquals(commands, ["/bin/pre", "/bin/true one", "/bin/true two", "/bin/true ten"]);
  assertEquals(logOf(system).slice(0, 2), ["task#2 INFO run confirmed", "task#10 INFO run confirmed"]);
});

Deno.test("run writes the console line of a confirmed run as the user's document shows it", async () => {
  const { system } = await runService("[task#0]\ncommand = /bin/true\nconfirmation = true\n", [], {
    stdin: "yes\n",
    now: "2026-03-02T11:29:36.973Z",
  });
  assertEquals(system.stderr.lines, [
    "11:29:36,973 task#0      INFO    run confirmed",
    "11:29:36,973 task#0      INFO    /bin/true",
  ]);
});

const ends = [
  { answer: "the first no", options: { stdin: "no\nyes\n" }, asked: 1, reason: "run aborted" },
  { answer: "a later no", options: { stdin: "yes\nno\n" }, asked: 2, reason: "run aborted" },
  { answer: "another case", options: { stdin: "YES\nyes\n" }, asked: 1, reason: "run aborted" },
  { answer: "half a yes", options: { stdin: "y\nyes\n" }, asked: 1, reason: "run aborted" },
  { answer: "an empty line", options: { stdin: "\nyes\n" }, asked: 1, reason: "run aborted" },
  { answer: "the end of input", options: { stdin: "" }, asked: 1, reason: "run aborted" },
  {
    answer: "silence",
    options: { answers: [{ kind: "silence" } as const, "yes"] },
    asked: 1,
    reason: "timeout waiting for confirmation",
  },
];

for (const { answer, options, asked, reason } of ends) {
  Deno.test(`run executes nothing and remembers nothing after ${answer}`, async () => {
    const { system, exitCode } = await runService(TWO, [], options);
    assertEquals(exitCode, 1);
    assertEquals(system.prompt.questions.length, asked);
    assertEquals(system.processes.started, []);
    assertEquals(logOf(system).at(-1), `ERROR 'run' action stopped on execution error: ${reason}`);
    assertEquals(system.files.paths.filter((path) => MEMORY_REGEXP.test(path)), []);
  });
}

Deno.test("run waits 30 seconds for an answer, and not longer", async () => {
  const { system } = await runService(TWO, [], { answers: [{ kind: "silence" }] });
  assertEquals(system.clock.now() - Date.parse("2026-03-02T10:00:00Z"), 30_000);
});

Deno.test("run ends the whole action at a no, although the task is optional", async () => {
  const config =
    "[task#0]\ncommand = /bin/true\n[task#1]\ncommand = /bin/true\nconfirmation = true\noptional = true\n";
  const { system, exitCode } = await runService(config, [], { stdin: "no\n" });
  assertEquals(exitCode, 1);
  assertEquals(system.processes.started, []);
});

Deno.test("run asks for all services before it runs the first of them", async () => {
  const task = "[task#0]\ncommand = /bin/true\nconfirmation = true\n";
  const system = fakeSystem({ config: { svc1: task, svc0: task }, stdin: "yes\nno\n" });
  assertEquals(await runAgent(["svc*", "run"], system), 1);
  assertEquals(system.prompt.questions.length, 2);
  assertEquals(system.processes.started, []);
});

Deno.test("run --confirm asks nothing and says so", async () => {
  const { system, exitCode, commands } = await runService(TWO, ["--confirm"], { programs: PROGRAMS });
  assertEquals(exitCode, 0);
  assertEquals(system.prompt.questions, []);
  assertEquals(commands.length, 4);
  assertEquals(logOf(system).slice(0, 2), [
    "task#2 INFO confirmed by command line option",
    "task#10 INFO confirmed by command line option",
  ]);
});

Deno.test("run --cron leaves tasks with confirmation out with an info line, --confirm or not", async () => {
  for (const args of [["--cron"], ["--cron", "--confirm"]]) {
    const { system, exitCode, commands } = await runService(TWO, args, { programs: PROGRAMS });
    assertEquals(exitCode, 0);
    assertEquals(system.prompt.questions, []);
    assertEquals(commands, ["/bin/pre", "/bin/true one"]);
    assertEquals(logOf(system)[0], "INFO task#2,task#10 left out: nobody is there to confirm");
  }
});

Deno.test("run --format json shows questions on stderr, and tells what became of each task", async () => {
  const { system, exitCode } = await runService(TWO, ["--format", "json"], { stdin: "yes\nno\n" });
  assertEquals(exitCode, 1);
  assertStringIncludes(system.stderr.text, QUESTION);
  const outcomes = resultsOf(system).map(({ rid, outcome, reason, code }) => ({
    rid,
    outcome,
    reason,
    code,
  }));
  assertEquals(
    outcomes,
    ["task#1", "task#2", "task#10"].map((rid) => ({
      rid,
      outcome: "refused",
      reason: "run aborted",
      code: 1,
    })),
  );
});

Deno.test("run --cron --format json tells of the tasks that are left out", async () => {
  const { system } = await runService(TWO, ["--cron", "--format", "json"], { programs: PROGRAMS });
  const outcomes = resultsOf(system).map(({ rid, outcome, reason }) => `${rid} ${outcome} ${reason}`);
  assertEquals(outcomes.sort(), [
    "task#1 ran null",
    "task#10 skipped nobody is there to confirm",
    "task#2 skipped nobody is there to confirm",
  ]);
});

Deno.test("run leaves the input after the answer's line unread", async () => {
  const { system } = await runService(TWO, ["--rid", "task#2"], {
    stdin: "yes\nSELECT 1;\n",
    programs: PROGRAMS,
  });
  assertEquals(system.terminal.unread, "SELECT 1;\n");
  assertEquals(system.processes.started.at(-1)?.stdin, "inherit");
});

Deno.test("run says 'interrupted' and exits with the signal's code when a signal comes at the prompt", async () => {
  const system = fakeSystem({ config: { svc1: TWO }, answers: [{ kind: "interrupted" }] });
  const ended = startAgent(["svc1", "run"], system);
  system.signals.send("SIGTERM");
  assertEquals(await system.clock.runUntil(ended), 143);
  assertEquals(logOf(system).at(-1), "ERROR 'run' action stopped on execution error: interrupted");
  assertEquals(system.processes.started, []);
});
