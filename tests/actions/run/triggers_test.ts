import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Programs } from "../../fakes/processes.ts";
import { logOf, runService } from "../../fakes/run_service.ts";

const ALL = ["pre_run", "blocking_pre_run", "post_run", "blocking_post_run"];

function triggers(name: string): string {
  return ALL.map((trigger) => `${trigger} = /bin/${name} ${trigger}\n`).join("");
}

const SERVICE = `[DEFAULT]\n${triggers("service")}[task#0]\ncommand = /bin/main 0\n${triggers("task")}` +
  "[task#1]\ncommand = /bin/main 1\n";

function failing(...lines: string[]): Programs {
  return { "*": {}, ...Object.fromEntries(lines.map((line) => [line, { code: 3 }])) };
}

const cases: { edge: string; fails: string[]; code: number; runs: string[] }[] = [
  {
    edge: "runs those of the service once around the action, those of the task around the task",
    fails: [],
    code: 0,
    runs: [
      "/bin/service pre_run",
      "/bin/service blocking_pre_run",
      "/bin/task pre_run",
      "/bin/task blocking_pre_run",
      "/bin/main 0",
      "/bin/task post_run",
      "/bin/task blocking_post_run",
      "/bin/main 1",
      "/bin/service post_run",
      "/bin/service blocking_post_run",
    ],
  },
  {
    edge: "goes on after a failing pre_run",
    fails: ["/bin/task pre_run", "/bin/task post_run", "/bin/service pre_run"],
    code: 0,
    runs: [
      "/bin/service pre_run",
      "/bin/service blocking_pre_run",
      "/bin/task pre_run",
      "/bin/task blocking_pre_run",
      "/bin/main 0",
      "/bin/task post_run",
      "/bin/task blocking_post_run",
      "/bin/main 1",
      "/bin/service post_run",
      "/bin/service blocking_post_run",
    ],
  },
  {
    edge: "starts no command after a failing blocking_pre_run of the task, and no post triggers",
    fails: ["/bin/task blocking_pre_run"],
    code: 1,
    runs: [
      "/bin/service pre_run",
      "/bin/service blocking_pre_run",
      "/bin/task pre_run",
      "/bin/task blocking_pre_run",
      "/bin/main 1",
    ],
  },
  {
    edge: "starts no task at all after a failing blocking_pre_run of the service",
    fails: ["/bin/service blocking_pre_run"],
    code: 1,
    runs: ["/bin/service pre_run", "/bin/service blocking_pre_run"],
  },
  {
    edge: "skips the post triggers when the command failed",
    fails: ["/bin/main 0"],
    code: 3,
    runs: [
      "/bin/service pre_run",
      "/bin/service blocking_pre_run",
      "/bin/task pre_run",
      "/bin/task blocking_pre_run",
      "/bin/main 0",
      "/bin/main 1",
    ],
  },
  {
    edge: "fails with 1 when a blocking_post_run of the task fails",
    fails: ["/bin/task blocking_post_run"],
    code: 1,
    runs: [
      "/bin/service pre_run",
      "/bin/service blocking_pre_run",
      "/bin/task pre_run",
      "/bin/task blocking_pre_run",
      "/bin/main 0",
      "/bin/task post_run",
      "/bin/task blocking_post_run",
      "/bin/main 1",
    ],
  },
];

for (const { edge, fails, code, runs } of cases) {
  Deno.test(`run ${edge}`, async () => {
    const { exitCode, commands } = await runService(SERVICE, [], { programs: failing(...fails) });
    assertEquals(commands, runs);
    assertEquals(exitCode, code);
  });
}

Deno.test("run fails with 1 when a blocking_post_run of the service fails", async () => {
  const { exitCode } = await runService(SERVICE, [], { programs: failing("/bin/service blocking_post_run") });
  assertEquals(exitCode, 1);
});

Deno.test("run says which trigger failed, with its code, and whether that blocks", async () => {
  const programs = failing("/bin/task pre_run", "/bin/task blocking_pre_run");
  const { system } = await runService(SERVICE, ["--rid", "task#0"], { programs });
  const log = logOf(system).join("\n");
  assertStringIncludes(log, "task#0 WARNING pre_run: /bin/task pre_run non-blocking error [3]: exit code 3");
  assertStringIncludes(
    log,
    "task#0 ERROR blocking_pre_run: /bin/task blocking_pre_run blocking error [3]: exit code 3",
  );
});

const ends: { how: string; program: Programs[string]; told: string[] }[] = [
  { how: "a code", program: { code: 7 }, told: ["7", "", "exit code 7"] },
  { how: "a signal", program: { signal: "SIGKILL" }, told: ["137", "SIGKILL", "ended by SIGKILL"] },
  {
    how: "the timeout",
    program: { durationMs: Infinity },
    told: ["124", "SIGTERM", "timeout after 5 seconds"],
  },
];

for (const { how, program, told } of ends) {
  for (const section of ["task#0", "DEFAULT"]) {
    Deno.test(`run tells on_error of ${section} how the command ended: ${how}`, async () => {
      const config =
        `[task#0]\ncommand = /bin/main\nuser = admin\ntimeout = 5s\n[${section}]\non_error = /bin/notify\n`;
      const { system, commands } = await runService(config, [], {
        programs: { "*": {}, "/bin/main": program },
      });
      assertEquals(commands, ["/bin/main", "/bin/notify"]);
      const { argv, env } = system.processes.started[1]!;
      assertEquals([
        env["AGENT_X_OPENSVC_EXITCODE"],
        env["AGENT_X_OPENSVC_SIGNAL"],
        env["AGENT_X_OPENSVC_REASON"],
      ], told);
      assertEquals(argv[0], "/usr/bin/setpriv");
    });
  }
}

Deno.test("run does not call on_error after a success, nor after a code that retcodes maps to warn", async () => {
  for (const code of [0, 3]) {
    const config = "[task#0]\ncommand = /bin/main\nretcodes = 0:up 3:warn\non_error = /bin/notify\n";
    const { commands } = await runService(config, [], { programs: { "*": {}, "/bin/main": { code } } });
    assertEquals(commands, ["/bin/main"]);
  }
});

Deno.test("run keeps the command's code when on_error fails, too", async () => {
  const config = "[task#0]\ncommand = /bin/main\non_error = /bin/notify\n";
  const programs = { "/bin/main": { code: 7 }, "/bin/notify": { code: 9 } };
  assertEquals((await runService(config, [], { programs })).exitCode, 7);
});

Deno.test("run starts task triggers as the agent's own user, whatever the user of the task", async () => {
  const config = "[task#0]\ncommand = /bin/main\nuser = admin\npre_run = /bin/before\n";
  const { system } = await runService(config, [], { programs: { "*": {} } });
  assertEquals(system.processes.started.map(({ argv }) => argv[0]), ["/bin/sh", "/usr/bin/setpriv"]);
});
