import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import type { FakeOptions, FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const UNIT = "/etc/systemd/system/agent.service";
const SCRIPT = "/etc/init.d/agent";
const BOOT = "b0000000-0000-4000-8000-000000000001";
const SYSTEMD_HOST: FakeOptions = {
  files: { "/run/systemd/system/x": "", "/usr/bin/agent": "" },
  installed: ["systemctl"],
  programs: { "*": {} },
};
const SYSV_HOST: FakeOptions = {
  files: { "/usr/bin/agent": "" },
  installed: ["update-rc.d"],
  programs: { "*": {} },
};

async function daemon(system: FakeSystem, ...words: string[]): Promise<number> {
  system.stdout.clear();
  system.stderr.clear();
  return await runAgent(["daemon", ...words], system);
}

function helpers({ processes }: FakeSystem): string[] {
  return processes.helpers.splice(0).map((argv) => argv.join(" "));
}

Deno.test("daemon install writes the unit where systemd runs, and tells what to type", async () => {
  const system = fakeSystem(SYSTEMD_HOST);
  assertEquals(await daemon(system, "install"), 0);
  assertEquals(system.stdout.lines, [
    `${UNIT} is written`,
    "To enable and start it:",
    "  systemctl enable --now agent.service",
  ]);
  assertStringIncludes(system.files.read(UNIT)!, "\nExecStart=/usr/bin/agent daemon run\n");
  assertEquals([system.files.facts(UNIT)?.mode, system.files.durable], [0o644, [UNIT]]);
  assertEquals(helpers(system), ["systemctl daemon-reload"]);
});

Deno.test("daemon install writes the start script elsewhere", async () => {
  const system = fakeSystem(SYSV_HOST);
  assertEquals(await daemon(system, "install"), 0);
  assertEquals(system.stdout.lines, [
    `${SCRIPT} is written`,
    "To enable and start it:",
    "  update-rc.d agent defaults",
    "  /etc/init.d/agent start",
  ]);
  assertEquals([system.files.facts(SCRIPT)?.mode, helpers(system)], [0o755, []]);
});

Deno.test("daemon install says which tool is missing", async () => {
  const redHat = fakeSystem({ ...SYSV_HOST, installed: ["chkconfig"] });
  assertEquals(await daemon(redHat, "install"), 0);
  assertStringIncludes(redHat.stdout.text, "  chkconfig --add agent\n  /etc/init.d/agent start\n");
  const bare = fakeSystem({ ...SYSV_HOST, installed: [] });
  assertEquals(await daemon(bare, "install"), 0);
  assertStringIncludes(bare.stdout.text, "There is no update-rc.d and no chkconfig here");
});

Deno.test("daemon install --now enables and starts", async () => {
  const system = fakeSystem(SYSTEMD_HOST);
  assertEquals(await daemon(system, "install", "--now"), 0);
  assertEquals(system.stdout.text, `${UNIT} is written\n`);
  assertEquals(helpers(system), ["systemctl daemon-reload", "systemctl enable --now agent.service"]);
  const sysv = fakeSystem(SYSV_HOST);
  assertEquals(await daemon(sysv, "install", "--now"), 0);
  assertEquals(helpers(sysv), ["update-rc.d agent defaults", "/etc/init.d/agent start"]);
});

Deno.test("daemon install --now fails with what failed", async () => {
  const programs = { "*": {}, "systemctl enable --now agent.service": { code: 5 } };
  const system = fakeSystem({ ...SYSTEMD_HOST, programs });
  assertEquals(await daemon(system, "install", "--now"), 1);
  assertEquals(
    system.stderr.text,
    "agent: Cannot systemctl enable --now agent.service: it failed with code 5, expected 0\n",
  );
});

Deno.test("daemon install --now is refused where the manager does not run, before anything is written", async () => {
  const system = fakeSystem(SYSV_HOST);
  assertEquals(await daemon(system, "install", "--systemd", "--now"), 1);
  assertEquals(system.stderr.text, "agent: Cannot start the daemon now: this host does not run systemd\n");
  assertEquals(system.files.facts(UNIT), undefined);
  assertEquals(await daemon(system, "install", "--systemd"), 0);
  assertStringIncludes(system.stdout.text, "To enable and start it, on a host that runs systemd:\n");
  assertEquals(helpers(system), []);
});

function withRunning(cgroup: string): FakeSystem {
  const record = { pid: 500, start_time: 3_500, boot_id: BOOT };
  const files = {
    ...SYSTEMD_HOST.files,
    "/run/agent/daemon.json": JSON.stringify(record),
    "/proc/500/cgroup": cgroup,
  };
  const system = fakeSystem({ ...SYSTEMD_HOST, files });
  system.processes.adopt({ pid: 500 });
  return system;
}

Deno.test("daemon install --now is refused while a daemon runs that systemd has not started", async () => {
  const system = withRunning("0::/user.slice/session-1.scope\n");
  assertEquals(await daemon(system, "install", "--now"), 1);
  assertStringIncludes(system.stderr.text, "process 500 runs already, expected none (agent daemon stop)");
  assertEquals(system.files.facts(UNIT), undefined);
  const under = withRunning("0::/system.slice/agent.service\n");
  assertEquals(await daemon(under, "install", "--now"), 0);
});

Deno.test("daemon restart is refused where the agent could not start it as it was", async () => {
  for (const cgroup of ["0::/system.slice/agent.service\n", "0::/system.slice/agent.service/daemon\n"]) {
    const system = withRunning(cgroup);
    assertEquals(await daemon(system, "restart"), 1);
    assertStringIncludes(system.stderr.text, "systemd runs it, expected systemctl restart agent");
    assertEquals(system.processes.running, [500]);
  }
  const record = { pid: 1, start_time: 1_000, boot_id: BOOT };
  const container = fakeSystem({ pid: 1, files: { "/run/agent/daemon.json": JSON.stringify(record) } });
  assertEquals(await daemon(container, "restart"), 1);
  assertStringIncludes(container.stderr.text, "its container ends with it, expected to restart that");
});

Deno.test("daemon install writes down the folders of now, and the time to stop", async () => {
  const system = fakeSystem({
    ...SYSTEMD_HOST,
    environment: { AGENT_ROOT: "/srv/a", AGENT_NODENAME: "n1", AGENT_LOG: "", HOME: "/root" },
  });
  system.files.put("/srv/b/etc/node.conf", "[node]\nstop_timeout = 5m\n");
  assertEquals(await daemon(system, "install", "--dry-run", "--root", "/srv/b"), 0);
  const lines = system.stdout.lines.filter((line) => /^(Environment|TimeoutStopSec)=/.test(line));
  assertEquals(lines, [
    'Environment="AGENT_ROOT=/srv/b"',
    'Environment="AGENT_NODENAME=n1"',
    "TimeoutStopSec=330",
  ]);
});

Deno.test("daemon install --dry-run prints the file and writes nothing, for ordinary users too", async () => {
  const system = fakeSystem({ ...SYSTEMD_HOST, self: { uid: 1000, gid: 1000 }, environment: { HOME: "/h" } });
  assertEquals(await daemon(system, "install", "--sysv", "--dry-run"), 0);
  assertEquals([system.stdout.lines[0], system.files.facts(SCRIPT), helpers(system)], [
    "#!/bin/sh",
    undefined,
    [],
  ]);
});

Deno.test("daemon install --prefix writes below a folder and leaves the host alone", async () => {
  const system = fakeSystem({ ...SYSTEMD_HOST, self: { uid: 1000, gid: 1000 }, environment: { HOME: "/h" } });
  system.files.makeFolder("/mnt/image", 0o755);
  assertEquals(await daemon(system, "install", "--prefix", "/mnt/image"), 0);
  assertEquals(system.stdout.text, `/mnt/image${UNIT} is written\n`);
  assertEquals(system.files.facts("/mnt/image/etc/systemd")?.mode, 0o755);
  assertEquals([system.files.facts(UNIT), helpers(system)], [undefined, []]);
  assertEquals(await daemon(system, "uninstall", "--prefix", "/mnt/image"), 0);
  assertEquals([system.files.facts(`/mnt/image${UNIT}`), helpers(system)], [undefined, []]);
});

for (
  const [what, words, message] of [
    ["both kinds", ["--systemd", "--sysv"], "Cannot use --systemd with --sysv: expected one of them"],
    ["--now below a folder", ["--prefix", "/etc", "--now"], "Cannot use --now with --prefix"],
    [
      "a folder that is missing",
      ["--prefix", "/none"],
      'Cannot use --prefix "/none": expected a folder that exists',
    ],
    ["no folder", ["--prefix", ""], 'Cannot use --prefix "": expected a folder that exists'],
  ] as const
) {
  Deno.test(`daemon install refuses ${what}`, async () => {
    const system = fakeSystem(SYSTEMD_HOST);
    system.files.makeFolder("/etc", 0o755);
    assertEquals(await daemon(system, "install", ...words), 2);
    assertStringIncludes(system.stderr.text, message);
    assertEquals(system.files.facts(UNIT), undefined);
  });
}

Deno.test("daemon install and uninstall are for root", async () => {
  const system = fakeSystem({ ...SYSTEMD_HOST, self: { uid: 1000, gid: 1000 }, environment: { HOME: "/h" } });
  for (const word of ["install", "uninstall"]) {
    assertEquals(await daemon(system, word), 1);
    assertStringIncludes(system.stderr.text, "the caller is an ordinary user, expected root");
  }
});

Deno.test("daemon install replaces its own file, and that of somebody else only by force", async () => {
  const system = fakeSystem(SYSTEMD_HOST);
  assertEquals(await daemon(system, "install"), 0);
  assertEquals(await daemon(system, "install"), 0);
  system.files.put(UNIT, "[Service]\nExecStart=/bin/true\n");
  for (const word of ["install", "uninstall"]) {
    assertEquals(await daemon(system, word), 1);
    assertStringIncludes(system.stderr.text, `Cannot replace or remove ${UNIT}: the agent did not write it`);
    assertStringIncludes(system.files.read(UNIT)!, "/bin/true");
  }
  assertEquals(await daemon(system, "install", "--force"), 0);
  assertStringIncludes(system.files.read(UNIT)!, "agent daemon run");
});

Deno.test("daemon install refuses an executable that others could change", async () => {
  const system = fakeSystem(SYSTEMD_HOST);
  system.files.put("/usr/bin/agent", "", { mode: 0o777 });
  assertEquals(await daemon(system, "install"), 1);
  assertStringIncludes(
    system.stderr.text,
    "Cannot install /usr/bin/agent: /usr/bin/agent may be written by others",
  );
  assertEquals(system.files.facts(UNIT), undefined);
  assertEquals(await daemon(system, "install", "--force"), 0);
});

Deno.test("daemon uninstall forgets and removes what is there; --now stops, too", async () => {
  const system = fakeSystem(SYSTEMD_HOST);
  assertEquals(await daemon(system, "uninstall"), 0);
  assertEquals(system.stdout.text, "nothing is installed\n");
  await daemon(system, "install");
  helpers(system);
  assertEquals(await daemon(system, "uninstall"), 0);
  assertEquals([system.stdout.text, system.files.facts(UNIT)], [`${UNIT} is removed\n`, undefined]);
  assertEquals(helpers(system), ["systemctl disable agent.service", "systemctl daemon-reload"]);
  await daemon(system, "install");
  helpers(system);
  assertEquals(await daemon(system, "uninstall", "--now"), 0);
  assertEquals(helpers(system), ["systemctl disable --now agent.service", "systemctl daemon-reload"]);
  const sysv = fakeSystem(SYSV_HOST);
  await daemon(sysv, "install");
  assertEquals(await daemon(sysv, "uninstall", "--now"), 0);
  assertEquals(helpers(sysv), ["/etc/init.d/agent stop", "update-rc.d -f agent remove"]);
  assertEquals(sysv.files.facts(SCRIPT), undefined);
});
