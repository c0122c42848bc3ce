/** What a run by hand is given and gives back: input, arguments, variables, exit codes, data, usage. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AGENT, e2eTest, exec, exists, withoutTimes } from "./box.ts";
import { shellLine } from "./document.ts";

e2eTest("a pipe and a file are handed to the only task, byte for byte", async (box) => {
  box.config("db", "[task#restore]\ncommand = sha256sum\n");
  const args = ["db", "run", "--rid", "task#restore"];
  const bytes = Array.from({ length: 300_000 }, (_, i) => String.fromCharCode(i % 128)).join("");
  await Deno.writeTextFile(`${box.path}/dump`, bytes);
  const sum = (await exec(["sha256sum"], { stdin: bytes })).stdout.trim();
  assertStringIncludes((await box.agent(args, { stdin: bytes })).stderr, `INFO    | ${sum}\n`);
  const line = `${shellLine(args)} < '${box.path}/dump'`;
  assertStringIncludes((await exec(["/bin/sh", "-c", line], { env: box.env })).stderr, `INFO    | ${sum}\n`);
});

for (const kind of ["pipe", "file"] as const) {
  e2eTest(`a ${kind} that begins with the answer: the task gets what follows it`, async (box) => {
    box.config("db", "[task#restore]\ncommand = cat\nconfirmation = true\n");
    const stdin = "yes\nfirst\nsecond\n";
    await Deno.writeTextFile(`${box.path}/dump`, stdin);
    const line = `${shellLine(["db", "run"])} < '${box.path}/dump'`;
    const { code, stderr } = kind === "pipe"
      ? await box.agent(["db", "run"], { stdin })
      : await exec(["/bin/sh", "-c", line], { env: box.env });
    assertEquals(
      withoutTimes(stderr).replaceAll("HH:MM:SS,mmm task#restore ", ""),
      "INFO    run confirmed\nINFO    cat\nINFO    | first\nINFO    | second\n",
    );
    assertEquals(code, 0);
  });
}

e2eTest("several tasks, and a task of the scheduler, get no input", async (box) => {
  box.config("db", "[task#0]\ncommand = wc -c\n[task#1]\ncommand = wc -c\n");
  for (const args of [["db", "run"], ["db", "run", "--rid", "task#0", "--cron"]]) {
    const { stderr } = await box.agent(args, { stdin: "some text" });
    assertEquals(
      [...stderr.matchAll(/\| (\d+)$/gm)].map(([, count]) => count).every((count) => count === "0"),
      true,
    );
    assertMatch(stderr, /\| 0$/m);
  }
});

e2eTest("arguments after -- reach the command as they are, also through a shell", async (box) => {
  box.config("db", "[task#0]\ncommand = printf <%s>\n[task#1]\ncommand = printf '<%s>' \"$@\"; true\n");
  const words = ["a", "b c", "$HOME", "'\"", "*", "", "--rid"];
  for (const rid of ["task#0", "task#1"]) {
    const { code, stderr } = await box.agent(["db", "run", "--rid", rid, "--", ...words]);
    assertStringIncludes(stderr, `| ${words.map((word) => `<${word}>`).join("")}\n`);
    assertEquals(code, 0);
  }
  const both = await box.agent(["db", "run", "--", "a"]);
  assertEquals([both.code, both.stderr], [
    1,
    "agent: Cannot hand arguments on: 2 tasks are chosen, expected exactly one (--rid)\n",
  ]);
});

e2eTest("--env overrides [env] for references, and is in the command's environment", async (box) => {
  box.config(
    "db",
    "[env]\nwho = nobody\n[task#0]\ncommand = sh -c 'echo {env.who} $who $other'\nshell = false\n",
  );
  const { stderr } = await box.agent(["db", "run", "--env", "who=me", "--env", "other=a b"]);
  assertStringIncludes(stderr, "| me me a b\n");
  const bad = await box.agent(["db", "run", "--env", "LD_PRELOAD=x"]);
  assertEquals(bad.code !== 0, true);
  assertStringIncludes(bad.stderr, 'Cannot set variable "LD_PRELOAD"');
});

e2eTest("the environment is built from nothing: what the agent has does not pass", async (box) => {
  box.config("db", "[task#0]\ncommand = env -0\nlog = false\nenv_inherit = WANTED\n");
  const { stdout } = await box.agent(["db", "run"], { env: { SECRET: "x", WANTED: "w", LD_PRELOAD: "" } });
  const names = stdout.split("\0").slice(0, -1).map((entry) => entry.split("=")[0]);
  assertEquals(names.includes("SECRET"), false);
  assertEquals(names.filter((name) => /^(AGENT|DENO|LD)_/.test(name!)), []);
  assertEquals(names.includes("WANTED"), true);
});

const CODES = [
  ["sh -c 'exit 7'", 7],
  ["sh -c 'kill -9 $$'", 137],
  ["sh -c 'kill -TERM $$'", 143],
  ["/no/such/program", 127],
  ["no-such-program", 127],
  ["/etc/passwd", 126],
] as const;

for (const [command, expected] of CODES) {
  e2eTest(`the exit code of ${command} is ${expected}`, async (box) => {
    box.config("db", `[task#0]\ncommand = ${command}\nshell = false\n`);
    const { code, stdout, stderr } = await box.agent(["db", "run", "--format", "json"]);
    const [result] = JSON.parse(stdout);
    assertEquals([code, result.code, result.outcome, result.is_failed], [expected, expected, "ran", true]);
    assertStringIncludes(stderr, `ERROR   command return code [${expected}]`);
    assertEquals(box.read(box.state("db", "task#0", "last_run_retcode")), String(expected));
  });
}

e2eTest("the exit code after a timeout is 124", async (box) => {
  box.config("db", "[task#0]\ncommand = sleep 60\ntimeout = 1s\n");
  const { code, stderr } = await box.agent(["db", "run"]);
  assertEquals(code, 124);
  assertStringIncludes(stderr, "execution timeout (1 seconds)");
});

e2eTest(
  "several tasks: the first failing one's code, and optional = false stops the sequence",
  async (box) => {
    const tasks = (optional: string) =>
      `[task#1]\ncommand = sh -c 'exit 5'\n${optional}\n[task#2]\ncommand = sh -c 'exit 6'\n`;
    for (
      const [optional, code, count] of [["", 5, 2], ["optional = true", 6, 2], [
        "optional = false",
        5,
        1,
      ]] as const
    ) {
      box.config("db", tasks(optional));
      const outcome = await box.agent(["db", "run", "--format", "json"]);
      const ran = JSON.parse(outcome.stdout).filter((result: { outcome: string }) =>
        result.outcome === "ran"
      );
      assertEquals([outcome.code, ran.length], [code, count], optional);
    }
  },
);

e2eTest("retcodes: a code that maps to up is no failure, and is propagated", async (box) => {
  box.config("db", "[task#0]\ncommand = sh -c 'exit 3'\nretcodes = 0:up 3:up 1:down\n");
  const { code, stdout } = await box.agent(["db", "run", "--format", "json"]);
  assertEquals([code, JSON.parse(stdout)[0].is_failed], [3, false]);
});

e2eTest("--dry-run shows and runs nothing; it exits with 1 if the run would be refused", async (box) => {
  const mark = `${box.path}/done`;
  box.config("db", `[task#0]\ncommand = touch ${mark}\npre_run = touch ${mark}\n`);
  const good = await box.agent(["db", "run", "--dry-run"]);
  assertEquals([good.code, good.stderr], [0, ""]);
  assertStringIncludes(good.stdout, "db task#0: would run\n");
  box.config("db", `[task#0]\ncommand = touch ${mark}\nuser = no-such-user\n`);
  const bad = await box.agent(["db", "run", "--dry-run"]);
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.stdout, 'Cannot find user "no-such-user"');
  assertEquals([exists(mark), exists(box.state("db", "task#0", "last_run"))], [false, false]);
});

e2eTest(
  "requirements: unmet is a refusal that names them, start makes them met, --force does not ask",
  async (box) => {
    box.config("db", "[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/true\nrun_requires = fs#1(up)\n");
    const run = (...flags: string[]) => box.agent(["db", "run", ...flags]);
    const refused = await run();
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "requires on resource fs#1 in state up, current state down");
    assertEquals((await run("--force")).code, 0);
    const silent = await run("--cron");
    assertEquals([silent.code, silent.stderr, exists(box.state("db", "scheduler", "last_task#0"))], [
      0,
      "",
      false,
    ]);
    assertEquals((await box.agent(["db", "start"])).code, 0);
    assertEquals((await run()).code, 0);
    assertEquals((await box.agent(["db", "stop"])).code, 0);
    assertEquals((await run()).code, 1);
  },
);

e2eTest("triggers run around the command, and on_error knows why", async (box) => {
  const log = `${box.path}/log`;
  const say = (word: string) => `sh -c "echo ${word} >> ${log}"`;
  const text = (command: string) =>
    `[DEFAULT]\npre_run = ${say("service-before")}\npost_run = ${say("service-after")}\n` +
    `[task#0]\ncommand = ${command}\npre_run = ${say("before")}\npost_run = ${say("after")}\n` +
    `on_error = sh -c "env | grep -i exit >> ${log}; echo failed >> ${log}"\n`;
  box.config("db", text(say("command")));
  assertEquals((await box.agent(["db", "run"])).code, 0);
  assertEquals(box.read(log), "service-before\nbefore\ncommand\nafter\nservice-after\n");
  await Deno.remove(log);
  box.config("db", text("sh -c 'exit 9'"));
  assertEquals((await box.agent(["db", "run"])).code, 9);
  assertMatch(box.read(log), /^service-before\nbefore\nOPENSVC_EXITCODE=9\n(?:.*\n)*failed\n$/);
});

e2eTest("log = false lets the output through and keeps nothing of it", async (box) => {
  box.config("db", "[task#0]\ncommand = sh -c 'echo out; echo err >&2'\nlog = false\nshell = false\n");
  const { stdout, stderr } = await box.agent(["db", "run"]);
  assertEquals([stdout, stderr], ["out\n", "err\n"]);
  const log = `${box.root}/log/db.log`;
  assertEquals(exists(log) && /out|err/.test(box.read(log)), false);
});

e2eTest("the log file has the lines of the console, with the session of the record", async (box) => {
  box.config("db", "[task#0]\ncommand = echo hello\n");
  await box.agent(["db", "run"]);
  const [record] = box.history("db", "task#0");
  const line = `INFO sid:${record?.session_id} n:n1 o:db r:task#0 sc:n | | hello`;
  assertMatch(box.read(`${box.root}/log/db.log`), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO sid:/);
  assertStringIncludes(box.read(`${box.root}/log/db.log`), line);
  assertEquals(box.mode(`${box.root}/log/db.log`), 0o640);
});

const USAGE = [
  [["db", "rnu"], 2],
  [["db", "run", "--rdi", "task#0"], 2],
  [["db", "run", "--format", "xml"], 2],
  [["db", "run", "--waitlock", "soon"], 2],
  [["db"], 2],
  [["nosuch", "run"], 4],
  [["db", "run", "--rid", "task#9"], 4],
  [["db", "run", "--tags", "nosuch"], 4],
  [["db", "run", "--rid", "fs#1"], 4],
  [["broken", "run"], 3],
] as const;

for (const [args, expected] of USAGE) {
  e2eTest(`agent ${args.join(" ")}: one line, exit code ${expected}`, async (box) => {
    box.config("db", "[task#0]\ncommand = /bin/true\n[fs#1]\ntype = flag\n");
    box.config("broken", "[task#0\n");
    const { code, stdout, stderr } = await box.agent(args);
    assertMatch(stderr, /^agent: [^\n]+\n$/);
    assertEquals([code, stdout], [expected, ""]);
  });
}

e2eTest("a reader that goes away is no error", async (box) => {
  box.config("db", "[task#0]\ncommand = seq 20000\nlog = false\n");
  const lines = [["help"], ["schedule", "next", "@1", "-n", "5000"], ["db", "run"], [
    "db",
    "print",
    "schedule",
  ]];
  for (const args of lines) {
    const { stdout, stderr } = await exec(["/bin/sh", "-c", `${shellLine(args)} | head -n 1`], {
      env: box.env,
    });
    assertEquals(stdout.split("\n").length, 2, args.join(" "));
    assertEquals(
      stderr.replace("agent: no daemon running: nothing starts on schedule\n", ""),
      "",
      args.join(" "),
    );
  }
});

e2eTest("--version tells the agent's, the runtime's and the zone data's", async (box) => {
  const { code, stdout } = await box.agent(["--version"]);
  assertMatch(stdout, /^agent \d+\.\d+\.\d+ /);
  assertMatch(stdout, /2\.9\.\d+/);
  assertEquals(code, 0);
  assertEquals(AGENT !== "", true);
});
