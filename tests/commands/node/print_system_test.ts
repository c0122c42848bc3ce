import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const FILES = {
  "/etc/agent/cluster.conf": "[cluster]\nid = c1\n",
  "/etc/agent/node.conf": "[node]\nloc_city = Paris\n",
  "/etc/passwd": "root:x:0:0::/:/bin/sh\n",
  "/etc/group": "root:x:0:\n",
  "/sys/class/net/eth0/address": "02:fc:00:00:00:01\n",
  "/sys/class/fc_host/host3/port_name": "0x21000024ff3434e4\n",
  "/sys/class/fc_remote_ports/rport-3:0-1/port_name": "0x50060e8005abcd00\n",
};

function host() {
  const system = fakeSystem({ files: FILES });
  system.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  return system;
}

Deno.test("node print system shows properties with their source, and what is left out", async () => {
  const system = host();
  assertEquals(await runAgent(["node", "print", "system"], system), 0);
  assertMatch(system.stdout.text, /^property +value +source\n-+ +-+ +-+\nnodename +n1 +probe\n/);
  assertMatch(system.stdout.text, /\nloc_city +Paris +config\n/);
  assertMatch(system.stdout.text, /\nserial +- +default\n/);
  assertMatch(system.stdout.text, /\nlan eth0 +192\.0\.2\.10\/24 02:fc:00:00:00:01 +probe\n/);
  assertMatch(system.stdout.text, /\nhba fc +21000024ff3434e4 50060e8005abcd00 +probe\n/);
  assertEquals(
    system.stderr.text,
    "agent: package is left out: Cannot tell the packages: there is no list of dpkg, rpm or apk\n",
  );
});

Deno.test("node print asset --format json is exactly what is sent", async () => {
  const system = host();
  assertEquals(await runAgent(["node", "print", "asset", "--format", "json"], system), 0);
  const body = JSON.parse(system.stdout.text);
  assertEquals(Object.keys(body), ["properties", "hardware", "uids", "gids", "lan", "hba", "targets"]);
  assertEquals(body.properties.nodename, { title: "node name", source: "probe", value: "n1" });
  assertEquals(body.uids, [{ uid: 0, username: "root" }]);
});

Deno.test("node print system names the keyword that cannot be used", async () => {
  const system = host();
  system.files.put("/etc/agent/node.conf", "[node]\nmem_slots = few\n");
  assertEquals(await runAgent(["node", "print", "system"], system), 3);
  assertStringIncludes(system.stderr.text, "Cannot use [node] mem_slots of node.conf");
});
