/** Tasks in containers: what is asked of the engine, in which order, and what becomes of the run. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Program, Programs } from "../../fakes/processes.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { commandsOf, logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { inspectArgv } from "../../../src/core/container/run_argv.ts";
import { fakeSystem } from "../../fakes/system.ts";

const INSTALLED = ["sh", "setsid", "setpriv", "docker"];
const TASK = "[task#0]\ntype = docker\nimage = db:1\ncommand = dump 'a b'\n";
const OPTIONS = { installed: INSTALLED, isTerminal: { stdin: true } } as const;

function engine(run: Program, more: Programs = {}): Programs {
  return { "*": {}, "db:1 dump a b": run, ...more };
}

/** Command lines without labels and variables. */
function shortened(commands: readonly string[]): string[] {
  return commands.map((line) => line.replace(/ --(?:label|env) \S+/g, ""));
}

const RUN = "docker run --name svc1.task.0 db:1 dump a b";
const INSPECT = inspectArgv("docker", "svc1.task.0").join(" ");
const LOOK = "docker image inspect --format {{.Id}} db:1";

const OWN = { "com.opensvc.path": "svc1", "com.opensvc.session": "00000000-0000-4000-8000-000000000001" };

/** What the engine says of a container. */
function left(state: string, labels: Record<string, string> | null): string {
  return `${state} db:1 ${JSON.stringify(labels)}\n`;
}

Deno.test("a task in a container looks for its image, frees its name, and runs", async () => {
  const { commands, exitCode } = await runService(TASK, [], { ...OPTIONS, programs: engine({ code: 7 }) });
  assertEquals([shortened(commands), exitCode], [[LOOK, INSPECT, RUN], 7]);
});

Deno.test("the image is pulled when it is missing, or always; a pull that fails is a failed run", async () => {
  const missing = engine({}, { [LOOK]: { code: 1 } });
  const once = await runService(TASK, [], { ...OPTIONS, programs: missing });
  assertEquals(shortened(once.commands), [LOOK, "docker pull db:1", INSPECT, RUN]);
  const always = await runService(`${TASK}image_pull_policy = always\n`, [], {
    ...OPTIONS,
    programs: engine({}),
  });
  assertEquals(shortened(always.commands), ["docker pull db:1", INSPECT, RUN]);
  const failing = { ...missing, "docker pull db:1": { code: 1, stderr: "denied\n" } };
  const failed = await runService(TASK, ["--format", "json"], { ...OPTIONS, programs: failing });
  assertEquals([shortened(failed.commands), failed.exitCode], [[LOOK, "docker pull db:1"], 1]);
  assertEquals(resultsOf(failed.system)[0]?.reason, "cannot pull db:1: exit code 1");
  assertStringIncludes(logOf(failed.system).join("\n"), "task#0 WARNING | denied");
});

Deno.test("a pull has a time limit of its own", async () => {
  const programs = engine({}, { [LOOK]: { code: 1 }, "docker pull db:1": { durationMs: Infinity } });
  const { exitCode, system } = await runService(`${TASK}pull_timeout = 30s\ntimeout = 5s\n`, [], {
    ...OPTIONS,
    programs,
  });
  assertEquals(exitCode, 124);
  assertStringIncludes(logOf(system).join("\n"), "cannot pull db:1: timeout after 30 seconds");
});

Deno.test("a container is killed by its name after a timeout, and removed with rm", async () => {
  const slow = engine({ durationMs: Infinity, ignoresTerm: true });
  const { commands, exitCode } = await runService(`${TASK}timeout = 5s\n`, [], {
    ...OPTIONS,
    programs: slow,
  });
  assertEquals([exitCode, commands.at(-1)], [124, "docker kill svc1.task.0"]);
  const removed = await runService(`${TASK}timeout = 5s\nrm = true\n`, [], { ...OPTIONS, programs: slow });
  assertEquals(removed.commands.slice(-2), ["docker kill svc1.task.0", "docker rm --force svc1.task.0"]);
});

Deno.test("an interrupt ends the engine's program, then the container, and nothing more", async () => {
  const system = fakeSystem({
    config: { svc1: TASK },
    programs: engine({ durationMs: Infinity }),
    ...OPTIONS,
  });
  const exit = startAgent(["svc1", "run"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGTERM");
  assertEquals(await system.clock.runUntil(exit), 143);
  assertEquals(commandsOf(system).at(-1), "docker kill svc1.task.0");
});

Deno.test("variables go by name, and the mark of the agent does not go at all", async () => {
  const { commands, system } = await runService(`${TASK}environment = A=secret B=x\n`, ["--env", "C=y"], {
    ...OPTIONS,
    programs: engine({}),
  });
  const line = commands.at(-1)!;
  const names = [...line.matchAll(/--env (\S+)/g)].map(([, name]) => name);
  assertEquals(names.filter((name) => !/^(?:OPENSVC|OSVC)_/.test(name!)), ["A", "B", "C"]);
  assertEquals(names.includes("OPENSVC_RID"), true);
  assertEquals(names.includes("OPENSVC_RUN_ID"), false);
  assertEquals(line.includes("secret"), false);
  assertEquals(system.processes.started.at(-1)?.env["AGENT_X_A"], "secret");
});

Deno.test("where runs may overlap, each container has a name of its own", async () => {
  const { commands } = await runService(`${TASK}max_parallel = 2\n`, [], {
    ...OPTIONS,
    programs: engine({}),
  });
  assertEquals(/--name (\S+)/.exec(commands.at(-1)!)?.[1], "svc1.task.0.00000000");
});

Deno.test("words after -- go after the command, and input goes in", async () => {
  const { commands } = await runService(TASK, ["--", "-x", "y z"], {
    installed: INSTALLED,
    programs: { "*": {} },
  });
  assertEquals(
    shortened(commands).at(-1),
    "docker run --name svc1.task.0 --interactive db:1 dump a b -x y z",
  );
});

const refusals: { edge: string; config: string; installed?: string[]; code: number; reason: string }[] = [
  {
    edge: "an engine that is not there",
    config: TASK,
    installed: ["sh"],
    code: 1,
    reason: "docker is not installed",
  },
  {
    edge: "a name that engines do not take",
    config: `${TASK}name = a/b\n`,
    code: 1,
    reason: 'Cannot name a container "a/b"',
  },
  {
    edge: "a variable of the engine's program",
    config: `${TASK}environment = DOCKER_HOST=x\n`,
    code: 1,
    reason: "--env DOCKER_HOST=value",
  },
  { edge: "umask", config: `${TASK}umask = 027\n`, code: 3, reason: "task#0.umask is not supported" },
  { edge: "detach", config: `${TASK}detach = true\n`, code: 3, reason: "task#0.detach is not supported" },
  {
    edge: "interactive without a terminal",
    config: `${TASK}interactive = true\n`,
    code: 1,
    reason: "Cannot run an interactive task",
  },
];
for (const { edge, config, installed = INSTALLED, code, reason } of refusals) {
  Deno.test(`a task in a container is refused for ${edge}, and nothing is started`, async () => {
    const { commands, exitCode, system } = await runService(config, [], {
      ...OPTIONS,
      installed,
      programs: engine({}),
    });
    assertEquals([commands, exitCode], [[], code]);
    assertStringIncludes(system.stderr.text, reason);
  });
}

Deno.test("a dry run shows the engine's command line, and asks it nothing", async () => {
  const system = fakeSystem({ config: { svc1: TASK }, programs: engine({}), ...OPTIONS });
  assertEquals(await runAgent(["svc1", "run", "--dry-run", "--format", "json"], system), 0);
  const [told] = JSON.parse(system.stdout.text);
  assertEquals([told.argv[0], told.argv.at(-1), told.user], ["docker", "a b", "root"]);
  assertEquals(commandsOf(system), []);
});

Deno.test("retry makes the container anew", async () => {
  let count = 0;
  const programs: Programs = {
    "*": {},
    [INSPECT]: { stdout: left("exited 1", OWN) },
    "db:1 dump a b": () => ({ code: count++ === 0 ? 1 : 0 }),
  };
  const { commands, exitCode } = await runService(`${TASK}retry = 1\n`, [], { ...OPTIONS, programs });
  assertEquals(exitCode, 0);
  assertEquals(shortened(commands).filter((line) => line === RUN).length, 2);
  assertEquals(commands.filter((line) => line === "docker rm svc1.task.0").length, 2);
});

const taken: { edge: string; found: string; reason: string }[] = [
  {
    edge: "of another service",
    found: left("exited 0", { "com.opensvc.path": "svc2", "com.opensvc.rid": "task#1" }),
    reason: "the container name svc1.task.0 is taken by svc2 task#1",
  },
  {
    edge: "that people made",
    found: left("exited 0", null),
    reason: "the container name svc1.task.0 is taken by one that the agent did not make",
  },
  {
    edge: "of an earlier run that goes on",
    found: left("running 0", OWN),
    reason: "container svc1.task.0 of an earlier run is running, expected its end (docker kill svc1.task.0)",
  },
];
for (const { edge, found, reason } of taken) {
  Deno.test(`a container ${edge} is left alone, and its name fails the run`, async () => {
    const programs = engine({}, { [INSPECT]: { stdout: found } });
    const { commands, exitCode, system } = await runService(TASK, [], { ...OPTIONS, programs });
    assertEquals([shortened(commands), exitCode], [[LOOK, INSPECT], 1]);
    assertStringIncludes(logOf(system).join("\n"), reason);
  });
}

Deno.test("a run that ends before it has a container does not kill that of another", async () => {
  let looks = 0;
  const other = { ...OWN, "com.opensvc.session": "another" };
  const programs = engine({ durationMs: Infinity }, {
    [INSPECT]: () =>
      looks++ === 0 ? { code: 1, stderr: "No such container\n" } : { stdout: left("running 0", other) },
  });
  const { commands, exitCode } = await runService(`${TASK}timeout = 5s\nrm = true\n`, [], {
    ...OPTIONS,
    programs,
  });
  assertEquals([exitCode, commands.at(-1)], [124, INSPECT]);
});

Deno.test("a removal that fails is tried again, and told when it fails for good", async () => {
  let tries = 0;
  const remove = "docker rm --force svc1.task.0";
  const slow: Program = { durationMs: Infinity };
  const config = `${TASK}timeout = 5s\nrm = true\n`;
  const second = engine(slow, { [remove]: () => ({ code: tries++ === 0 ? 125 : 0 }) });
  const done = await runService(config, [], { ...OPTIONS, programs: second });
  assertEquals(done.commands.filter((line) => line === remove).length, 2);
  const never = engine(slow, { [remove]: { code: 125 } });
  const { system } = await runService(config, [], { ...OPTIONS, programs: never });
  assertStringIncludes(logOf(system).join("\n"), "WARNING container svc1.task.0 could not be removed");
});
