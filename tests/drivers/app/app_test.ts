/** Applications against a host in memory: what is started and when nothing is. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Programs } from "../../fakes/processes.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { commandsOf } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

async function act(config: string, programs: Programs, ...actions: string[]) {
  const system = fakeSystem({ config: { svc1: config }, programs });
  const codes: number[] = [];
  for (const action of actions) {
    codes.push(await system.clock.runUntil(runAgent(["svc1", ...action.split(" ")], system)));
  }
  return { system, codes, commands: commandsOf(system), log: system.stderr.text };
}

const SIMPLE = "[app#0]\ntype = simple\nstart = /bin/app\n";

Deno.test("app.simple starts once, is up by its record, and is ended by signals", async () => {
  const { system, codes, commands, log } = await act(
    `${SIMPLE}stop_timeout = 5s\n`,
    { "*": {}, "/bin/app": { durationMs: Infinity, ignoresTerm: true } },
    "start",
    "start",
    "stop",
    "stop",
  );
  assertEquals([codes, commands], [[0, 0, 0, 0], ["/bin/app"]]);
  assertStringIncludes(log, "app#0 is already up");
  assertStringIncludes(log, "app#0 is already down");
  const pid = system.processes.started.find(({ argv }) => argv.at(-1) === "/bin/app")!.pid;
  assertStringIncludes(log, `stop: ends process ${pid} and those that it started: TERM, KILL after 5 s\n`);
  assertStringIncludes(log, "stopped: it ended with SIGKILL\n");
  assertEquals(system.processes.signals.includes(`SIGTERM ${pid}`), true);
  assertEquals(system.processes.signals.includes(`SIGKILL ${pid}`), true);
  assertEquals(system.processes.running, []);
});

Deno.test("app.simple tells its stop command, and how what is left is ended", async () => {
  const config = `${SIMPLE}stop = /bin/quit\n`;
  const told = async (durationMs: number) => {
    const { codes, log } = await act(
      config,
      { "*": {}, "/bin/app": { durationMs } },
      "start",
      "stop",
      "stop",
    );
    assertEquals(codes, [0, 0, 0]);
    return log.trimEnd().split("\n").map((line) =>
      line.split(/ INFO +/)[1]?.replace(/process \d+/, "process N")
    );
  };
  assertEquals(await told(Infinity), [
    "start: /bin/app",
    "stop: /bin/quit",
    "stop: ends process N and those that it started: TERM, KILL at once",
    "stopped: it ended with SIGTERM",
    "app#0 is already down",
  ]);
  assertEquals(await told(400), [
    "start: /bin/app",
    "stop: ends what is left of its processes",
    "stopped: it ended with code 0",
    "app#0 is already down",
  ]);
});

Deno.test("app.simple that ends at once fails the start", async () => {
  const { codes, log } = await act(SIMPLE, { "*": {}, "/bin/app": { code: 3 } }, "start");
  assertEquals(codes, [1]);
  assertStringIncludes(log, "it ended at once with code 3");
});

const FORKING = "[app#0]\nstart = /bin/up\nstop = /bin/down\ncheck = /bin/look\n";

Deno.test("app.forking does what its check says is to be done", async () => {
  const up = await act(FORKING, { "*": {}, "/bin/look": { code: 0 } }, "start", "stop");
  assertEquals([up.codes, up.commands.filter((line) => line !== "/bin/look")], [[0, 0], ["/bin/down"]]);
  const down = await act(FORKING, { "*": {}, "/bin/look": { code: 1 } }, "start", "stop");
  assertEquals([down.codes, down.commands.filter((line) => line !== "/bin/look")], [[0, 0], ["/bin/up"]]);
});

Deno.test("app.forking fails as its commands do", async () => {
  const programs = { "*": {}, "/bin/look": { code: 1 }, "/bin/up": { code: 4 } };
  const { codes, log } = await act(FORKING, programs, "start");
  assertEquals(codes, [1]);
  assertStringIncludes(log, "start return code [4]: exit code 4");
});

Deno.test("a script is called with the usual words, and must be an absolute path", async () => {
  const script = "[app#0]\nscript = /srv/my app\nstart = 7\nstop = true\ncheck = yes\n";
  const programs: Programs = { "*": {}, "/srv/my app status": { code: 1 } };
  const { commands } = await act(script, programs, "start");
  assertEquals([...new Set(commands)], ["/srv/my app status", "/srv/my app start"]);
  const relative = await act("[app#0]\nscript = app\nstart = true\n", { "*": {} }, "start");
  assertEquals(relative.codes, [1]);
  assertStringIncludes(relative.log, "Cannot use app#0.script: it is relative");
  const nothing = await act(
    "[app#0]\nscript = /srv/app\nstart = 0\nstop = false\n",
    { "*": {} },
    "start",
    "stop",
  );
  assertEquals([nothing.codes, nothing.commands], [[0, 0], []]);
});

Deno.test("an unknown user refuses every command of an application", async () => {
  const { codes, commands, log } = await act(`${SIMPLE}user = nobody-there\n`, { "*": {} }, "start");
  assertEquals([codes, commands], [[1], []]);
  assertStringIncludes(log, "nobody-there");
});

Deno.test("a start of app.simple waits for its check, and is undone when that says no for too long", async () => {
  const config = `${SIMPLE}check = /bin/look\nstop_timeout = 1s\n`;
  const programs: Programs = { "*": {}, "/bin/app": { durationMs: Infinity }, "/bin/look": { code: 1 } };
  const limited = await act(`${config}start_timeout = 4s\n`, programs, "start");
  assertEquals(limited.codes, [1]);
  assertStringIncludes(limited.log, "4 s after the start check says down");
  assertEquals(limited.system.processes.running, []);
  const patient = await act(config, programs, "start");
  assertEquals([patient.codes, patient.system.processes.running.length], [[0], 1]);
  assertStringIncludes(patient.log, "WARNING 10 s after the start check says down");
});

Deno.test("app.simple whose check says down is started anew, and one that is up by its check is left alone", async () => {
  const config = `${SIMPLE}check = /bin/look\nstop_timeout = 1s\n`;
  const programs: Programs = { "*": {}, "/bin/app": { durationMs: Infinity }, "/bin/look": { code: 1 } };
  const sick = await act(config, programs, "start", "start");
  assertEquals([sick.codes, sick.system.processes.running.length], [[0, 0], 1]);
  assertStringIncludes(sick.log, "its process lives, and check says down");
  const strange = await act(config, { ...programs, "/bin/look": { code: 0 } }, "start", "stop");
  assertEquals([strange.codes, strange.commands.includes("/bin/app")], [[0, 0], false]);
  assertStringIncludes(strange.log, "no stop command is set: nothing is stopped");
});

Deno.test("app.simple that goes to the background fails the start, and says what to do", async () => {
  const { codes, log } = await act(SIMPLE, { "*": {}, "/bin/app": { code: 0 } }, "start");
  assertEquals(codes, [1]);
  assertStringIncludes(log, "ended at once with code 0, expected a process that stays in the foreground");
});

Deno.test("app.forking whose check says no for too long after its start is stopped again", async () => {
  const programs: Programs = { "*": {}, "/bin/look": { code: 1 } };
  const { codes, commands, log } = await act(`${FORKING}timeout = 3s\n`, programs, "start");
  assertEquals([codes, commands.filter((line) => line !== "/bin/look")], [[1], ["/bin/up", "/bin/down"]]);
  assertStringIncludes(log, "3 s after the start check says down");
});

Deno.test("a stop of app.forking is not done before its check says so", async () => {
  const { codes, log } = await act(`${FORKING}stop_timeout = 3s\n`, { "*": {}, "/bin/look": {} }, "stop");
  assertEquals(codes, [1]);
  assertStringIncludes(log, "3 s after the stop check says up");
});
