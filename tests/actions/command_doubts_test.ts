import { assertEquals, assertStringIncludes } from "@std/assert";
import { withDaemon } from "../fakes/run_daemon.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { logOf, runService } from "../fakes/run_service.ts";
import { fakeSystem } from "../fakes/system.ts";
import type { FakeOptions } from "../fakes/system.ts";

const SCRIPT = "/opt/app/run.sh";
const DOUBT = "somebody else may replace it: everybody may write /opt/app (mode 777)";

/** A host on which everybody may write the folder of a script. */
function open(config: string, options: FakeOptions = {}) {
  const system = fakeSystem({
    programs: { "*": {} },
    ...options,
    config: { svc1: config },
    files: { [SCRIPT]: "#!/bin/sh\n", ...options.files },
  });
  system.files.change("/opt/app", { mode: 0o777 });
  return system;
}

const doubted: [edge: string, config: string][] = [
  ["its path", `[task#0]\ncommand = ${SCRIPT} --all\n`],
  ["the script of an interpreter", `[task#0]\ncommand = python3 -u ${SCRIPT}\n`],
  ["a command of a shell's text", `[task#0]\ncommand = cd / && ${SCRIPT}\n`],
  ["a name in the PATH of the task", "[task#0]\ncommand = run.sh\npath = /opt/app\n"],
  ["a path from the folder of the task", "[task#0]\ncommand = ./run.sh\ncwd = /opt/app\n"],
];

for (const [edge, config] of doubted) {
  Deno.test(`validate config warns of a program that everybody may replace: ${edge}`, async () => {
    const system = open(config, { installed: ["python3", "run.sh"] });
    assertEquals(await runAgent(["svc1", "validate", "config", "--format", "json"], system), 0);
    const [problem, ...others] = JSON.parse(system.stdout.text);
    assertEquals([problem.severity, problem.line, problem.keyword, others], ["warning", 2, "command", []]);
    assertStringIncludes(problem.message, `task#0.command runs ${SCRIPT} as root, and ${DOUBT}`);
  });
}

Deno.test("validate config warns of triggers, hooks and on_error, each at its line", async () => {
  const text =
    `[DEFAULT]\npre_run = ${SCRIPT}\non_error = ${SCRIPT}\n[task#0]\ncommand = /bin/true\npost_run = ${SCRIPT}\non_late = ${SCRIPT}\n`;
  const system = open(text);
  await runAgent(["svc1", "validate", "config", "--format", "json"], system);
  const found = JSON.parse(system.stdout.text).map((
    row: { section: string; keyword: string; line: number },
  ) => `${row.line} ${row.section}.${row.keyword}`);
  assertEquals(found, ["null task#0.on_error", "2 DEFAULT.pre_run", "6 task#0.post_run", "7 task#0.on_late"]);
});

const trusted: [edge: string, config: string, change: (system: ReturnType<typeof open>) => void][] = [
  ["of root", `[task#0]\ncommand = ${SCRIPT}\n`, ({ files }) => files.change("/opt/app", { mode: 0o755 })],
  ["of the user that runs it", `[task#0]\ncommand = ${SCRIPT}\nuser = admin\n`, ({ files }) => {
    files.change("/opt/app", { mode: 0o755, uid: 1000 });
    files.change(SCRIPT, { uid: 1000 });
  }],
  ["that is not there", "[task#0]\ncommand = /opt/app/no.sh\n", () => {}],
];

for (const [edge, config, change] of trusted) {
  Deno.test(`validate config says nothing of a program ${edge}`, async () => {
    const system = open(config);
    change(system);
    await runAgent(["svc1", "validate", "config"], system);
    assertEquals(system.stdout.text, "");
  });
}

Deno.test("a program of an ordinary user is a doubt for a task of root, through links too", async () => {
  const system = open("[task#0]\ncommand = /usr/bin/tool\n");
  system.files.link("/usr/bin/tool", SCRIPT);
  system.files.change("/opt/app", { mode: 0o755, uid: 1000 });
  await runAgent(["svc1", "validate", "config"], system);
  assertStringIncludes(
    system.stdout.text,
    "/usr/bin/tool as root, and somebody else may replace it: /opt/app belongs to",
  );
});

Deno.test("print status warns of it, and run --dry-run shows it and still would run", async () => {
  const system = open(`[DEFAULT]\nblocking_pre_run = ${SCRIPT}\n[task#0]\ncommand = ${SCRIPT}\n`);
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  const [status] = JSON.parse(system.stdout.text);
  assertEquals(status.problems.map(({ rid, level }: { rid: string; level: string }) => [rid, level]), [
    [null, "warn"],
    ["task#0", "warn"],
  ]);
  assertStringIncludes(status.resources["task#0"].log.join(), `warn: task#0.command runs ${SCRIPT}`);
  system.stdout.clear();
  assertEquals(await runAgent(["svc1", "run", "--dry-run"], system), 0);
  assertStringIncludes(system.stdout.text, DOUBT);
});

Deno.test("a disabled task is no reason for a warning in the status", async () => {
  const system = open(`[task#0]\ncommand = ${SCRIPT}\ndisable = true\n`);
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  assertEquals(JSON.parse(system.stdout.text)[0].problems, []);
});

Deno.test("a run by hand warns, and runs", async () => {
  const system = open(`[task#0]\ncommand = ${SCRIPT}\n`);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(logOf(system)[0], `task#0 WARNING task#0.command runs ${SCRIPT} as root, and ${DOUBT}`);
  assertEquals(system.processes.started.length, 1);
});

Deno.test("set warns of a program that it puts in", async () => {
  const system = open("[task#0]\ncommand = /bin/true\n");
  assertEquals(await runAgent(["svc1", "set", "--kw", `task#0.command=${SCRIPT}`], system), 0);
  assertStringIncludes(system.stderr.text, DOUBT);
});

Deno.test("the daemon warns once of a program, however often it runs it", async () => {
  await withDaemon(open(`[task#0]\ncommand = ${SCRIPT}\nschedule = @1s\n`), async (daemon) => {
    await daemon.advance(10);
    const log = daemon.system.files.read("/var/log/agent/svc1.log") ?? "";
    assertEquals(log.split(DOUBT).length - 1, 1);
    assertEquals(daemon.takeStarts().length > 5, true);
  });
});

Deno.test("a program that only root could write is no reason to warn", async () => {
  const { system } = await runService("[task#0]\ncommand = /bin/true\nuser = admin\n");
  assertEquals(system.stderr.text.includes("WARNING"), false);
});
