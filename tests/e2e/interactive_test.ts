/** Interactive tasks, of the agent's own user: what the command finds on its terminal, and what it leaves of it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, exec, findProcesses, kill, needs, processesBelow, sleep, until } from "./box.ts";
import { shellLine } from "./document.ts";
import { screenTest } from "./screen.ts";

const RUN = shellLine(["testmd", "run"]);

/** A service with one interactive task, whose command is a script for `sh`. */
function task(box: Box, script: string, keywords = ""): void {
  Deno.writeTextFileSync(`${box.path}/command`, script);
  box.config("testmd", `[task#0]\ncommand = /bin/sh ${box.path}/command\ninteractive = true\n${keywords}\n`);
}

/** Pids of the command's own processes, by what it is told to run. */
function pidsOf(box: Box): number[] {
  return findProcesses((file) => file("cmdline") === `/bin/sh\0${box.path}/command\0`).map(({ pid }) => pid);
}

/** Pids of the agents of this box that run the service. */
function agentPids(box: Box): number[] {
  const agents = processesBelow(box.root).filter(({ command }) => /deno.* testmd run$/.test(command));
  return agents.map(({ pid }) => pid);
}

screenTest(
  "the command has a terminal of its own, of the same size, and follows a new size",
  async (box, screen) => {
    task(
      box,
      'echo "tty $(tty)"; echo "size $(stty size) $TERM"; read -r line; echo "then $(stty size), $line"; exit 9',
    );
    await screen.start(RUN);
    const [, tty] = await screen.shows(/^tty (\/dev\/\S+)$/m);
    assertEquals(tty === await screen.tty(), false);
    await screen.shows(/^size 40 100 (?:tmux|screen)\S*$/m);
    await screen.resize(71, 23);
    await sleep(500);
    await screen.enter("typed");
    const { code, text } = await screen.ended();
    assertMatch(text, /^then 23 71, typed$/m);
    assertEquals(code, 9);
    const [record] = box.history("testmd", "task#0");
    assertEquals([record?.exitcode, record?.origin, record?.status], [9, "user", "down"]);
  },
);

screenTest("the log has the command line and its end, and nothing of the output", async (box, screen) => {
  task(box, "echo shown");
  const { code, text } = await screen.run(RUN);
  assertEquals(code, 0);
  assertMatch(
    text,
    /INFO {4}\/bin\/sh \S+\/command\nshown\n[\d:,]+ task#0 {6}INFO {4}command return code \[0\]\n/,
  );
  const log = box.read(`${box.root}/log/testmd.log`);
  assertMatch(log, /\| \/bin\/sh \S+\/command\n.*\| command return code \[0\]\n$/);
});

screenTest(
  "what is typed ahead reaches the command, after the answer to the question",
  async (box, screen) => {
    task(box, 'read -r a; read -r b; echo "got $a, $b."', `confirmation = true\npre_run = sleep 1`);
    await screen.start(RUN);
    await screen.shows(/\(yes\/no\) >/);
    await screen.enter("yes");
    await screen.shows(/pre_run: sleep 1/);
    await screen.enter("one");
    await screen.enter("two");
    const { code, text } = await screen.ended();
    assertEquals(code, 0);
    assertMatch(text, /^got one, two\.$/m);
  },
);

for (const [key, code] of [["C-c", 130], ["C-\\", 131]] as const) {
  screenTest(
    `${key} ends the command with ${code}, and neither the agent nor the shell`,
    async (box, screen) => {
      task(box, "echo waits; exec sleep 300");
      await screen.start(RUN);
      await screen.shows(/^waits$/m);
      await screen.press(key);
      const ended = await screen.ended();
      assertEquals(ended.code, code, ended.text);
      assertStringIncludes(ended.text, `ERROR   command return code [${code}]`);
      assertEquals(box.history("testmd", "task#0")[0]?.exitcode, code);
    },
  );
}

screenTest("an interactive shell as the command keeps its jobs to itself", async (box, screen) => {
  box.config(
    "testmd",
    "[task#0]\ncommand = bash --norc --noprofile\ninteractive = true\nenvironment = PS1=inner:\n",
  );
  await screen.start(RUN);
  await screen.shows(/inner:$/);
  // A key that signals takes away what is not read yet.
  await screen.enter("echo one; sleep 300");
  await screen.shows(/^one$/m);
  await screen.press("C-c");
  await screen.shows(/\^C\ninner:$/);
  await screen.enter("echo two; sleep 301");
  await screen.shows(/^two$/m);
  await screen.press("C-z");
  await screen.shows(/Stopped .*\ninner:$/);
  await screen.enter("fg");
  await screen.shows(/inner:fg\nsleep 301$/);
  await screen.press("C-c");
  await screen.shows(/\^C\ninner:$/);
  await screen.enter("exit 7");
  assertEquals((await screen.ended()).code, 7);
});

screenTest("a signal that ends the command is 128+n", async (box, screen) => {
  task(box, "kill -TERM $$");
  assertEquals((await screen.run(RUN)).code, 143);
});

screenTest("a run ends with its command, whoever keeps its terminal open", async (box, screen) => {
  const pidFile = `${box.path}/pid`;
  const keeper =
    `setsid /bin/sh -c 'echo $$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 300' &`;
  task(box, `${keeper}\nuntil [ -e ${pidFile} ]; do sleep 0.1; done; exit 4`);
  assertEquals((await screen.run(RUN)).code, 4);
  const pid = Number(box.read(pidFile));
  assertEquals(processesBelow(box.root).some((found) => found.pid === pid), true, "it still runs");
  kill(pid);
});

screenTest("a command that is killed leaves the terminal as it was", async (box, screen) => {
  task(box, "stty -echo raw; echo waits; sleep 300");
  await screen.start(RUN);
  await screen.shows(/waits/);
  for (const pid of pidsOf(box)) kill(pid);
  assertEquals((await screen.ended()).code, 137);
});

screenTest("what holds the terminal being killed, too", async (box, screen) => {
  task(box, "echo waits; sleep 300");
  await screen.start(RUN);
  await screen.shows(/^waits$/m);
  const holders = findProcesses((file) =>
    /^\S*script\0-qec/.test(file("cmdline")) && file("cmdline").includes(box.path)
  );
  assertEquals(holders.length, 1);
  kill(holders[0]!.pid);
  assertEquals((await screen.ended()).code, 137);
});

screenTest(
  "the timeout leaves the command its grace on the terminal, and ends it with 124",
  async (box, screen) => {
    const script =
      `trap 'echo saves; sleep 1 & wait; echo saved; exit 3' TERM\necho waits\nwhile :; do sleep 1 & wait; done`;
    task(box, script, "timeout = 1s\nkill_grace = 30s");
    const { code, text } = await screen.run(RUN);
    assertEquals(code, 124);
    assertMatch(text, /^waits\n\n[\d:,]+ task#0 {6}ERROR {3}execution timeout \(1 seconds\)/m);
    assertMatch(text, /^saves\n(?:.*\n)?saved\n[\d:,]+ task#0 {6}ERROR {3}command return code \[124\]/m);
  },
);

screenTest("a command that ignores TERM and Ctrl-C is killed after its grace", async (box, screen) => {
  task(box, "trap '' TERM INT HUP; while :; do sleep 1; done", "timeout = 1s\nkill_grace = 1s");
  assertEquals((await screen.run(RUN)).code, 124);
  assertEquals(pidsOf(box), []);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  screenTest(
    `${signal} at the agent ends the command and exits with ${code}, SIGINT is not for it`,
    async (box, screen) => {
      task(box, "echo waits; exec sleep 300");
      await screen.start(RUN);
      await screen.shows(/^waits$/m);
      for (const pid of agentPids(box)) kill(pid, "SIGINT");
      await sleep(500);
      assertEquals(processesBelow(box.root).some(({ command }) => command === "sleep 300"), true);
      for (const pid of agentPids(box)) kill(pid, signal);
      assertEquals((await screen.ended()).code, code);
      assertEquals(box.history("testmd", "task#0")[0]?.reason, `interrupted by ${signal}`);
    },
  );
}

screenTest(
  "kill from another terminal ends the command, and the terminal comes back",
  async (box, screen) => {
    task(box, "stty -echo raw; echo waits; exec sleep 300");
    await screen.start(RUN);
    await screen.shows(/waits/);
    assertEquals((await box.agent(["testmd", "kill"])).code, 0);
    assertEquals((await screen.ended()).code, 143);
  },
);

for (const shell of ["bash", "sh"] as const) {
  const line = shell === "bash" ? RUN : `/bin/sh -c ${JSON.stringify(`${RUN}; sleep 5`)}`;
  screenTest(
    `kill -9 of the agent ends the command, and the terminal comes back (${shell})`,
    async (box, screen) => {
      task(box, "echo waits; exec sleep 300");
      await screen.start(line);
      await screen.shows(/^waits$/m);
      for (const pid of agentPids(box)) kill(pid);
      const { code } = await screen.ended();
      assertEquals(code, shell === "bash" ? 137 : 0);
      await until(
        "the command and what held its terminal have ended",
        () => !processesBelow(box.root).some(({ command }) => /^sleep 300$|^\S*script -qec/.test(command)),
      );
    },
    { window: { shell: ["bash", "--norc", "--noprofile"] } },
  );
}

screenTest(
  "interactive tasks run one after the other, and a failure of the first is told",
  async (box, screen) => {
    const ask = (name: string) =>
      `[task#${name}]\ninteractive = true\nsubset = s\ncommand = /bin/sh -c 'read -r x; echo "${name} got $x"; exit ${name}'\nshell = false\n`;
    box.config("testmd", `${ask("2")}${ask("3")}[subset#task:s]\nparallel = true\n`);
    await screen.start(RUN);
    await screen.enter("a");
    await screen.shows(/^2 got a$/m);
    await screen.shows(/task#3 .*INFO/);
    await screen.enter("b");
    const { code, text } = await screen.ended();
    assertMatch(text, /^3 got b$/m);
    assertEquals(code, 2);
  },
);

screenTest("a client with predefined arguments: the document's dockerized one", async (box, screen) => {
  await Deno.mkdir(`${box.path}/bin`);
  const docker = `#!/bin/sh
[ -t 0 ] && [ -t 1 ] || { echo "the input device is not a TTY" >&2; exit 1; }
shift 2
echo "$@"
while printf 'mysql> ' && read -r line; do
  case $line in '\\q') echo Bye; exit 0 ;; *) echo "1 row: $line" ;; esac
done
`;
  await Deno.writeTextFile(`${box.path}/bin/docker`, docker, { mode: 0o755 });
  box.config(
    "shop",
    `[task#client]\ncommand = docker exec -it shop-db mysql --user=reports shop\ninteractive = true\n` +
      `path = ${box.path}/bin:/usr/bin:/bin\n`,
  );
  await screen.start(shellLine(["shop", "run", "--rid", "task#client", "--", "--table", "a b"]));
  await screen.shows(/^shop-db mysql --user=reports shop --table a b\nmysql>$/m);
  await screen.enter("select 1;");
  await screen.shows(/^1 row: select 1;\nmysql>$/m);
  await screen.enter("\\q");
  const { code, text } = await screen.ended();
  assertMatch(text, /^mysql> \\q\nBye\n/m);
  assertEquals(code, 0);
});

e2eTest("without a terminal an interactive task is refused, and nobody is asked", async (box) => {
  task(box, `touch ${box.path}/done`, "confirmation = true\nschedule = @1m");
  const text = (stream: string) =>
    `Cannot run an interactive task: ${stream} is not a terminal, expected a run by hand on a terminal\n`;
  const pipe = await box.agent(["testmd", "run"], { stdin: "yes\n" });
  assertEquals([pipe.code, pipe.stdout], [1, ""]);
  assertStringIncludes(pipe.stderr, `task#0      ERROR   ${text("standard input")}`);
  for (
    const [redirection, stream] of [["<", "standard input"], [">", "standard output"], [
      "2>",
      "standard error",
    ]]
  ) {
    await Deno.writeTextFile(`${box.path}/file`, "");
    const { code, text: shown } = await box.terminal(`${RUN} ${redirection} ${box.path}/file`, [], {
      NO_COLOR: "1",
    });
    assertEquals(code, 1);
    assertStringIncludes(shown + box.read(`${box.path}/file`), text(stream!));
  }
  const cron = await box.agent(["testmd", "run", "--cron", "--confirm"]);
  assertEquals(cron.code, 0);
  assertStringIncludes(cron.stderr, "task#0 left out: nobody is there to confirm\n");
  assertEquals(box.history("testmd", "task#0"), []);
  assertEquals((await exec(["ls", `${box.path}/done`])).code, 2);
}, { leftOut: needs({ programs: ["script"] }) });
