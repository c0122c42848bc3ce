/** Containers of services against an engine that says what it is told to. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspectArgv } from "../../../src/core/container/run_argv.ts";
import type { Programs } from "../../fakes/processes.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { commandsOf } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const CONFIG = "[container#0]\ntype = podman\nimage = db:1\n";
const INSPECT = inspectArgv("podman", "svc1.container.0").join(" ");
const OWN = { "com.opensvc.path": "svc1", "com.opensvc.rid": "container#0", "com.opensvc.image": "db:1" };
const OTHERS = { "com.opensvc.path": "svc2", "com.opensvc.rid": "container#1" };

function found(state: string, labels: Record<string, string> | null, image = "db:1") {
  return { stdout: `${state} ${image} ${JSON.stringify(labels)}\n` };
}

async function act(programs: Programs, action: string, config = CONFIG) {
  const system = fakeSystem({
    config: { svc1: config },
    programs: { "*": {}, ...programs },
    installed: ["sh", "setsid", "setpriv", "podman"],
  });
  const code = await system.clock.runUntil(runAgent(["svc1", ...action.split(" ")], system));
  const calls = commandsOf(system).map((line) => line.replace(/ --(?:label|env) \S+/g, ""));
  const changes = calls.filter((line) => line.startsWith("podman") && !line.includes(" inspect "));
  return { code, changes, log: system.stderr.text, stdout: system.stdout.text };
}

async function statusOf(answer: { readonly stdout: string }) {
  const { stdout } = await act({ [INSPECT]: answer }, "print status --format json");
  const { status, log } = [JSON.parse(stdout)].flat()[0].resources["container#0"];
  return [status, log];
}

Deno.test("a container that ends at once fails the start with its code and its last words", async () => {
  let looks = 0;
  const programs: Programs = {
    [INSPECT]: () => looks++ < 2 ? { code: 1, stderr: "no such container\n" } : found("exited 3", OWN),
    "podman logs --tail 5 svc1.container.0": { stderr: "first\nno space left\n" },
  };
  const { code, log } = await act(programs, "start");
  assertEquals(code, 1);
  assertStringIncludes(
    log,
    "Cannot keep the container svc1.container.0 up: it ended at once with code 3: no space left",
  );
});

Deno.test("the image of a container is the one that was configured, whatever the engine calls it", async () => {
  assertEquals(await statusOf(found("running 0", OWN, "docker.io/library/db:1")), ["up", []]);
  const another = { ...OWN, "com.opensvc.image": "db:0" };
  assertEquals(await statusOf(found("running 0", another)), ["up", ["warn: it runs db:0, and not db:1"]]);
  assertEquals(await statusOf(found("running 0", null)), ["up", []]);
});

Deno.test("a container of another service is neither up here, nor started, stopped or removed", async () => {
  assertEquals(await statusOf(found("running 0", OTHERS)), [
    "down",
    ["warn: the name svc1.container.0 is taken by a container of svc2 container#1"],
  ]);
  for (const state of ["running 0", "exited 0"]) {
    const start = await act({ [INSPECT]: found(state, OTHERS) }, "start");
    assertEquals([start.code, start.changes], [1, []]);
    assertStringIncludes(start.log, "svc2 container#1 has one of that name");
    const stop = await act({ [INSPECT]: found(state, OTHERS) }, "stop", `${CONFIG}rm = true\n`);
    assertEquals([stop.code, stop.changes], [0, []]);
  }
});

Deno.test("a container that people made is started and stopped, and never removed", async () => {
  let looks = 0;
  const stopped: Programs = {
    [INSPECT]: () => looks++ < 2 ? found("exited 0", null) : found("running 0", null),
  };
  assertEquals((await act(stopped, "start")).changes, ["podman start svc1.container.0"]);
  const other = await act({ [INSPECT]: found("exited 0", null, "db:0") }, "start");
  assertEquals([other.code, other.changes], [1, []]);
  assertStringIncludes(other.log, "one of that name is there that the agent did not make");
  const running = { [INSPECT]: found("running 0", null) };
  const stop = await act(running, "stop", `${CONFIG}rm = true\n`);
  assertEquals([stop.code, stop.changes], [0, ["podman stop -t 10 svc1.container.0"]]);
});
