import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DryRun } from "../../../src/actions/run/preparation/dry_run.ts";
import { STARTER } from "../../../src/core/process/starter.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { type FakeOptions, fakeSystem } from "../../fakes/system.ts";

/** Without `script`: the command line of the agent's own user stays as it is. */
const ON_TERMINAL: FakeOptions = {
  isTerminal: { stdin: true, stdout: true, stderr: true },
  environment: { TERM: "xterm-256color", NO_COLOR: "1" },
  programs: {
    "*": { stdout: "shown\n" },
    "/bin/never": { durationMs: Infinity },
    "/bin/slow": { durationMs: 60_000 },
    "/bin/nine": { code: 9 },
  },
};
const WITH_SCRIPT: FakeOptions = {
  ...ON_TERMINAL,
  installed: ["sh", "script", "setpriv", "runuser", "su", "sudo"],
};
const task = (rid: string, command: string, lines = "") => `[${rid}]\ncommand = ${command}\n${lines}\n`;
const interactive = (rid: string, command: string, lines = "") =>
  task(rid, command, `interactive = true\n${lines}`);
const CLIENT = interactive("task#0", "/bin/client");

Deno.test("run hands the terminal to an interactive task, and logs its command line and its end only", async () => {
  const { system, exitCode } = await runService(CLIENT, [], ON_TERMINAL);
  assertEquals(exitCode, 0);
  const [started] = system.processes.started;
  assertEquals([started?.isOnTerminal, started?.env["AGENT_X_TERM"]], [true, "xterm-256color"]);
  assertEquals(logOf(system), ["task#0 INFO /bin/client", "task#0 INFO command return code [0]"]);
  assertEquals(system.terminal.settings, { kept: 1, putBack: 1 });
  const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
  assertEquals([last.exitcode, last.origin], [0, "user"]);
});

Deno.test("run gives no terminal and no TERM to any other command", async () => {
  const lines = "pre_run = /bin/pre\npost_run = /bin/post\non_error = /bin/oops\n";
  for (
    const config of [interactive("task#0", "/bin/nine", lines), interactive("task#0", "/bin/client", lines)]
  ) {
    const { system } = await runService(config + task("task#1", "/bin/plain"), [], ON_TERMINAL);
    const told = system.processes.started.map(({ argv, isOnTerminal, env }) =>
      [argv.at(-1), isOnTerminal, env["AGENT_X_TERM"]].join(" ")
    );
    const around = ["/bin/oops", "/bin/post"][config.includes("/bin/nine") ? 0 : 1];
    assertEquals(told, [
      "/bin/pre false ",
      `${config.includes("/bin/nine") ? "/bin/nine" : "/bin/client"} true xterm-256color`,
      `${around} false `,
      "/bin/plain false ",
    ]);
  }
});

Deno.test("run logs nothing of an interactive task with log = false but its failure", async () => {
  const { system } = await runService(interactive("task#0", "/bin/client", "log = false"), [], ON_TERMINAL);
  assertEquals(system.stderr.text, "");
  const failed = await runService(interactive("task#0", "/bin/nine", "log = false"), [], ON_TERMINAL);
  assertEquals([failed.exitCode, logOf(failed.system)], [
    9,
    ["task#0 ERROR command return code [9]: exit code 9"],
  ]);
});

for (
  const [stream, name] of [
    ["stdin", "standard input"],
    ["stdout", "standard output"],
    ["stderr", "standard error"],
  ] as const
) {
  Deno.test(`run refuses an interactive task when ${name} is no terminal, asks nothing, and runs the others`, async () => {
    const options = { ...ON_TERMINAL, isTerminal: { ...ON_TERMINAL.isTerminal, [stream]: false } };
    const config = interactive("task#0", "/bin/client", "confirmation = true") + task("task#1", "/bin/plain");
    const { system, exitCode, commands } = await runService(config, [], options);
    assertEquals([exitCode, commands, system.prompt.questions], [1, ["/bin/plain"], []]);
    assertEquals(
      logOf(system)[0],
      `task#0 ERROR Cannot run an interactive task: ${name} is not a terminal, expected a run by hand on a terminal`,
    );
    assertEquals(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run"), undefined);
  });
}

Deno.test("run asks for the confirmation first, and hands the terminal over after a yes", async () => {
  const config = interactive("task#0", "/bin/client", "confirmation = true");
  const yes = await runService(config, [], { ...ON_TERMINAL, stdin: "yes\n" });
  assertEquals([yes.exitCode, yes.commands], [0, ["/bin/client"]]);
  const no = await runService(config, [], { ...ON_TERMINAL, stdin: "no\n" });
  assertEquals([no.exitCode, no.commands, no.system.terminal.settings.kept], [1, [], 0]);
});

Deno.test("run --cron leaves interactive tasks out with an info line, on a terminal too", async () => {
  const config = CLIENT + interactive("task#1", "/bin/client", "confirmation = true") +
    interactive("task#2", "/bin/client") + task("task#3", "/bin/plain");
  const { system, exitCode, commands } = await runService(
    config,
    ["--cron", "--format", "json"],
    ON_TERMINAL,
  );
  assertEquals([exitCode, commands], [0, ["/bin/plain"]]);
  assertEquals(logOf(system).slice(0, 2), [
    "INFO task#1 left out: nobody is there to confirm",
    "INFO task#0,task#2 left out: nobody is there at a terminal",
  ]);
  const told = resultsOf(system).map(({ rid, outcome, reason }) => `${rid} ${outcome} ${reason}`);
  assertEquals(told.includes("task#2 skipped nobody is there at a terminal"), true);
});

Deno.test("run leaves SIGINT to an interactive command, and ends it at SIGTERM", async () => {
  const system = fakeSystem({ ...ON_TERMINAL, config: { svc1: interactive("task#0", "/bin/never") } });
  const ended = startAgent(["svc1", "run"], system);
  await system.clock.advance(1_000);
  system.signals.send("SIGINT");
  await system.clock.advance(60_000);
  assertEquals(system.processes.running.length, 1);
  system.signals.send("SIGTERM");
  assertEquals(await system.clock.runUntil(ended), 143);
  assertEquals(system.terminal.settings, { kept: 1, putBack: 1 });
});

Deno.test("run listens to SIGINT again after the interactive command", async () => {
  const config = CLIENT + task("task#1", "/bin/slow") + task("task#2", "/bin/plain");
  const system = fakeSystem({ ...ON_TERMINAL, config: { svc1: config } });
  const ended = startAgent(["svc1", "run"], system);
  await system.clock.advance(1_000);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(ended), 130);
  assertEquals(commandsOf(system), ["/bin/client", "/bin/slow"]);
});

Deno.test("run tells of the timeout on a line of its own, since the terminal is raw", async () => {
  const config = interactive("task#0", "/bin/never", "timeout = 5s");
  const { system, exitCode } = await runService(config, [], ON_TERMINAL);
  assertEquals(exitCode, 124);
  const { text } = system.stderr;
  assertStringIncludes(
    text,
    "\r\n10:00:05,000 task#0      ERROR   execution timeout (5 seconds). send SIGTERM",
  );
  assertStringIncludes(text, "SIGKILL in 10 seconds\n\r10:00:05");
  assertEquals(system.files.read("/var/log/agent/svc1.log")?.includes("\r"), false);
  assertEquals(system.terminal.settings, { kept: 1, putBack: 1 });
});

Deno.test("run puts the terminal back when the command cannot be started", async () => {
  const programs = { ...ON_TERMINAL.programs, "/bin/client": { error: new Error("no such file") } };
  const { system, exitCode } = await runService(CLIENT, [], { ...ON_TERMINAL, programs });
  assertEquals(exitCode, 127);
  assertEquals(system.terminal.settings, { kept: 1, putBack: 1 });
});

Deno.test("run starts interactive tasks of a parallel subset behind the others, one by one", async () => {
  const config = interactive("task#1", "/bin/slow 1") + task("task#2", "/bin/slow 2") +
    task("task#3", "/bin/slow 3") +
    interactive("task#4", "/bin/slow 4") + "[subset#task]\nparallel = true\n";
  const programs = { "*": { durationMs: 1_000 } };
  const { system } = await runService(config, [], { ...ON_TERMINAL, programs });
  const begin = Date.parse("2026-03-02T10:00:00Z");
  assertEquals(system.processes.started.map(({ at, argv }) => `${argv.at(-1)} ${at - begin}`), [
    "2 0",
    "3 0",
    "1 1000",
    "4 2000",
  ]);
});

Deno.test("run --parallel refuses an interactive task beside another service, before anything is started", async () => {
  const config = { a: CLIENT, b: task("task#0", "/bin/plain") };
  const system = fakeSystem({ ...ON_TERMINAL, config });
  assertEquals(await runAgent(["*", "run", "--parallel"], system), 1);
  assertEquals(system.processes.started, []);
  assertStringIncludes(
    system.stderr.text,
    "agent: Cannot run services side by side: task#0 of a is interactive, expected no --parallel\n",
  );
  const alone = fakeSystem({ ...ON_TERMINAL, config: { a: CLIENT } });
  assertEquals(await runAgent(["*", "run", "--parallel"], alone), 0);
});

/** The command line that was started, from its first word on. */
async function launched(lines: string, options: FakeOptions): Promise<string> {
  const { system } = await runService(interactive("task#0", "/bin/client", lines), [], options);
  return system.processes.started[0]?.argv.join(" ").replaceAll("'", "") ?? system.stderr.text;
}

Deno.test("run puts script around the command, with setpriv in it for another user", async () => {
  assertEquals((await launched("", WITH_SCRIPT)).startsWith("/usr/bin/script -qec exec /bin/sh -c "), true);
  const line = await launched("user = admin", WITH_SCRIPT);
  const front =
    "/usr/bin/script -qec chown 1000 /proc/self/fd/0 2>/dev/null; exec /usr/bin/setpriv --reuid 1000 ";
  assertEquals(line.startsWith(front), true, line);
  assertEquals(line.includes(STARTER.slice(0, 20)), true);
});

const HELP = {
  "/usr/bin/setpriv --help": { stdout: " --pdeathsig keep|clear|<signame>\n" },
  "/usr/bin/runuser --help": { stdout: " -P, --pty  create a new pseudo-terminal\n" },
};

Deno.test("run takes what the programs of the host can do from their help", async () => {
  const programs = { ...ON_TERMINAL.programs, ...HELP };
  const guard = await launched("user = admin", { ...WITH_SCRIPT, programs });
  assertEquals(guard.startsWith("/usr/bin/setpriv --pdeathsig KILL -- /bin/sh -c "), true, guard);
  const runuser = await launched("user = admin\nimpersonate = runuser", { ...WITH_SCRIPT, programs });
  assertStringIncludes(runuser, "/usr/bin/runuser -u admin --pty -- ");
  const old = await launched("user = admin\nimpersonate = runuser", WITH_SCRIPT);
  assertStringIncludes(
    old,
    "/usr/bin/script -qec chown 1000 /proc/self/fd/0 2>/dev/null; exec /usr/bin/runuser -u admin -- ",
  );
});

Deno.test("run refuses another user where nothing makes a terminal; the script of BusyBox does not count", async () => {
  const system = fakeSystem({
    ...WITH_SCRIPT,
    config: { svc1: interactive("task#0", "/bin/client", "user = admin") },
  });
  system.files.put("/bin/busybox", "");
  system.files.link("/usr/bin/script", "/bin/busybox");
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertEquals(system.processes.started, []);
  assertStringIncludes(
    system.stderr.text,
    'Cannot run as user "admin": setpriv cannot give it a terminal of its own without the script program of util-linux',
  );
});

Deno.test("run --dry-run shows the gate of the terminal, and who makes it", async () => {
  const dry = async (options: FakeOptions, ...args: string[]) => {
    const { system, exitCode } = await runService(
      CLIENT,
      ["--dry-run", "--format", "json", ...args],
      options,
    );
    const [row] = JSON.parse(system.stdout.text) as DryRun[];
    return [exitCode, row?.pty, row?.gates.find(({ name }) => name === "terminal")?.value];
  };
  const cannot = (state: string) =>
    `Cannot run an interactive task: ${state}, expected a run by hand on a terminal`;
  assertEquals(await dry(WITH_SCRIPT), [0, "script", "there is one"]);
  assertEquals(await dry(ON_TERMINAL), [0, "none", "there is one"]);
  assertEquals(await dry({}), [1, "none", cannot("standard input is not a terminal")]);
  assertEquals(await dry(ON_TERMINAL, "--cron"), [1, "none", cannot("nobody is there")]);
  const { system } = await runService(CLIENT, ["--dry-run"], WITH_SCRIPT);
  assertStringIncludes(system.stdout.text, "terminal          of its own, made by script\n");
  const plain = await runService(task("task#0", "/bin/true"), ["--dry-run", "--format", "json"], ON_TERMINAL);
  assertEquals((JSON.parse(plain.system.stdout.text) as DryRun[])[0]?.pty, null);
});
