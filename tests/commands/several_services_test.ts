import { assertEquals } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const CONFIG = {
  broken: "nonsense\n",
  elsewhere: "[DEFAULT]\nnodes = n2\n[task#0]\ncommand = /bin/true there\n",
  here: "[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/true here\n",
};
const STRANGER = "agent: elsewhere: this node, n1, is in neither its nodes nor its drpnodes";

Deno.test("run of several services goes on without those of other nodes, tells of them and exits with 1", async () => {
  const { elsewhere, here } = CONFIG;
  const system = fakeSystem({ config: { elsewhere, here }, programs: { "*": {} } });
  assertEquals(await runAgent(["*", "run"], system), 1);
  assertEquals(system.processes.started.length, 1);
  assertEquals(system.stderr.lines.at(-1), STRANGER);
});

Deno.test("run of several services tells of each that is left out", async () => {
  const system = fakeSystem({ config: CONFIG, programs: { "*": {} } });
  assertEquals(await runAgent(["*", "run"], system), 3);
  assertEquals(system.stderr.lines.filter((line) => line.startsWith("agent: ")), [
    'agent: broken: Cannot read the configuration at line 1: "nonsense" comes before any section, expected [name]',
    STRANGER,
  ]);
});

Deno.test("a dry run of several services shows the others, too", async () => {
  const { elsewhere, here } = CONFIG;
  const system = fakeSystem({ config: { elsewhere, here }, programs: { "*": {} } });
  assertEquals(await runAgent(["*", "run", "--dry-run"], system), 1);
  assertEquals(system.stdout.lines[0], "here task#0: would run");
  assertEquals(system.stderr.lines, [STRANGER]);
});

Deno.test("start of several services starts those of this node", async () => {
  const { elsewhere, here } = CONFIG;
  const system = fakeSystem({ config: { elsewhere, here }, programs: { "*": {} } });
  assertEquals(await runAgent(["*", "start"], system), 1);
  assertEquals(system.files.paths.some((path) => path.endsWith("/here/fs#1.flag")), true);
  assertEquals(system.stderr.lines.at(-1), STRANGER);
});
