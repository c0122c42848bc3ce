import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, callOn, configOf } from "./called.ts";

const PLAIN = "[task#0]\ncommand = true\ntags = a\n\n[task#1]\ncommand = true\n";

const changes: { edge: string; text: string; args: string[]; expected: string; logged: string[] }[] = [
  {
    edge: "one task",
    text: PLAIN,
    args: ["disable", "--rid", "task#0"],
    expected: PLAIN.replace("tags = a\n", "tags = a\ndisable = true\n"),
    logged: ["task#0      INFO    set task#0.disable = true"],
  },
  {
    edge: "the whole service",
    text: PLAIN,
    args: ["disable"],
    expected: `[DEFAULT]\ndisable = true\n\n${PLAIN}`,
    logged: ["            INFO    set DEFAULT.disable = true"],
  },
  {
    edge: "by tag",
    text: PLAIN,
    args: ["disable", "--tags", "a"],
    expected: PLAIN.replace("tags = a\n", "tags = a\ndisable = true\n"),
    logged: ["set task#0.disable = true"],
  },
  {
    edge: "what is disabled already",
    text: "[task#0]\ncommand = true\ndisable = yes\n",
    args: ["disable", "--rid", "task"],
    expected: "[task#0]\ncommand = true\ndisable = yes\n",
    logged: [],
  },
  {
    edge: "in spite of a scope that would win here",
    text: "[task#0]\ncommand = true\ndisable@n1 = false\n",
    args: ["disable", "--rid", "task"],
    expected: "[task#0]\ncommand = true\ndisable@n1 = true\ndisable = true\n",
    logged: ["set task#0.disable = true", "set task#0.disable@n1 = true"],
  },
  {
    edge: "a task again",
    text: "[task#0]\ncommand = true\ndisable = true\n",
    args: ["enable", "--rid", "task#0"],
    expected: "[task#0]\ncommand = true\n",
    logged: ["task#0      INFO    remove task#0.disable"],
  },
  {
    edge: "the service again, and not its tasks",
    text: "[DEFAULT]\ndisable = true\n\n[task#0]\ncommand = true\ndisable = true\n",
    args: ["enable"],
    expected: "[DEFAULT]\n\n[task#0]\ncommand = true\ndisable = true\n",
    logged: ["remove DEFAULT.disable"],
  },
  {
    edge: "every scope that counts here, and none of another node",
    text:
      "[DEFAULT]\nnodes = n1 n2\n[task#0]\ncommand = true\ndisable@n1 = true\ndisable@nodes = true\ndisable@n2 = true\n",
    args: ["enable", "--rid", "task"],
    expected: "[DEFAULT]\nnodes = n1 n2\n[task#0]\ncommand = true\ndisable@n2 = true\n",
    logged: ["remove task#0.disable@n1", "remove task#0.disable@nodes"],
  },
  {
    edge: "what is enabled already",
    text: PLAIN,
    args: ["enable"],
    expected: PLAIN,
    logged: [],
  },
];

for (const { edge, text, args, expected, logged } of changes) {
  Deno.test(`${args[0]} ${edge}`, async () => {
    const { code, out, err, system } = await call(["testmd", ...args], { config: { testmd: text } });
    assertEquals([code, out], [0, ""]);
    assertEquals(configOf(system, "testmd"), expected);
    assertEquals(err.split("\n").length - 1, logged.length);
    for (const line of logged) assertStringIncludes(err, line);
  });
}

Deno.test("disable leaves a task out of the next run, enable brings it back", async () => {
  const config = { testmd: "[task#0]\ncommand = /bin/true\n" };
  const { system } = await call(["testmd", "disable", "--rid", "task#0"], { config });
  assertStringIncludes(system.files.read("/var/log/agent/testmd.log")!, "set task#0.disable = true");
  assertEquals((await callOn(system, "testmd", "run", "--rid", "task#0")).code, 1);
  await callOn(system, "testmd", "enable", "--rid", "task#0");
  assertEquals(configOf(system, "testmd"), config.testmd);
});

Deno.test("disable of what is not there ends with 4", async () => {
  const { code, err, system } = await call(["testmd", "disable", "--rid", "task#9"], {
    config: { testmd: PLAIN },
  });
  assertEquals([code, configOf(system, "testmd")], [4, PLAIN]);
  assertEquals(
    err,
    "agent: Cannot disable testmd: --rid task#9 names no resource, expected one of task#0, task#1\n",
  );
});

Deno.test("disable with --quiet says nothing", async () => {
  const { code, err } = await call(["testmd", "disable", "-q"], { config: { testmd: PLAIN } });
  assertEquals([code, err], [0, ""]);
});
