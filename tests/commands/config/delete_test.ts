import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeSystem } from "../../fakes/system.ts";
import { callOn, configOf } from "./called.ts";

const TEXT =
  "[DEFAULT]\ncomment = x\n\n# first\n[task#0]\ncommand = true\n\n[task#1]\ncommand = true\ntags = old\n";

function host(text = TEXT) {
  return fakeSystem({
    config: { testmd: text, other: TEXT },
    files: {
      "/var/lib/agent/svc/testmd/task#0/last_run": "{}",
      "/var/lib/agent/svc/testmd/scheduler/last_task#0": "1\n",
      "/var/lib/agent/svc/testmd/scheduler/last_task#1": "1\n",
      "/var/lib/agent/svc/other/frozen": "",
      "/run/agent/svc/testmd/fs#1.flag": "",
      "/var/log/agent/testmd.log": "old line\n",
    },
  });
}

/** A run record of the fake agent itself, which lives. */
function running(system: ReturnType<typeof host>) {
  const { pid, startTime } = system.processes.self;
  const record = { session_id: "s", pid, start_time: startTime, boot_id: system.host.bootId };
  system.files.put(`/var/lib/agent/svc/testmd/task#0/run/${pid}`, `s\n${JSON.stringify(record)}\n`);
}

const ofTestmd = (paths: readonly string[]) => paths.filter((path) => path.includes("/testmd"));

Deno.test("delete removes configuration, state and runtime, and leaves logs and other services", async () => {
  const system = host();
  const { code, out, err } = await callOn(system, "testmd", "delete");
  assertEquals([code, out, err], [0, "", ""]);
  assertEquals(ofTestmd(system.files.paths), ["/var/log/agent/testmd.log"]);
  assertStringIncludes(system.files.read("/var/log/agent/testmd.log")!, "| delete\n");
  assertEquals([configOf(system, "other"), system.files.read("/var/lib/agent/svc/other/frozen")], [TEXT, ""]);
});

Deno.test("delete --keep-state keeps what the service remembers", async () => {
  const system = host();
  assertEquals((await callOn(system, "testmd", "delete", "--keep-state")).code, 0);
  assertEquals(configOf(system, "testmd"), undefined);
  assertEquals(system.files.read("/var/lib/agent/svc/testmd/task#0/last_run"), "{}");
});

Deno.test("delete removes a configuration that cannot be read", async () => {
  const system = host("nonsense\n");
  assertEquals((await callOn(system, "testmd", "delete")).code, 0);
  assertEquals(configOf(system, "testmd"), undefined);
});

Deno.test("delete refuses while a task runs, in all services, unless --force", async () => {
  const system = host();
  running(system);
  const { code, err } = await callOn(system, "*", "delete");
  assertEquals([code, configOf(system, "testmd"), configOf(system, "other")], [1, TEXT, TEXT]);
  assertEquals(err, "agent: Cannot delete testmd: task#0 is running, expected --force or no run\n");
  assertEquals((await callOn(system, "testmd", "delete", "--rid", "task#0")).code, 1);
  assertEquals((await callOn(system, "testmd", "delete", "--rid", "task#1")).code, 0);
  assertEquals((await callOn(system, "testmd", "delete", "--force")).code, 0);
  assertEquals(configOf(system, "testmd"), undefined);
});

Deno.test("delete --rid removes a section with what is remembered of it, and nothing else", async () => {
  const system = host();
  const { code, err } = await callOn(system, "testmd", "delete", "--rid", "task#0");
  assertEquals([code, err], [0, ""]);
  assertEquals(
    configOf(system, "testmd"),
    "[DEFAULT]\ncomment = x\n\n# first\n[task#1]\ncommand = true\ntags = old\n",
  );
  assertEquals(ofTestmd(system.files.paths), [
    "/etc/agent/testmd.conf",
    "/run/agent/svc/testmd/fs#1.flag",
    "/var/lib/agent/svc/testmd/scheduler/last_task#1",
    "/var/log/agent/testmd.log",
  ]);
});

Deno.test("delete --tags chooses sections by tag", async () => {
  const system = host();
  assertEquals((await callOn(system, "testmd", "delete", "--tags", "old")).code, 0);
  assertEquals(configOf(system, "testmd")?.includes("task#1"), false);
});

Deno.test("delete --rid refuses when another resource requires it", async () => {
  const text = `${TEXT}run_requires = task#0\n`;
  const system = host(text);
  const { code, err } = await callOn(system, "testmd", "delete", "--rid", "task#0");
  assertEquals([code, configOf(system, "testmd")], [3, text]);
  assertStringIncludes(err, "agent: Cannot delete testmd, nothing is changed");
  assertEquals(system.files.read("/var/lib/agent/svc/testmd/task#0/last_run"), "{}");
});

Deno.test("delete of what is not there ends with 4", async () => {
  const system = host();
  assertEquals((await callOn(system, "none", "delete")).code, 4);
  const { code, err } = await callOn(system, "testmd", "delete", "--rid", "task#7");
  assertEquals([code, configOf(system, "testmd")], [4, TEXT]);
  assertEquals(
    err,
    "agent: Cannot delete testmd: --rid task#7 names no resource, expected one of task#0, task#1\n",
  );
});
