import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const SERVICE = `
[task#10]
command = /bin/true ten
tags = backup night
[task#2]
command = /bin/true two
tags = backup
[task#b1]
command = /bin/true b1
subset = late
[task#1]
command = /bin/true one
disable = true
[fs#1]
type = flag
`;
const PROGRAMS = { "*": {} };

const choices: { args: string[]; runs: string[] }[] = [
  { args: [], runs: ["two", "ten", "b1"] },
  { args: ["--rid", "task#10"], runs: ["ten"] },
  { args: ["--rid", "task#b1,task#2"], runs: ["two", "b1"] },
  { args: ["--rid", "task"], runs: ["two", "ten", "b1"] },
  { args: ["--rid", "task.host"], runs: ["two", "ten", "b1"] },
  { args: ["--rid", "task#b*"], runs: ["b1"] },
  { args: ["--tags", "backup"], runs: ["two", "ten"] },
  { args: ["--tag", "backup+night"], runs: ["ten"] },
  { args: ["--rid", "task#2,task#b1", "--tags", "backup"], runs: ["two"] },
  { args: ["--subsets", "late"], runs: ["b1"] },
];

for (const { args, runs } of choices) {
  Deno.test(`run ${args.join(" ")} runs ${runs.join(", ")}, by subset and natural rid`, async () => {
    const { exitCode, commands } = await runService(SERVICE, args, { programs: PROGRAMS });
    assertEquals(exitCode, 0);
    assertEquals(commands, runs.map((name) => `/bin/true ${name}`));
  });
}

const refusals: { args: string[]; code: number; says: string[] }[] = [
  { args: ["--rid", "task#3"], code: 4, says: ["task#3", "task#10", "task#b1"] },
  { args: ["--rid", "task#2,task#3"], code: 4, says: ["task#3"] },
  { args: ["--rid", "task#x*"], code: 4, says: ["task#x*", "expected one of"] },
  { args: ["--tags", "nosuch"], code: 4, says: ["nosuch", "task#2"] },
  { args: ["--subsets", "nosuch"], code: 4, says: ["nosuch", "task#2"] },
  { args: ["--rid", "task#b1", "--tags", "backup"], code: 4, says: ["--rid task#b1 --tags backup"] },
  { args: ["--rid", "fs#1"], code: 4, says: ["fs#1", "run"] },
  { args: ["--rid", "fs#1,task#2"], code: 4, says: ["fs#1", "run"] },
  { args: ["--rid", "fs"], code: 4, says: ["fs"] },
  { args: ["--rid", "task#1"], code: 1, says: ["task#1 disabled"] },
  { args: ["--", "--verbose"], code: 1, says: ["3 tasks are chosen", "exactly one"] },
];

for (const { args, code, says } of refusals) {
  Deno.test(`run ${args.join(" ")} is refused with ${code}, in one line`, async () => {
    const { system, exitCode } = await runService(SERVICE, args, { programs: PROGRAMS });
    assertEquals(exitCode, code);
    assertEquals(system.processes.started, []);
    const line = system.stderr.lines.filter((text) => text.startsWith("agent: "));
    assertEquals(line.length, 1);
    for (const text of says) assertStringIncludes(line[0]!, text);
  });
}

Deno.test("run leaves disabled tasks out with one info line, and tells of them in JSON", async () => {
  const { system } = await runService(SERVICE, ["--format", "json"], { programs: PROGRAMS });
  assertEquals(logOf(system)[0], "INFO task#1 disabled");
  assertEquals(resultsOf(system).map(({ rid, outcome }) => `${rid} ${outcome}`), [
    "task#2 ran",
    "task#10 ran",
    "task#b1 ran",
    "task#1 skipped",
  ]);
});

const disabled = [
  ["disable = true in the section", "[task#0]\ncommand = /bin/true\ndisable = true\n"],
  ["disable@n1 = true", "[task#0]\ncommand = /bin/true\ndisable@n1 = true\n"],
  ["DEFAULT.disable", "[DEFAULT]\ndisable = true\n[task#0]\ncommand = /bin/true\n"],
] as const;

for (const [how, config] of disabled) {
  Deno.test(`run without filters has nothing to do and succeeds when all is disabled by ${how}`, async () => {
    const { system, exitCode } = await runService(`${config}`);
    assertEquals(exitCode, 0);
    assertEquals(system.processes.started, []);
    assertEquals(logOf(system), ["INFO task#0 disabled", "INFO no task to run"]);
    assertEquals((await runService(config, ["--rid", "task#0"])).exitCode, 1);
  });
}

Deno.test("run with nothing to do runs no trigger of the service", async () => {
  const { system, exitCode } = await runService("[DEFAULT]\npre_run = /bin/true\npost_run = /bin/true\n");
  assertEquals(exitCode, 0);
  assertEquals(system.processes.started, []);
});

Deno.test("run appends what follows -- to the command of the only task", async () => {
  const { commands } = await runService(SERVICE, ["--rid", "task#2", "--", "--all", "a b"], {
    programs: PROGRAMS,
  });
  assertEquals(commands, ["/bin/true two --all a b"]);
});

Deno.test("run on a node that is not one of the service's is refused", async () => {
  const { system, exitCode } = await runService("[DEFAULT]\nnodes = n2\n[task#0]\ncommand = /bin/true\n");
  assertEquals(exitCode, 1);
  assertEquals(system.processes.started, []);
  assertStringIncludes(system.stderr.text, "n1, is in neither its nodes nor its drpnodes");
});

Deno.test("run of a service that does not exist exits with 4, and names the nearest one", async () => {
  const system = fakeSystem({ config: { testmd: SERVICE } });
  assertEquals(await runAgent(["tesmd", "run"], system), 4);
  assertStringIncludes(system.stderr.text, 'did you mean "testmd"?');
  assertEquals(await runAgent(["nosuch*", "run"], system), 4);
});

Deno.test("run of a service without tasks succeeds and says so", async () => {
  const { system, exitCode } = await runService("");
  assertEquals(exitCode, 0);
  assertEquals(logOf(system), ["INFO no task to run"]);
});
