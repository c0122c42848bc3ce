import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Box } from "./box.ts";
import { AGENT, e2eTest, exec, exists } from "./box.ts";

const CONFIG = "[DEFAULT]\nstatus_schedule = @0\n[task#0]\ncommand = true\nschedule = @1d\ncatch_up = once\n";

/** What is put in the place of each state file; the agent must not hang, swallow it, or fall over it. */
const ACCIDENTS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "a pipe that nobody writes": async (path) => {
    await Deno.remove(path);
    assertEquals((await exec(["mkfifo", path])).code, 0);
  },
  "a folder that is not empty": async (path) => {
    await Deno.remove(path);
    await Deno.mkdir(join(path, "inside"), { recursive: true });
  },
  "a link to a device without an end": async (path) => {
    await Deno.remove(path);
    await Deno.symlink("/dev/zero", path);
  },
  "of 100 MB": (path) => Deno.truncate(path, 100 * 1024 * 1024),
  "no text": (path) => Deno.writeFile(path, Uint8Array.of(0xff, 0xfe, 0x00, 0xc3)),
  "empty": (path) => Deno.truncate(path, 0),
};

const MEMORY = [
  "scheduler/last_task#0",
  "scheduler/last_task#0.success",
  "task#0/last_run",
  "task#0/last_run_retcode",
  "task#0/history.jsonl",
  "status.json",
];

for (const [what, happen] of Object.entries(ACCIDENTS)) {
  e2eTest(`every state file is ${what}: it is told, set aside, and written anew`, async (box) => {
    box.config("svc1", CONFIG);
    assertEquals((await box.agent(["svc1", "run", "--cron"])).code, 0);
    assertEquals((await box.agent(["svc1", "status"])).code, 0);
    for (const name of MEMORY) await happen(box.state("svc1", name));
    for (const words of [["print", "status"], ["print", "schedule"], ["status"]]) {
      const { code, stderr } = await box.agent(["svc1", ...words]);
      assertEquals(code, 0, stderr);
    }
    const { code, stderr } = await box.agent(["svc1", "run", "--cron"]);
    assertEquals(code, 0, stderr);
    for (const name of MEMORY) await assertMended(box, name, stderr, what);
    assertEquals(box.history("svc1", "task#0").length, 1);
  });
}

async function assertMended(box: Box, name: string, log: string, what: string): Promise<void> {
  const path = box.state("svc1", name);
  const { isFile, size } = await Deno.lstat(path);
  assert(isFile && size > 0 && size < 10_000, `${name} is written anew`);
  // An empty stamp is one of the 3 agent, an empty history is one without runs.
  const isLegitimate = what === "empty" && /last_task|history/.test(name);
  assertEquals(exists(`${path}.corrupt`), !isLegitimate, name);
  if (!isLegitimate && name !== "status.json") {
    assertMatch(log, /WARNING /);
    assertStringIncludes(log, `it is set aside as ${path}.corrupt`);
  }
}

e2eTest("a run whose files may not grow is refused in one line, with nothing half-written", async (box) => {
  box.config("svc1", CONFIG);
  assertEquals((await box.agent(["svc1", "run", "--cron"])).code, 0);
  const before = MEMORY.slice(0, 5).map((name) => box.read(box.state("svc1", name)));
  // The agent hears of the limit as an error, and not by the signal that would end it.
  const limited = `trap '' XFSZ; ulimit -f 0; exec ${AGENT} svc1 run --cron`;
  const { code, stderr } = await exec(["/bin/sh", "-c", limited], { env: box.env });
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /^[\d:,]+ task#0 +ERROR +Cannot replace ".*": File too large \(os error 27\)\n$/);
  assertEquals(MEMORY.slice(0, 5).map((name) => box.read(box.state("svc1", name))), before);
  const folders = new Set(MEMORY.map((name) => dirname(box.state("svc1", name))));
  const drafts = [...folders].flatMap((folder) => box.list(folder)).filter((name) => name.endsWith(".tmp"));
  assertEquals(drafts, []);
});
