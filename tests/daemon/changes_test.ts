import { assertEquals, assertStringIncludes } from "@std/assert";
import { withDaemon } from "../fakes/run_daemon.ts";
import { OWN_ROW_COUNT } from "../fakes/own_rows.ts";
import { fakeSystem } from "../fakes/system.ts";

const PROGRAMS = { "*": {} };
const FROZEN = "/var/lib/agent/svc/svc1/frozen";

function task(schedule: string, more = ""): string {
  return `[task#0]\ncommand = /bin/job\nschedule = ${schedule}\n${more}`;
}

Deno.test("the daemon takes up a configuration that is dropped in, within two seconds, and lets it go", async () => {
  await withDaemon({ programs: PROGRAMS }, async (daemon) => {
    await daemon.advance(10);
    daemon.system.files.put("/etc/agent/svc1.conf", task("@1"));
    await daemon.advance(2);
    assertEquals(daemon.takeStarts().length, 1);
    daemon.system.files.remove("/etc/agent/svc1.conf");
    await daemon.advance(300);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("svc1: removed").length, 1);
  });
});

Deno.test("the daemon follows services of namespaces, and no other kind of object", async () => {
  const system = fakeSystem({
    config: { "ns1/svc/web": task("@1"), "ns1/cfg/web": task("@1") },
    programs: PROGRAMS,
  });
  await withDaemon(system, (daemon) => {
    assertEquals(daemon.takeStarts().length, 1);
    assertEquals(daemon.log(`ns1/svc/web: ${1 + OWN_ROW_COUNT} schedules`).length, 1);
  });
});

const past: { change: string; before: string; after: string; runs: string[] }[] = [
  { change: "a lone time that has passed", before: task("@0"), after: task("10:00"), runs: [] },
  { change: "a crontab instant that has passed", before: task("@0"), after: task("0 10 * * *"), runs: [] },
  {
    change: "a lone time still to come",
    before: task("@0"),
    after: task("10:02"),
    runs: ["10:02:00 /bin/job"],
  },
  { change: "an open window", before: task("@0"), after: task("09:00-11:00"), runs: ["10:00:05 /bin/job"] },
  { change: "a period", before: task("@0"), after: task("@1d"), runs: ["10:00:05 /bin/job"] },
  {
    change: "an enable after a lone time",
    before: task("10:00:03", "disable = true"),
    after: task("10:00:03"),
    runs: [],
  },
  {
    change: "an enable of a period",
    before: task("@1d", "disable = true"),
    after: task("@1d"),
    runs: ["10:00:05 /bin/job"],
  },
  { change: "a new task with @reboot", before: task("@0"), after: task("@reboot"), runs: [] },
];

for (const { change, before, after, runs } of past) {
  Deno.test(`the daemon ${runs.length ? "runs" : "does not run"} what a change brings: ${change}`, async () => {
    await withDaemon({ config: { svc1: before }, programs: PROGRAMS }, async (daemon) => {
      await daemon.advance(4.95);
      daemon.takeStarts();
      await daemon.configure("svc1", after);
      await daemon.advance(180);
      assertEquals(daemon.takeStarts(), runs);
    });
  });
}

Deno.test("the daemon does not run a lone time again after a change, a reload and a restart in the same second", async () => {
  const system = fakeSystem({ config: { svc1: task("10:00") }, programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    assertEquals(daemon.takeStarts().length, 1);
    await daemon.configure("svc1", task("10:00", "timeout = 5s\n"));
    system.signals.send("SIGHUP");
    await daemon.advance(1);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("reload").length, 1);
  });
  await withDaemon(system, (daemon) => assertEquals(daemon.takeStarts(), []));
});

Deno.test("the daemon keeps a cadence through changes that do not concern it", async () => {
  await withDaemon({ config: { svc1: task("@1") }, programs: PROGRAMS }, async (daemon) => {
    await daemon.advance(30);
    await daemon.configure("svc1", task("@1", "timeout = 5s\n"));
    await daemon.configure("svc2", "[task#0]\ncommand = /bin/other\n");
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job", "10:01:00 /bin/job"]);
  });
});

Deno.test("the daemon uses a task as it is configured at its start, not as it was planned", async () => {
  await withDaemon({ config: { svc1: task("@1") }, programs: PROGRAMS }, async (daemon) => {
    daemon.takeStarts();
    await daemon.configure("svc1", task("@1").replace("job", "new"));
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), ["10:01:00 /bin/new"]);
  });
});

const broken: [what: string, text: string, says: string][] = [
  ["cannot be read", "[task#0\ncommand = /bin/job\n", "svc2: Cannot read the configuration at line 1"],
  ["has a malformed schedule", task("25:00"), "svc2: task#0.schedule: "],
];

for (const [what, text, says] of broken) {
  Deno.test(`the daemon tells of a service that ${what}, and goes on with the others`, async () => {
    await withDaemon({ config: { svc1: task("@1"), svc2: text }, programs: PROGRAMS }, async (daemon) => {
      await daemon.advance(60);
      assertEquals(daemon.takeStarts().length, 2);
      assertEquals(daemon.log(says).length, 1);
    });
  });
}

Deno.test("the daemon runs the other tasks of a service in which one schedule is malformed", async () => {
  const config = { svc1: `${task("25:00")}[task#1]\ncommand = /bin/other\nschedule = @1\n` };
  await withDaemon({ config, programs: PROGRAMS }, (daemon) => {
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/other"]);
  });
});

Deno.test("the daemon stops running what breaks, says why, and starts again when it is mended", async () => {
  await withDaemon({ config: { svc1: task("@1") }, programs: PROGRAMS }, async (daemon) => {
    daemon.takeStarts();
    await daemon.configure("svc1", "[task#0\n");
    await daemon.advance(120);
    assertEquals(daemon.takeStarts(), []);
    assertStringIncludes(daemon.log("nothing of it is scheduled")[0]!, "svc1: Cannot read");
    await daemon.configure("svc1", task("@1"));
    assertEquals(daemon.takeStarts().length, 1);
  });
});

Deno.test("the daemon runs nothing of a configuration that somebody else may write, and says why", async () => {
  const system = fakeSystem({ config: { svc1: task("@1") }, programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    daemon.takeStarts();
    // A folder above is not watched: it is seen at the last look before the launch.
    system.files.change("/etc/agent", { mode: 0o777 });
    await daemon.advance(120);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("/etc/agent may be written by others").length, 1);
  });
});

Deno.test("the daemon runs nothing on a node that is not one of the service's", async () => {
  const config = { svc1: `[DEFAULT]\nnodes = n2\n${task("@1")}` };
  await withDaemon({ config, programs: PROGRAMS }, async (daemon) => {
    await daemon.advance(120);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.system.files.facts("/var/lib/agent/svc/svc1/status.json"), undefined);
  });
});

Deno.test("the daemon never runs a task with confirmation, or an interactive one", async () => {
  const needs = [
    "confirmation = true",
    "confirmation = nonsense",
    "interactive = true",
    "interactive = nonsense",
  ];
  for (const more of needs.map((line) => `${line}\n`)) {
    await withDaemon({ config: { svc1: task("@1", more) }, programs: PROGRAMS }, async (daemon) => {
      await daemon.advance(120);
      assertEquals(daemon.takeStarts(), []);
      assertEquals(daemon.system.prompt.questions, []);
    });
  }
});

Deno.test("the daemon runs nothing of a frozen service, tells once, and takes it up after the thaw", async () => {
  const system = fakeSystem({ config: { svc1: task("@1") }, programs: PROGRAMS, files: { [FROZEN]: "" } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(120);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(daemon.log("svc1 run task#0: the service is frozen").length, 1);
    system.files.remove(FROZEN);
    await daemon.advance(30);
    assertEquals(daemon.takeStarts().length, 1);
  });
});

Deno.test("the daemon does not run a lone time that passed while the service was frozen", async () => {
  const system = fakeSystem({ config: { svc1: task("10:01") }, programs: PROGRAMS, files: { [FROZEN]: "" } });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(65);
    system.files.remove(FROZEN);
    await daemon.advance(300);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("the daemon runs no task while a resource of the service is not provisioned", async () => {
  const file = "/var/lib/agent/svc/svc1/fs#1/provisioned";
  const system = fakeSystem({
    config: { svc1: `[fs#1]\ntype = flag\n${task("@1")}` },
    programs: PROGRAMS,
    files: { [file]: "false\n" },
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), []);
    system.files.put(file, "true\n");
    await daemon.advance(30);
    assertEquals(daemon.takeStarts().length, 1);
  });
});

Deno.test("the daemon runs nothing while state_dir is missing, never makes it, and runs when it appears", async () => {
  const system = fakeSystem({
    config: { svc1: `[DEFAULT]\nstate_dir = /srv/data\n${task("@1")}` },
    programs: PROGRAMS,
  });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(120);
    assertEquals(daemon.takeStarts(), []);
    assertEquals(system.files.facts("/srv"), undefined);
    assertEquals(daemon.log("state_dir /srv/data is not there").length, 1);
    system.files.makeFolder("/srv/data");
    await daemon.advance(30);
    assertEquals(daemon.takeStarts().length, 1);
    assertEquals(system.files.read("/srv/data/scheduler/last_task#0") !== undefined, true);
  });
});

const FLAG = "/run/agent/svc/svc1/fs#1.flag";

function required(schedule: string): { svc1: string } {
  return { svc1: `[fs#1]\ntype = flag\n${task(schedule, "run_requires = fs#1\n")}` };
}

Deno.test("the daemon waits silently for a requirement, stamps nothing, and runs as soon as it is met", async () => {
  const system = fakeSystem({ config: required("09:00-11:00"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(60);
    assertEquals(daemon.takeStarts(), []);
    assertEquals([daemon.stamp(), daemon.log("fs#1")], [undefined, []]);
    assertEquals(system.files.paths.filter((path) => path.startsWith("/var/log/agent/svc1")), []);
    system.files.put(FLAG, "");
    await daemon.advance(0.1);
    assertEquals(daemon.takeStarts(), ["10:01:00 /bin/job"]);
    assertEquals(daemon.stamp(), "10:01:00");
  });
});

Deno.test("the daemon no longer waits for a requirement when the window has closed", async () => {
  const system = fakeSystem({ config: required("09:00-10:01"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(90);
    system.files.put(FLAG, "");
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("the daemon does not run a lone time for which the requirement was unmet", async () => {
  const system = fakeSystem({ config: required("10:01"), programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    await daemon.advance(70);
    system.files.put(FLAG, "");
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), []);
  });
});

Deno.test("the daemon keeps to the stamp of a run with --cron from elsewhere", async () => {
  const system = fakeSystem({ config: { svc1: task("@10") }, programs: PROGRAMS });
  await withDaemon(system, async (daemon) => {
    daemon.takeStarts();
    await daemon.advance(300);
    const seconds = system.clock.now() / 1000;
    await system.files.replace("/var/lib/agent/svc/svc1/scheduler/last_task#0", `${seconds}.0\n`);
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), ["10:15:00 /bin/job"]);
  });
});
