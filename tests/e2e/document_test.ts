/** Every example of the user's document, typed at the executable: through pipes and on a terminal. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AGENT, type Box, e2eTest, exec, exists, IS_ROOT, needs, PATH, withoutTimes } from "./box.ts";
import { consoleExample, example, shellLine } from "./document.ts";

const NO = consoleExample("confirmation_no.txt");
const YES = consoleExample("confirmation_yes.txt");
const PROMPT = "(yes/no) > ";
const onTerminal = { leftOut: needs({ programs: ["script"] }) };

/** The document's example of a task with confirmation, with its own indentation. */
function confirmed(box: Box): void {
  box.config("testmd", example("confirmation.conf"));
}

/** The lines of the question; the rest of an example comes from the log. */
function questionOf({ shown }: { readonly shown: string }): string {
  return `${shown.split("\n").slice(0, 2).join("\n")}\nDo you really want to run task#0 ${PROMPT}\n`;
}

function logOf({ shown }: { readonly shown: string }): string {
  return withoutTimes(shown.split("\n").slice(3).join("\n"));
}

e2eTest("a no through a pipe aborts the run with 1", async (box) => {
  confirmed(box);
  const { code, stdout, stderr } = await box.agent(NO.args, { stdin: "no\n" });
  assertEquals([stdout, withoutTimes(stderr), code], [questionOf(NO), logOf(NO), 1]);
  assertEquals(exists(box.state("testmd", "task#0", "last_run")), false);
});

e2eTest("the end of input is a no", async (box) => {
  confirmed(box);
  const { code, stdout, stderr } = await box.agent(NO.args, { stdin: "" });
  assertEquals([stdout, withoutTimes(stderr), code], [questionOf(NO), logOf(NO), 1]);
});

e2eTest("only yes is a yes", async (box) => {
  confirmed(box);
  for (const stdin of ["y\n", "YES\n", "yes please\n", "\n"]) {
    const { code, stderr } = await box.agent(NO.args, { stdin });
    assertEquals([code, withoutTimes(stderr)], [1, logOf(NO)], stdin);
  }
});

e2eTest("a yes through a pipe runs, and the return code is propagated", async (box) => {
  confirmed(box);
  const { code, stdout, stderr } = await box.agent(NO.args, { stdin: "yes\n" });
  assertEquals([stdout, withoutTimes(stderr), code], [questionOf(YES), logOf(YES), 0]);
  box.config("testmd", example("confirmation.conf").replace("/bin/true", "sh -c 'exit 7'"));
  assertEquals((await box.agent(NO.args, { stdin: "yes\n" })).code, 7);
});

e2eTest("a no on a terminal reads as the document shows it", async (box) => {
  confirmed(box);
  const typed = [{ after: PROMPT, text: "no\n" }];
  const { code, text } = await box.terminal(shellLine(NO.args), typed, { NO_COLOR: "1" });
  assertEquals([withoutTimes(text), code], [withoutTimes(NO.shown), 1]);
}, onTerminal);

e2eTest(
  "a yes on a terminal, through a link named like the service, reads as the document shows it",
  async (box) => {
    confirmed(box);
    await Deno.symlink(AGENT, `${box.path}/testmd`);
    const [, ...args] = YES.args;
    const typed = [{ after: PROMPT, text: "yes\n" }];
    const line = `cd '${box.path}' && ${shellLine(args, "./testmd")}`;
    const { code, text } = await box.terminal(line, typed, { NO_COLOR: "1" });
    assertEquals([withoutTimes(text), code], [withoutTimes(YES.shown), 0]);
  },
  onTerminal,
);

e2eTest("colours are for terminals, and only where they are wanted", async (box) => {
  confirmed(box);
  const typed = [{ after: PROMPT, text: "no\n" }];
  const painted = await box.terminal(shellLine(NO.args), typed);
  assertStringIncludes(painted.text, "\x1b[31m");
  // deno-lint-ignore no-control-regex -- colours are control characters
  assertEquals(withoutTimes(painted.text.replace(/\x1b\[\d*m/g, "")), withoutTimes(NO.shown));
  const never = await box.terminal(shellLine([...NO.args, "--color", "never"]), typed);
  assertEquals(withoutTimes(never.text), withoutTimes(NO.shown));
  const always = await box.agent([...NO.args, "--color", "always"], { stdin: "no\n" });
  assertStringIncludes(always.stderr, "\x1b[31m");
}, onTerminal);

e2eTest("an interrupt at the question ends the action with 130, and nothing is executed", async (box) => {
  box.config("testmd", `${example("confirmation.conf")}\tpre_run = touch ${box.path}/done\n`);
  const typed = [{ after: PROMPT, text: "\x03" }];
  const { code } = await box.terminal(shellLine(NO.args), typed, { NO_COLOR: "1" });
  assertEquals([code, exists(`${box.path}/done`)], [130, false]);
}, onTerminal);

e2eTest("a link on the PATH named like the service is the service", async (box) => {
  confirmed(box);
  await Deno.symlink(AGENT, `${box.path}/testmd`);
  const env = { ...box.env, PATH: `${box.path}:${PATH}` };
  const { code, stdout } = await exec(["/bin/sh", "-c", YES.args.join(" ")], { stdin: "yes\n", env });
  assertEquals([stdout, code], [questionOf(YES), 0]);
});

e2eTest("run: all tasks, one task, all tasks with the backup tag", async (box) => {
  const mark = (name: string) => `touch ${box.path}/${name}`;
  box.config(
    "testmd",
    `[task#0]\ncommand = ${mark("0")}\n[task#1]\ncommand = ${mark("1")}\ntags = nightly backup\n`,
  );
  const expected = {
    "run_all.txt": [true, true],
    "run_one.txt": [true, false],
    "run_tagged.txt": [false, true],
  };
  for (const [name, done] of Object.entries(expected)) {
    const { code } = await box.agent(consoleExample(name).args);
    assertEquals([code, ...["0", "1"].map((each) => exists(`${box.path}/${each}`))], [0, ...done], name);
    await exec(["rm", "-f", `${box.path}/0`, `${box.path}/1`]);
  }
});

e2eTest("print schedule has the document's columns, and the next run", async (box) => {
  const { args } = consoleExample("print_schedule.txt");
  box.config("testmd", "[task#0]\ncommand = /bin/true\n[task#1]\ncommand = /bin/true\nschedule = @10\n");
  const last = Math.floor(Date.now() / 1000) - 60;
  await Deno.mkdir(box.state("testmd", "scheduler"), { recursive: true });
  for (const name of ["status", "task#1"]) {
    await Deno.writeTextFile(box.state("testmd", "scheduler", `last_${name}`), String(last));
  }
  const text = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
  const times = `${text(last)}    ${text(last + 600)}    `;
  const { code, stdout, stderr } = await box.agent(args);
  // The document knows neither pushes nor compliance; a column grows to its longest cell.
  const shown = stdout.split("\n").filter((line) => !/^(?:push|compliance)_/.test(line)).join("\n");
  assertEquals(
    shown,
    "action                 last run               next run               config parameter              schedule definition\n" +
      "------                 --------               --------               ----------------              -------------------\n" +
      `status                 ${times}DEFAULT.status_schedule       @10\n` +
      "task#0                 -                      -                      task#0.schedule               -\n" +
      `task#1                 ${times}task#1.schedule               @10\n`,
  );
  assertEquals(stderr, "agent: no daemon running: nothing starts on schedule\n");
  assertEquals(code, 0);
  const documented = consoleExample("print_schedule.txt").shown.split("\n")[0]!;
  const titles = stdout.split("\n")[0]!.replace("next run               ", "");
  assertEquals(titles.split(/ {2,}/), documented.split(/ {2,}/));
  assertEquals(titles.slice(0, 60), documented.slice(0, 60));
});

e2eTest("print schedule on a terminal is the same text", async (box) => {
  box.config("testmd", "[task#0]\ncommand = /bin/true\n");
  const { args } = consoleExample("print_schedule.txt");
  const { code, text } = await box.terminal(`${shellLine(args)} 2>/dev/null`);
  const { stdout } = await box.agent(args);
  const rows = (table: string) => table.split("\n").filter((row) => !row.startsWith("status "));
  assertEquals([rows(text), code], [rows(stdout), 0]);
}, onTerminal);

e2eTest(
  "the impersonated task, pasted with its indentation: without such a user nothing runs",
  async (box) => {
    const text = example("impersonated.conf").replace("admin", "no-such-admin");
    box.config("testmd", text);
    const { code, stdout, stderr } = await box.agent(["testmd", "run"]);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, 'Cannot find user "no-such-admin"');
  },
);

e2eTest("the impersonated task, pasted with its indentation, runs as its user", async (box) => {
  box.config("testmd", example("impersonated.conf"));
  const line = "admin:x:4242:4242::/:/bin/sh";
  // Not these two files alone: a test beside that makes users replaces them, and what is mounted on them is gone then.
  const etc = `${box.path}/etc`;
  // A lock of that test may come and go meanwhile.
  await exec(["cp", "-a", "/etc", etc]);
  for (const [file, more] of [["passwd", line], ["group", "admin:x:4242:"]] as const) {
    // The host may have such a user of its own.
    const others = box.read(`${etc}/${file}`).replace(/^admin:.*\n/m, "");
    await Deno.writeTextFile(`${etc}/${file}`, `${others}${more}\n`);
  }
  const line2 = `mount --bind '${etc}' /etc && exec ${shellLine(["testmd", "run", "--rid", "task#0"])}`;
  const { code, stderr } = await exec(["unshare", "--mount", "/bin/sh", "-c", line2], { env: box.env });
  assertMatch(stderr, /INFO {4}id -u && \/bin\/true\n/);
  assertMatch(stderr, /INFO {4}\| 4242\n/);
  assertEquals(code, 0);
}, { leftOut: !IS_ROOT ? "needs root" : await canMount() ? undefined : "needs a mount namespace" });

async function canMount(): Promise<boolean> {
  return (await exec(["/bin/sh", "-c", "unshare --mount mount --bind /etc /etc"])).code === 0;
}

e2eTest("the confirmation example, pasted with its indentation, means what it says", async (box) => {
  confirmed(box);
  const { code, stdout } = await box.agent(["testmd", "run", "--dry-run", "--format", "json"]);
  const [task] = JSON.parse(stdout);
  assertEquals([task.rid, task.argv], ["task#0", ["/bin/true"]]);
  assertStringIncludes(JSON.stringify(task.gates), "confirmation");
  assertEquals(code, 0);
});
