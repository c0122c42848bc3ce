import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding } from "../../src/core/doctor/finding.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { fakeSystem } from "../fakes/system.ts";
import type { FakeOptions, FakeSystem } from "../fakes/system.ts";

const DF = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
const FOLDERS = "/etc/agent /var/lib/agent /var/log/agent /run/agent";
const FULL = (free: number) => `${DF}${`/dev/a 50000000 1 ${free} 50% /\n`.repeat(4)}`;
const PROGRAMS = {
  [`sh ${FOLDERS}`]: { stdout: "y\ny\ny\ny\n" },
  "/bin/sh -c :": {},
  // What sudo would be asked for.
  "-- /bin/sh -c :": { code: 1 },
  [`/usr/bin/df -Pk -- ${FOLDERS}`]: { stdout: FULL(25000000) },
  [`/usr/bin/df -Pi -- ${FOLDERS}`]: { stdout: FULL(25000000) },
  "/usr/bin/setpriv --version": { stdout: "setpriv from util-linux 2.38.1\n" },
  "/usr/bin/sudo -V": { stdout: "Sudo version 1.9.13p3\n" },
  "id -G -- admin": { stdout: "1000\n" },
};
const FILES = {
  "/bin/sh": "",
  "/dev/null": "",
  "/usr/bin/agent": "",
  "/usr/bin/sudo": "",
  "/proc/self/mountinfo": [
    "21 1 8:1 / / rw - ext4 /dev/a rw",
    "22 21 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup rw",
  ].join("\n"),
  "/proc/self/limits": "Max open files            1024                 4096                 files\n",
  "/proc/sys/fs/inotify/max_user_watches": "65536\n",
  "/proc/sys/fs/inotify/max_user_instances": "128\n",
  "/proc/sys/dev/tty/legacy_tiocsti": "0\n",
  "/run/systemd/timesync/synchronized": "",
  "/usr/share/zoneinfo/tzdata.zi": "# version 2026a\n# more\n",
};
const INSTALLED = ["sh", "setpriv", "runuser", "su", "sudo", "df"];

/** A host on which nothing is wrong but that no daemon runs. */
function healthy(options: FakeOptions = {}): FakeSystem {
  const system = fakeSystem({
    installed: INSTALLED,
    ...options,
    config: options.config ?? { svc1: "[task#0]\ncommand = /bin/true\nuser = admin\n" },
    programs: { ...PROGRAMS, ...options.programs },
    files: { ...FILES, ...options.files },
  });
  for (const folder of FOLDERS.split(" ")) system.files.makeFolder(folder, 0o755);
  system.files.change("/dev/null", { kind: "other", mode: 0o666 });
  system.files.change("/usr/bin/sudo", { mode: 0o4755 });
  system.processes.hasGroups = true;
  return system;
}

async function examine(system: FakeSystem): Promise<{ code: number; rows: Finding[] }> {
  system.stdout.clear();
  const code = await runAgent(["doctor", "--format", "json"], system);
  return { code, rows: JSON.parse(system.stdout.text) };
}

Deno.test("doctor finds nothing wrong with a healthy host, and changes nothing", async () => {
  const system = healthy();
  const before = system.files.paths;
  const { code, rows } = await examine(system);
  const notOk = rows.filter(({ status }) => status !== "ok").map(({ check, status }) => `${status} ${check}`);
  assertEquals([code, notOk], [0, ["warn daemon", "info wrapper sudo"]]);
  assertEquals(system.files.paths, before);
  assertEquals(system.processes.started, []);
  assertEquals(Object.keys(rows[0]!), ["check", "status", "found", "advice"]);
  assertEquals(
    rows.find(({ check }) => check === "user admin")?.found,
    "uid 1000, gid 1000, through setpriv; svc1 task#0",
  );
});

const ORDINARY = { self: { uid: 1000, gid: 1000 }, environment: { AGENT_ROOT: "/srv", HOME: "/home/admin" } };

interface Case {
  readonly edge: string;
  readonly options?: FakeOptions;
  readonly change?: (system: FakeSystem) => void;
  readonly row: readonly [check: string, status: Finding["status"], found: string];
}

const cases: readonly Case[] = [
  {
    edge: "a node.conf that cannot be used",
    options: { files: { "/etc/agent/node.conf": "[node]\nmax_parallel = many\n" } },
    row: ["node.conf", "error", "max_parallel"],
  },
  {
    edge: "a node.conf that others may write",
    options: { files: { "/etc/agent/node.conf": "[node]\n" } },
    change: ({ files }) => files.change("/etc/agent/node.conf", { mode: 0o666 }),
    row: ["node.conf", "error", "Cannot trust /etc/agent/node.conf"],
  },
  {
    edge: "a node.conf with an unknown keyword",
    options: { files: { "/etc/agent/node.conf": "[env]\na = 1\n[node]\nname = n1\ncolour = red\n" } },
    row: ["node.conf", "info", "1 unknown keyword, the first at line 5: colour"],
  },
  {
    edge: "a node.conf with a keyword for one node that is for all",
    options: { files: { "/etc/agent/node.conf": "[node]\nloc_rack@n1 = R1\nmax_parallel@n1 = 3\n" } },
    row: ["node.conf", "info", "1 unknown keyword, the first at line 3: max_parallel@n1"],
  },
  {
    edge: "a configuration that the group may write",
    change: ({ files }) => files.change("/etc/agent/svc1.conf", { mode: 0o664 }),
    row: ["service svc1", "error", "Cannot trust /etc/agent/svc1.conf"],
  },
  {
    edge: "a configuration with a second name",
    change: ({ files }) => files.change("/etc/agent/svc1.conf", { links: 2 }),
    row: ["service svc1", "error", "hard links"],
  },
  {
    edge: "a configuration that cannot be read",
    options: { config: { svc1: "nothing\n" } },
    row: ["service svc1", "error", "at line 1"],
  },
  {
    edge: "a configuration with errors",
    options: { config: { svc1: "[task#0]\nschedule = 25:00\n" } },
    row: ["service svc1", "error", "2 errors, the first at line 1: task#0.command is missing"],
  },
  {
    edge: "a configuration with warnings only",
    options: { config: { svc1: "[task#0]\ncommand = /bin/true\ncomand = x\n" } },
    row: ["configurations", "info", "1 service, 1 with warnings"],
  },
  {
    edge: "a program that everybody may replace",
    options: { config: { svc1: "[task#0]\ncommand = /opt/x\n" }, files: { "/opt/x": "" } },
    change: ({ files }) => files.change("/opt/x", { mode: 0o777 }),
    row: ["service svc1", "warn", "everybody may write /opt/x"],
  },
  {
    edge: "secrets that others may read",
    options: { files: { "/etc/agent/sec/db.conf": "[data]\na = x\n" } },
    change: ({ files }) => files.change("/etc/agent/sec/db.conf", { mode: 0o644 }),
    row: ["object sec/db", "error", "may be read by others"],
  },
  {
    edge: "no service",
    options: { config: {} },
    row: ["daemon", "info", "not running; there is no service"],
  },
  {
    edge: "a daemon that was killed",
    options: { files: { "/run/agent/daemon.json": '{"pid": 9, "start_time": 1, "boot_id": "x"}\n' } },
    row: ["daemon", "warn", "an earlier one did not end by itself"],
  },
  {
    edge: "a run whose agent was killed",
    options: { files: { "/var/lib/agent/svc/svc1/task#0/run/77": "s\n{}\n" } },
    row: ["runs", "info", "1 task with a run of which nobody saw the end, such as svc1 task#0"],
  },
  {
    edge: "no wrapper at all",
    options: { installed: ["sh", "df"] },
    row: ["impersonation", "warn", "setpriv is not installed, runuser is not installed, su is not installed"],
  },
  {
    edge: "a user without a wrapper",
    options: { installed: ["sh", "df"] },
    row: ["user admin", "error", "svc1 task#0 is refused"],
  },
  {
    edge: "a user that does not exist",
    options: {
      config: { svc1: "[task#0]\ncommand = /bin/true\nuser = joe\n[task#1]\ncommand = a\nuser = joe\n" },
    },
    row: ["user joe", "error", "svc1 task#0 and 1 other task is refused"],
  },
  {
    edge: "an interactive task of a user whom nothing makes a terminal for",
    options: { config: { svc1: "[task#0]\ncommand = sh\nuser = admin\ninteractive = true\n" } },
    row: ["user admin", "error", "setpriv cannot give it a terminal of its own without the script program"],
  },
  {
    edge: "an interactive task where script makes the terminal",
    options: {
      config: { svc1: "[task#0]\ncommand = sh\nuser = admin\ninteractive = true\n" },
      installed: [...INSTALLED, "script"],
    },
    row: ["user admin", "ok", "through setpriv"],
  },
  {
    edge: "a group that does not exist",
    options: { config: { svc1: "[task#0]\ncommand = /bin/true\ngroup = crew\n" } },
    row: ["group crew", "error", 'Cannot find group "crew"'],
  },
  {
    edge: "an engine that is not installed, with what needs it here",
    options: {
      config: {
        svc1: "[container#db]\ntype = docker\nimage = a\n[task#0]\ntype = docker\nimage = a\ncommand = b\n" +
          "[task#1]\ntype = docker\nimage = a\ncommand = b\ndisable = true\n",
        svc2: "[DEFAULT]\nnodes = n9\n[container#0]\ntype = docker\nimage = a\n",
        svc3: "[container#0]\ntype = docker\nimage = a\n",
      },
    },
    row: [
      "engine docker",
      "error",
      "not installed, expected in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; " +
      "for svc1 container#db and 2 other resources",
    ],
  },
  {
    edge: "an engine that answers",
    options: {
      config: { svc1: "[container#0]\ntype = podman\nimage = a\n" },
      installed: [...INSTALLED, "podman"],
      programs: {
        "/usr/bin/podman version": { stdout: "Client:       Podman Engine\nVersion:      4.3.1\n" },
      },
    },
    row: ["engine podman", "ok", "/usr/bin/podman, 4.3.1; for svc1 container#0"],
  },
  {
    edge: "an engine whose daemon is away",
    options: {
      config: { svc1: "[task#0]\ntype = docker\nimage = a\ncommand = b\n" },
      installed: [...INSTALLED, "docker"],
      programs: { "/usr/bin/docker version": { code: 1, stdout: "Client:\n Version: 24.0.7\n" } },
    },
    row: ["engine docker", "warn", "/usr/bin/docker: it does not answer, exit code 1; for svc1 task#0"],
  },
  {
    edge: "an engine that takes too long",
    options: {
      config: { svc1: "[container#0]\ntype = docker\nimage = a\n" },
      files: { "/etc/agent/node.conf": "[node]\npath = /opt/engine\n" },
      installed: [...INSTALLED, "docker", "timeout"],
      programs: { "2 /opt/engine/docker version": { code: 124 } },
    },
    row: ["engine docker", "warn", "/opt/engine/docker: no answer within 2 s; for svc1 container#0"],
  },
  {
    edge: "setpriv of BusyBox",
    options: { files: { "/bin/busybox": "" } },
    change: ({ files }) => files.link("/usr/bin/setpriv", "/bin/busybox"),
    row: ["wrapper setpriv", "info", "cannot change the user"],
  },
  {
    edge: "a sudo of the agent's own that is old",
    options: { files: { "/etc/agent/node.conf": "[node]\nimpersonate = sudo\n" } },
    row: ["wrapper sudo", "warn", "1.9.13p3: versions before 1.9.17p1"],
  },
  {
    edge: "a state folder that is missing and can be made",
    change: ({ files }) => files.remove("/var/log/agent"),
    options: {
      programs: { "sh /etc/agent /var/lib/agent /var/log /run/agent": { stdout: "y\ny\ny\ny\n" } },
      files: { "/var/log/x": "" },
    },
    row: ["folder log", "info", "is not there; it is made"],
  },
  {
    edge: "a state folder that cannot be written",
    options: { programs: { [`sh ${FOLDERS}`]: { stdout: "y\nn\ny\ny\n" } } },
    row: ["folder var", "error", "not writable for the agent"],
  },
  {
    edge: "a folder of configurations that cannot be written",
    options: { programs: { [`sh ${FOLDERS}`]: { stdout: "n\ny\ny\ny\n" } } },
    row: ["folder etc", "info", "not writable for the agent"],
  },
  {
    edge: "a folder of configurations that others may write",
    change: ({ files }) => files.change("/etc/agent", { mode: 0o777 }),
    row: ["folder etc", "error", "all configurations are refused"],
  },
  {
    edge: "a state folder that others may write",
    change: ({ files }) => files.change("/var/lib/agent", { mode: 0o777 }),
    row: ["folder var", "error", "everybody may write /var/lib/agent"],
  },
  {
    edge: "a file where a folder belongs",
    change: ({ files }) => {
      files.remove("/var/lib/agent");
      files.put("/var/lib/agent", "");
    },
    row: ["folder var", "error", "is no folder"],
  },
  {
    edge: "a state folder in memory",
    options: { files: { "/proc/self/mountinfo": "22 21 0:1 / /var rw - tmpfs tmpfs rw\n" } },
    row: ["folder var", "warn", "last runs do not survive a reboot"],
  },
  {
    edge: "configurations on a share",
    options: { files: { "/proc/self/mountinfo": "22 21 0:1 / /etc/agent rw - nfs4 host:/x rw\n" } },
    row: ["folder etc", "info", "noticed within 60 s"],
  },
  {
    edge: "a full disk",
    options: { programs: { [`/usr/bin/df -Pk -- ${FOLDERS}`]: { stdout: FULL(5000) } } },
    row: ["room /", "error", "4 MiB of 47.7 GiB free, for etc, var, log, run"],
  },
  {
    edge: "few inodes",
    options: { programs: { [`/usr/bin/df -Pi -- ${FOLDERS}`]: { stdout: FULL(1000000) } } },
    row: ["inodes /", "warn", "1000000 of 50000000 inodes free"],
  },
  { edge: "no df", options: { installed: ["sh", "setpriv"] }, row: ["room", "info", "there is no df"] },
  {
    edge: "drafts of a crash",
    options: { files: { "/var/lib/agent/svc/svc1/x.0123abcd.tmp": "" } },
    change: ({ clock }) => clock.step(clock.now() + 120_000),
    row: ["drafts", "info", "1 draft of a crash, such as /var/lib/agent/svc/svc1/x.0123abcd.tmp"],
  },
  {
    edge: "a draft that is being written",
    options: { files: { "/var/lib/agent/svc/svc1/x.0123abcd.tmp": "" } },
    row: ["drafts", "ok", "none"],
  },
  {
    edge: "damaged state that was set aside",
    options: { files: { "/var/lib/agent/svc/svc1/task#0/last_run.corrupt": "" } },
    row: ["damaged state", "warn", "1 damaged file set aside"],
  },
  {
    edge: "runtimes of other versions",
    options: { files: { "/c/new/deno": "", "/c/new/at": "", "/c/old/at": "" } },
    change: ({ files }) => files.link("/proc/self/exe", "/c/new/deno"),
    row: ["runtimes", "info", "1 other unpacked runtime in /c, such as old"],
  },
  {
    edge: "no control groups of version 2",
    options: { files: { "/proc/self/mountinfo": "21 1 8:1 / / rw - ext4 /dev/a rw\n" } },
    row: ["control groups", "info", "not mounted"],
  },
  {
    edge: "control groups that it may not make",
    change: ({ processes }) => void (processes.hasGroups = false),
    row: ["control groups", "info", "no group can be made"],
  },
  {
    edge: "few open files",
    options: { files: { "/proc/self/limits": "Max open files   64   64   files\n" } },
    row: ["open files", "warn", "64 (hard 64)"],
  },
  {
    edge: "few watches",
    options: { files: { "/proc/sys/fs/inotify/max_user_watches": "100\n" } },
    row: ["inotify", "warn", "100 watches"],
  },
  {
    edge: "no shell",
    change: ({ files }) => files.remove("/bin/sh"),
    row: ["shell", "error", "/bin/sh is not there"],
  },
  {
    edge: "a /dev/null that somebody replaced",
    change: ({ files }) => files.change("/dev/null", { kind: "file" }),
    row: ["/dev/null", "error", "a file, mode 666"],
  },
  {
    edge: "terminals that take pushed keys",
    options: { files: { "/proc/sys/dev/tty/legacy_tiocsti": "1\n" } },
    row: ["terminals", "info", "dev.tty.legacy_tiocsti = 1"],
  },
  {
    edge: "a clock from before the executable",
    change: ({ clock }) => clock.step(Date.parse("2020-01-01T00:00:00Z")),
    row: ["clock", "error", "2020-01-01T00:00:00.000Z, before the executable was made"],
  },
  {
    edge: "a clock from before the last stamp",
    options: { files: { "/var/lib/agent/svc/svc1/scheduler/last_task#0": "1" } },
    change: ({ clock, files }) =>
      files.touch("/var/lib/agent/svc/svc1/scheduler/last_task#0", clock.now() + 3_600_000),
    row: ["clock", "warn", "before the newest stamp on disk"],
  },
  {
    edge: "a clock that nobody keeps",
    options: {
      installed: [...INSTALLED, "timedatectl"],
      files: { "/run/systemd/system": "" },
      programs: { "/usr/bin/timedatectl show -p NTPSynchronized --value": { stdout: "no\n" } },
    },
    change: ({ files }) => files.remove("/run/systemd/timesync/synchronized"),
    row: ["clock synchronised", "warn", "no"],
  },
  {
    edge: "a TZ that names no zone",
    options: { environment: { TZ: "CET-1CEST" } },
    row: ["time zone", "warn", 'TZ is "CET-1CEST", which names no zone: UTC is used'],
  },
  {
    edge: "a TZ that is the path of a zone",
    options: { environment: { TZ: ":/usr/share/zoneinfo/Europe/Paris" }, zone: "Europe/Paris" },
    row: ["time zone", "ok", "Europe/Paris, by TZ"],
  },
  {
    edge: "a zone file without a name",
    options: { files: { "/etc/localtime": "TZif2" } },
    row: ["time zone", "warn", "is a copy"],
  },
  {
    edge: "a zone of node.conf that is none",
    options: { files: { "/etc/agent/node.conf": "[node]\ntimezone = Mars/Base\n" } },
    row: ["time zone", "error", '"Mars/Base", which is no zone'],
  },
  {
    edge: "zone rules that are older than those of the system",
    options: { files: { "/usr/share/zoneinfo/tzdata.zi": "# version 2026c\n" } },
    row: ["zone rules", "warn", "2026a, of the agent; 2026c, of the system"],
  },
  {
    edge: "a sudo that may not become root",
    options: { ...ORDINARY, config: {}, files: { "/proc/self/status": "NoNewPrivs:\t1\n" } },
    row: ["wrapper sudo", "error", "must not gain privileges"],
  },
  {
    edge: "a sudo without its bit",
    options: { ...ORDINARY, config: {} },
    change: ({ files }) => files.change("/usr/bin/sudo", { mode: 0o755 }),
    row: ["wrapper sudo", "error", "has no setuid bit"],
  },
  {
    edge: "a user that sudo does not allow",
    options: { ...ORDINARY, config: { svc1: "[task#0]\ncommand = /bin/true\nuser = root\n" } },
    row: ["user root", "error", "sudo does not allow it; svc1 task#0 is refused"],
  },
];

for (const { edge, options, change, row: [check, status, found] } of cases) {
  Deno.test(`doctor tells of ${edge}`, async () => {
    const system = healthy(options);
    change?.(system);
    const { code, rows } = await examine(system);
    const row = rows.find((each) => each.check === check);
    assertEquals(row?.status, status, JSON.stringify(rows, null, 1));
    assertStringIncludes(row!.found, found);
    assertEquals(code, rows.some((each) => each.status === "error") ? 1 : 0);
    if (status === "error" || status === "warn") assertEquals(row!.advice.length > 10, true);
  });
}

Deno.test("doctor asks no engine that nothing here needs", async () => {
  const config = { svc1: "[DEFAULT]\ndisable = true\n[container#0]\ntype = docker\nimage = a\n" };
  const system = healthy({ config, installed: [...INSTALLED, "docker", "podman"] });
  const { rows } = await examine(system);
  assertEquals(rows.filter(({ check }) => check.startsWith("engine")), []);
  assertEquals(system.processes.helpers.filter(([name]) => /docker|podman/.test(name!)), []);
});

Deno.test("doctor gives the line for sudoers", async () => {
  const { rows } = await examine(healthy({
    ...ORDINARY,
    config: { svc1: "[task#0]\ncommand = /bin/true\nuser = root\n" },
  }));
  assertStringIncludes(
    rows.find(({ check }) => check === "user root")!.advice,
    "admin ALL=(root) NOPASSWD:SETENV: /bin/sh",
  );
});

Deno.test("doctor removes the control group that it makes", async () => {
  const system = healthy();
  await examine(system);
  assertEquals(system.processes.groups, []);
});

Deno.test("doctor tells of a daemon that runs, of one of another version, and of one that does not answer", async () => {
  const system = healthy({ config: { svc1: "[task#0]\ncommand = /bin/true\n" } });
  await withDaemon(system, async () => {
    const look = async () => (await examine(system)).rows.find(({ check }) => check === "daemon")!;
    assertEquals((await look()).status, "ok");
    system.server.isStuck = true;
    assertEquals((await look()).status, "warn");
    Object.assign(system.host, { version: { ...system.host.version, agent: "9.0.0" } });
    assertStringIncludes((await look()).found, "version 0.1.0; this executable is 9.0.0");
  });
});

Deno.test("doctor goes on when a check cannot be made", async () => {
  const system = healthy();
  const { read } = system.files;
  system.files.read = (path) => {
    if (path.includes("inotify")) throw new Error("Cannot read it");
    return read.call(system.files, path);
  };
  const { code, rows } = await examine(system);
  const row = rows.find(({ check }) => check === "kernel");
  assertEquals([code, row?.status, row?.found], [1, "error", "this cannot be looked at: Cannot read it"]);
  assertEquals(rows.at(-1)?.check, "zone rules");
});

Deno.test("doctor shows no more than twenty broken services, the errors first", async () => {
  const config = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`svc${i}`, i < 29 ? "[task#0]\n" : "[task#0]\ncommand = /opt/x\n"]),
  );
  const system = healthy({ config, files: { "/opt/x": "" } });
  system.files.change("/opt/x", { mode: 0o777 });
  const { rows } = await examine(system);
  const shown = rows.filter(({ check }) => check.startsWith("service "));
  assertEquals([shown.length, shown.every(({ status }) => status === "error")], [20, true]);
  assertEquals(rows.find(({ found }) => found === "and 10 more like these")?.status, "error");
});

Deno.test("doctor prints a line for each check, and what to do below it", async () => {
  const system = healthy();
  assertEquals(await runAgent(["doctor"], system), 0);
  const lines = system.stdout.lines;
  assertStringIncludes(lines[0]!, "ok     executable          /usr/bin/agent, 0.1.0 (abcdef0)");
  const daemon = lines.findIndex((line) => line.startsWith("warn   daemon"));
  assertEquals(
    lines[daemon + 1],
    `${" ".repeat(27)}-> agent daemon start, or agent daemon install for every boot`,
  );
});
