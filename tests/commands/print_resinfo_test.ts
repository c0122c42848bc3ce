import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const CONFIG = `[DEFAULT]
nodes = n1
[env]
port = 80
port@n2 = 90
url = http://h:{env.port}
id = {node.uuid}
[fs#1]
type = ext4
dev = /dev/sdb
mnt = /srv/shop
monitor = true
standby = true
tags = a b
[task#0]
command = /bin/job {env.port}
user = admin
on_error = /bin/alarm
secrets_environment = PASSWORD=db/password
environment = HIDDEN=1
[task#1]
command = {env.nothing
restart_delay = soon
disable = true
`;

function host(config = CONFIG) {
  return fakeSystem({
    config: { svc1: config },
    files: { "/etc/agent/node.conf": `[node]\nuuid = ${UUID}\n[cluster]\nsecret = 0123456789abcdef\n` },
  });
}

Deno.test("print resinfo --format json has a row for each key, as 2.1 names them", async () => {
  const system = host();
  assertEquals(await runAgent(["svc1", "print", "resinfo", "--format", "json"], system), 0);
  const rows: Record<string, string>[] = JSON.parse(system.stdout.text);
  assertEquals(rows[0], {
    res_svcname: "svc1",
    res_nodename: "n1",
    topology: "failover",
    rid: "fs#1",
    res_key: "driver",
    res_value: "fs.ext4",
  });
  const of = (wanted: string) =>
    Object.fromEntries(
      rows.filter(({ rid }) => rid === wanted).map(({ res_key, res_value }) => [res_key, res_value]),
    );
  assertEquals(of("fs#1"), {
    driver: "fs.ext4",
    standby: "true",
    optional: "false",
    disabled: "false",
    monitor: "true",
    shared: "false",
    encap: "false",
    restart: "0",
    restart_delay: "10",
    tags: "a b",
    dev: "/dev/sdb",
    mnt: "/srv/shop",
    type: "ext4",
  });
  const task = of("task#0");
  assertEquals([task["command"], task["user"], task["on_error"]], ["/bin/job 80", "admin", "/bin/alarm"]);
  assertEquals([of("task#1")["disabled"], of("task#1")["restart_delay"]], ["true", "soon"]);
  assertEquals([of("env")["port"], of("env")["url"]], ["80", "http://h:80"]);
});

Deno.test("print resinfo shows no secret, and nothing of what refers to one", async () => {
  const config = CONFIG.replace("{node.uuid}", UUID).replace("admin", "0123456789abcdef");
  const system = host(config);
  await runAgent(["svc1", "print", "resinfo"], system);
  for (const secret of [UUID, "0123456789abcdef", "PASSWORD", "HIDDEN"]) {
    assertEquals(system.stdout.text.includes(secret), false, secret);
  }
  assertStringIncludes(system.stdout.text, "xxxx");
});

Deno.test("print resinfo is a table, with a column for services when there are several, and CSV", async () => {
  const system = host("[task#0]\ncommand = a\n");
  await runAgent(["svc1", "print_resinfo"], system);
  assertEquals(system.stdout.lines[0]?.split(/ +/), ["rid", "key", "value"]);
  assertEquals(system.stdout.lines[2]?.split(/ +/), ["task#0", "driver", "task.host"]);
  system.stdout.clear();
  await runAgent(["*", "print", "resinfo"], system);
  assertEquals(system.stdout.lines[2]?.split(/ +/), ["svc1", "task#0", "driver", "task.host"]);
  system.stdout.clear();
  await runAgent(["svc1", "print", "resinfo", "--format", "csv"], system);
  assertEquals(system.stdout.lines.slice(0, 2).map((line) => line.trimEnd()), [
    "res_svcname,res_nodename,topology,rid,res_key,res_value",
    "svc1,n1,failover,task#0,driver,task.host",
  ]);
});

Deno.test("print resinfo of what is not there exits 4, of what cannot be read 3", async () => {
  const system = host("nonsense\n");
  assertEquals(await runAgent(["svc2", "print", "resinfo"], system), 4);
  assertEquals(await runAgent(["svc1", "print", "resinfo"], system), 3);
});

Deno.test("print resinfo shows as it is written what keeps a section from being used, and all the rest of it", async () => {
  const system = host(
    "[task#0]\ncommand = /bin/job\noptional = {perhaps\ndisable = yes\ntags = a b\nsubset = s\n",
  );
  assertEquals(await runAgent(["svc1", "print", "resinfo", "--format", "json"], system), 0);
  const rows: { res_key: string; res_value: string }[] = JSON.parse(system.stdout.text);
  const facts = Object.fromEntries(rows.map(({ res_key, res_value }) => [res_key, res_value]));
  const { driver, optional, disabled, standby, tags, subset, command } = facts;
  assertEquals([driver, command], ["task.host", "/bin/job"]);
  assertEquals({ optional, disabled, standby, tags, subset }, {
    optional: "{perhaps",
    disabled: "true",
    standby: "false",
    tags: "a b",
    subset: "s",
  });
});
