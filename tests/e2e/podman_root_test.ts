/** Containers with podman itself, where it can run one: the answers of a real engine, and what ends with it. */
import { assertEquals, assertExists, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest } from "./box.ts";
import { Podman, whyNoPodman } from "./engine.ts";

const IMAGE = "localhost/busybox:1";

const leftOut = await whyNoPodman();

function podmanTest(name: string, body: (box: Box, podman: Podman) => Promise<void>): void {
  e2eTest(`podman: ${name}`, async (box) => {
    await using podman = await Podman.open(box);
    assertExists(podman);
    await body(box, podman);
  }, { leftOut });
}

async function statusOf(box: Box): Promise<string> {
  const { stdout } = await box.agent(["shop", "print", "status", "--format", "json"]);
  return [JSON.parse(stdout)].flat()[0].resources["container#0"].status;
}

podmanTest("a container is started, seen, stopped, started again and removed", async (box, podman) => {
  const config = (more: string) =>
    box.config("shop", `[container#0]\ntype = podman\nimage = ${IMAGE}\nstop_timeout = 1s\n${more}`);
  config("command = sleep 300\nenvironment = A=b\n");
  assertEquals(await statusOf(box), "down");
  const started = await box.agent(["shop", "start"]);
  assertEquals(started.code, 0, started.stderr);
  assertEquals(await statusOf(box), "up");
  assertEquals((await podman.call("exec", "shop.container.0", "sh", "-c", "echo $A")).stdout, "b\n");
  const stopped = await box.agent(["shop", "stop"]);
  assertEquals(stopped.code, 0, stopped.stderr);
  assertEquals(await statusOf(box), "down");
  assertEquals((await box.agent(["shop", "start"])).code, 0);
  assertEquals(await statusOf(box), "up");
  config("command = sleep 300\nrm = true\n");
  assertEquals((await box.agent(["shop", "stop"])).code, 0);
  assertEquals((await podman.call("ps", "--all", "--quiet")).stdout, "");
});

podmanTest("a task has its code, variables, input and words, and leaves nothing", async (box, podman) => {
  const command = `sh -c 'echo "$A $OPENSVC_RID $1"; cat; exit 7' x`;
  const keywords = "environment = 'A=it''s\"q'\nrm = true\ncwd = /tmp\n";
  box.config("shop", `[task#0]\ntype = podman\nimage = ${IMAGE}\ncommand = ${command}\n${keywords}`);
  const { code, stderr } = await box.agent(["shop", "run", "--rid", "task#0", "--", "more words"], {
    stdin: "given\n",
  });
  assertEquals(code, 7, stderr);
  assertStringIncludes(stderr, '| its"q task#0 more words\n');
  assertStringIncludes(stderr, "| given\n");
  assertEquals((await podman.call("ps", "--all", "--quiet")).stdout, "");
});

podmanTest("an image that cannot be had fails the run with the reason", async (box) => {
  box.config("shop", `[task#0]\ntype = podman\nimage = localhost/none:1\ncommand = true\n`);
  const { code, stderr } = await box.agent(["shop", "run"]);
  assertEquals(code !== 0, true);
  assertStringIncludes(stderr, "cannot pull localhost/none:1");
});

podmanTest("a container that ignores TERM is gone after a timeout", async (box, podman) => {
  const command = `sh -c 'trap "" TERM; echo on; while :; do sleep 1; done'`;
  const limits = "timeout = 3s\nkill_grace = 1s\nrm = true\n";
  box.config("shop", `[task#0]\ntype = podman\nimage = ${IMAGE}\ncommand = ${command}\n${limits}`);
  const { code, stderr } = await box.agent(["shop", "run"]);
  assertEquals(code, 124, stderr);
  assertEquals((await podman.call("ps", "--all", "--quiet")).stdout, "");
});

podmanTest(
  "an image under a short name is no other one, and what ends at once fails the start",
  async (box, podman) => {
    const config = (command: string) =>
      box.config(
        "shop",
        `[container#0]\ntype = podman\nimage = busybox:1\nstop_timeout = 1s\ncommand = ${command}\n`,
      );
    config("sh -c 'echo no space left >&2; exit 3'");
    const failed = await box.agent(["shop", "start"]);
    assertEquals(failed.code, 1);
    assertStringIncludes(failed.stderr, "it ended at once with code 3: no space left");
    await podman.call("rm", "shop.container.0");
    config("sleep 300");
    assertEquals((await box.agent(["shop", "start"])).code, 0);
    const { stdout } = await box.agent(["shop", "print", "status", "--format", "json"]);
    const { status, log } = [JSON.parse(stdout)].flat()[0].resources["container#0"];
    assertEquals([status, log], ["up", []]);
    const id = async () => (await podman.call("ps", "--all", "--quiet")).stdout;
    const before = await id();
    for (const action of ["stop", "start"]) assertEquals((await box.agent(["shop", action])).code, 0);
    assertEquals(await id(), before);
  },
);

podmanTest("a container that the agent did not make is never removed", async (box, podman) => {
  box.config("shop", `[task#0]\ntype = podman\nimage = ${IMAGE}\nname = mine\ncommand = true\nrm = true\n`);
  await podman.call("create", "--name", "mine", IMAGE, "true");
  const refused = await box.agent(["shop", "run"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "the container name mine is taken by one that the agent did not make");
  assertEquals((await podman.call("container", "exists", "mine")).code, 0);
});
