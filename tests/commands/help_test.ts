import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

async function help(...words: string[]) {
  const system = fakeSystem();
  const code = await runAgent(["help", ...words], system);
  return { code, out: system.stdout.text, err: system.stderr.text };
}

Deno.test("help shows everything at a glance", async () => {
  const { code, out } = await help();
  assertEquals(code, 0);
  for (const part of ["usage:", "flags of every command:", "topics:", "exit-codes", "completion"]) {
    assertStringIncludes(out, part);
  }
});

Deno.test("help of a command is what its --help shows", async () => {
  const system = fakeSystem();
  await runAgent(["completion", "--help"], system);
  assertEquals((await help("completion")).out, system.stdout.text);
});

Deno.test("help explains topics, also in two words", async () => {
  for (const words of [["exit-codes"], ["exit", "codes"]]) {
    const { code, out } = await help(...words);
    assertEquals(code, 0);
    assertStringIncludes(out, "  4         no such object or resource\n");
  }
  assertStringIncludes((await help("environment")).out, "AGENT_ROOT");
});

Deno.test("help on something unknown is a usage error with the nearest topic", async () => {
  const { code, err } = await help("exit-code");
  assertEquals([code, err], [
    2,
    'agent: Cannot show help on "exit-code": there is no such topic; did you mean "exit-codes"?\n',
  ]);
});
