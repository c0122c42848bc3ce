import { assertEquals } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const FLAG = "/run/agent/svc/svc1/fs#1.flag";

Deno.test("fs.flag counts for the boot that it tells; one that was made by hand is empty, and counts", async () => {
  const system = fakeSystem({ config: { svc1: "[DEFAULT]\nnodes = *\n[fs#1]\ntype = flag\n" } });
  const status = async () => {
    const before = system.stdout.text.length;
    await runAgent(["svc1", "status"], system);
    return system.stdout.text.slice(before).trim();
  };
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals([await status(), system.files.read(FLAG)], ["up", `${system.host.bootId}\n`]);
  system.files.put(FLAG, "another boot\n");
  assertEquals(await status(), "down");
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(await status(), "up");
  system.files.put(FLAG, "");
  assertEquals(await status(), "up");
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals(await status(), "down");
});
