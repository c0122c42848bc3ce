/** The password of the node is shown to nobody. */
import { assertEquals, assertMatch } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";

Deno.test("a service cannot refer to the password of the node, and to all else of it", async () => {
  const system = fakeSystem({
    config: { svc1: "[task#0]\ncommand = /bin/echo {node.uuid} {node.app}\n" },
    files: { "/etc/agent/node.conf": `[node]\ncollector = c.example.com\napp = shop\nuuid = ${UUID}\n` },
  });
  assertEquals(await runAgent(["svc1", "eval", "--kw", "task#0.command"], system), 0);
  assertEquals(system.stdout.text, "/bin/echo {node.uuid} shop\n");
});

Deno.test("a line of node.conf that cannot be read is not shown when it is that of the password", async () => {
  const system = fakeSystem({ files: { "/etc/agent/node.conf": `[node]\nuuid ${UUID}\n` } });
  assertEquals(await runAgent(["ls"], system), 3);
  assertMatch(
    system.stderr.text,
    /^agent: \/etc\/agent\/node\.conf: Cannot read the configuration at line 2\n$/,
  );
  const other = fakeSystem({ files: { "/etc/agent/node.conf": "[node]\nnonsense\n" } });
  assertEquals(await runAgent(["ls"], other), 3);
  assertMatch(other.stderr.text, /nonsense/);
});
