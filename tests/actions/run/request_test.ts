import { assertEquals, assertStringIncludes } from "@std/assert";
import { runService } from "../../fakes/run_service.ts";

const PROGRAMS = { "*": {} };
const TASK = "[task#0]\ncommand = /bin/job\n";

const inputs: { edge: string; config: string; args?: string[]; isTerminal?: boolean; stdin: string }[] = [
  { edge: "a file or a pipe to the only task", config: TASK, stdin: "inherit" },
  { edge: "a terminal to nobody", config: TASK, isTerminal: true, stdin: "null" },
  {
    edge: "nothing when several tasks are chosen",
    config: `${TASK}[task#1]\ncommand = /bin/job\n`,
    stdin: "null",
  },
  { edge: "nothing as if the scheduler asked", config: TASK, args: ["--cron"], stdin: "null" },
];

for (const { edge, config, args, isTerminal = false, stdin } of inputs) {
  Deno.test(`run hands ${edge}`, async () => {
    const options = { programs: PROGRAMS, stdin: "data", isTerminal: { stdin: isTerminal } };
    const { system } = await runService(config, args, options);
    assertEquals(
      system.processes.started.map((spec) => spec.stdin),
      system.processes.started.map(() => stdin),
    );
    assertEquals(system.terminal.unread, "data");
  });
}

Deno.test("run gives its input to the task, and not to the triggers before it", async () => {
  const { system } = await runService(`${TASK}pre_run = /bin/pre\n`, [], {
    programs: PROGRAMS,
    stdin: "data",
  });
  assertEquals(system.processes.started.map(({ stdin }) => stdin), ["null", "inherit"]);
});

Deno.test("run --env reaches the command and {env.x} of the configuration", async () => {
  const config = "[env]\ncolour = red\n[task#0]\ncommand = /bin/job {env.colour}\n";
  const plain = await runService(config, [], { programs: PROGRAMS });
  assertEquals(plain.commands, ["/bin/job red"]);
  const changed = await runService(config, ["--env", "colour=blue"], { programs: PROGRAMS });
  assertEquals(changed.commands, ["/bin/job blue"]);
  assertEquals(changed.system.processes.started[0]?.env["AGENT_X_colour"], "blue");
});

Deno.test("run tells the command who it is: service, rid, session, origin and planned time", async () => {
  const { system } = await runService(TASK, ["--cron"], { programs: PROGRAMS });
  const { env } = system.processes.started[0]!;
  const told = ["SVCPATH", "RID", "ACTION", "ACTION_ORIGIN", "SESSION_ID"].map((name) =>
    env[`AGENT_X_OPENSVC_${name}`]
  );
  assertEquals(told, ["svc1", "task#0", "run", "scheduler", "00000000-0000-4000-8000-000000000001"]);
});

const refused: [edge: string, line: string, code: number, says: string][] = [
  ["an unknown user", "user = nosuch", 1, "nosuch"],
  ["an empty user", "user =", 1, "user"],
  ["an unknown group", "group = nosuch", 1, "nosuch"],
  ["a folder that is not there", "cwd = /nowhere", 1, 'Cannot enter folder "/nowhere"'],
  ["a value that cannot be read", "timeout = soon", 3, "soon"],
  ["a command that cannot be split", "command = /bin/job 'open", 3, "'open"],
  ["a keyword that does not work yet", "encap = true", 3, "encap"],
];

for (const [edge, line, code, says] of refused) {
  Deno.test(`run is refused for ${edge}, with the reason, and leaves no trace`, async () => {
    const { system, exitCode } = await runService(`${TASK}${line}\n`, [], { programs: PROGRAMS });
    assertEquals(exitCode, code);
    assertEquals(system.processes.started, []);
    assertStringIncludes(system.stderr.text, says);
    assertEquals(system.files.paths.filter((path) => /last_run|scheduler|history/.test(path)), []);
  });
}
