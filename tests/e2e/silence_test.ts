/** The 30 seconds of silence at a question, waited for once: through a pipe and on a terminal at the same time. */
import { assertEquals } from "@std/assert";
import { AGENT, e2eTest, exists, needs, withoutTimes } from "./box.ts";
import { consoleExample, example, shellLine, withoutTrailingBlanks } from "./document.ts";

const SILENCE = consoleExample("confirmation_silence.txt");

e2eTest("30 seconds of silence abort the run with 1, through a pipe and on a terminal", async (box) => {
  box.config("testmd", example("confirmation.conf"));
  await Deno.symlink(AGENT, `${box.path}/testmd`);
  const [, ...args] = SILENCE.args;
  const line = `cd '${box.path}' && ${shellLine(args, "./testmd")}`;
  const begin = performance.now();
  const [piped, shown] = await Promise.all([
    box.agentInSilence(["testmd", ...args]),
    box.terminal(line, [], { NO_COLOR: "1" }),
  ]);
  const seconds = (performance.now() - begin) / 1000;
  const all = [shown.text, piped.stdout + piped.stderr];
  for (const text of all) {
    assertEquals(withoutTrailingBlanks(withoutTimes(text)), withoutTimes(SILENCE.shown));
  }
  assertEquals([shown.code, piped.code], [1, 1]);
  assertEquals(seconds > 30 && seconds < 35, true, `${seconds} s`);
  assertEquals(exists(box.state("testmd", "task#0", "last_run")), false);
}, { leftOut: needs({ programs: ["script"] }) });
