import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Identity } from "../../../src/core/process/identity.ts";
import { RAISER, STARTER } from "../../../src/core/process/starter.ts";
import {
  chooseWrapper,
  type ChosenWrapper,
  type LaunchRequest,
  sudoersLine,
  sudoKill,
  sudoProbe,
  wrap,
  type Wrapper,
  type WrapperChoice,
} from "../../../src/core/process/wrapper.ts";

const ADMIN: Identity = {
  name: "admin",
  uid: 1001,
  gid: 1001,
  groups: [1001, 2002],
  home: "/home/admin",
  shell: "/bin/sh",
  isMainName: true,
};
const WITH_GROUP: Identity = {
  ...ADMIN,
  gid: 2001,
  groups: [2001, 1001, 2002],
  chosenGroup: { name: "dba", all: ["dba", "admin", "ops"] },
};
const real = (kind: Wrapper) => ({ path: `/usr/bin/${kind}`, isBusybox: false });
const PROGRAMS = { setpriv: real("setpriv"), runuser: real("runuser"), su: real("su"), sudo: real("sudo") };
const BUSYBOX_SU = { path: "/bin/su", isBusybox: true };

function choose(choice: Partial<WrapperChoice>): string {
  const chosen = chooseWrapper({ wanted: "auto", ownUid: 0, identity: ADMIN, programs: PROGRAMS, ...choice });
  return chosen.kind === "refused" ? chosen.reason : chosen.kind;
}

const chosen: [edge: string, choice: Partial<WrapperChoice>, kind: string][] = [
  ["the agent's own user needs none", { ownUid: 1001 }, "none"],
  ["root takes setpriv", {}, "setpriv"],
  [
    "then runuser",
    { programs: { ...PROGRAMS, setpriv: { path: "/bin/setpriv", isBusybox: true } } },
    "runuser",
  ],
  ["then su", { programs: { su: BUSYBOX_SU } }, "su"],
  ["others take sudo", { ownUid: 1002 }, "sudo"],
  ["one by name", { wanted: "su" }, "su"],
  ["sudo for root too", { wanted: "sudo" }, "sudo"],
  ["another group of the own user needs one", { ownUid: 1001, identity: WITH_GROUP }, "sudo"],
];
for (const [edge, choice, kind] of chosen) {
  Deno.test(`chooseWrapper(): ${edge}`, () => assertEquals(choose(choice), kind));
}

const none: [edge: string, choice: Partial<WrapperChoice>, reason: string][] = [
  [
    "nothing installed",
    { programs: {} },
    "setpriv is not installed, runuser is not installed, su is not installed",
  ],
  [
    "BusyBox with a group",
    { programs: { su: BUSYBOX_SU }, identity: WITH_GROUP },
    "su of BusyBox cannot set a group",
  ],
  [
    "the wanted one is missing",
    { wanted: "runuser", programs: { su: real("su") } },
    "runuser is not installed",
  ],
  ["setpriv without root", { ownUid: 1002, wanted: "setpriv" }, "setpriv works for root only"],
  ["no sudo", { ownUid: 1002, programs: { su: real("su") } }, "sudo is not installed"],
];
for (const [edge, choice, reason] of none) {
  Deno.test(`chooseWrapper() refuses: ${edge}`, () => {
    assertStringIncludes(choose(choice), 'Cannot run as user "admin": ');
    assertStringIncludes(choose(choice), reason);
  });
}

function launch(request: Partial<LaunchRequest>) {
  const full = {
    wrapper: { kind: "none" },
    identity: ADMIN,
    argv: ["/bin/x", "a b"],
    env: { PATH: "/p", A: "1" },
  } as const;
  const launched = wrap({ ...full, cwd: "/srv", ownUid: 0, ...request });
  if (launched.kind === "refused") throw new Error(launched.reason);
  return launched;
}

const INNER = ["/bin/sh", "-c", STARTER, "agent", "022", "/srv", "", "PATH A", "/bin/x", "a b"];
const by = (kind: Wrapper): ChosenWrapper => ({ kind, ...PROGRAMS[kind] });
const GROUP_FLAGS = ["-g", "dba", "-G", "admin", "-G", "ops"];
const SU = ["-s", "/bin/sh", "-c", 'exec "$@"', "--", "admin", "agent"];
const CARRIERS = "--preserve-env=AGENT_X_PATH,AGENT_X_A";

const fronts: [edge: string, wrapper: ChosenWrapper, identity: Identity, front: string[]][] = [
  ["no wrapper", { kind: "none" }, ADMIN, []],
  ["setpriv", by("setpriv"), ADMIN, [
    "/usr/bin/setpriv",
    "--reuid",
    "1001",
    "--regid",
    "1001",
    "--init-groups",
    "--",
  ]],
  ["setpriv with group", by("setpriv"), WITH_GROUP, [
    ...["/usr/bin/setpriv", "--reuid", "1001", "--regid", "2001", "--groups", "2001,1001,2002", "--"],
  ]],
  ["setpriv, second name of the uid", by("setpriv"), { ...ADMIN, isMainName: false }, [
    ...["/usr/bin/setpriv", "--reuid", "1001", "--regid", "1001", "--groups", "1001,2002", "--"],
  ]],
  ["runuser", by("runuser"), ADMIN, ["/usr/bin/runuser", "-u", "admin", "--"]],
  ["runuser with group", by("runuser"), WITH_GROUP, [
    "/usr/bin/runuser",
    "-u",
    "admin",
    ...GROUP_FLAGS,
    "--",
  ]],
  ["su", by("su"), ADMIN, ["/usr/bin/su", ...SU]],
  ["su with group", by("su"), WITH_GROUP, ["/usr/bin/su", ...GROUP_FLAGS, ...SU]],
  ["sudo", by("sudo"), ADMIN, ["/usr/bin/sudo", "-n", "-H", "-u", "admin", CARRIERS, "--"]],
  ["sudo with group", by("sudo"), WITH_GROUP, [
    "/usr/bin/sudo",
    "-n",
    "-H",
    "-u",
    "admin",
    "-g",
    "dba",
    CARRIERS,
    "--",
  ]],
];
for (const [edge, wrapper, identity, front] of fronts) {
  Deno.test(`wrap() puts the right words in front: ${edge}`, () => {
    assertEquals([...launch({ wrapper, identity }).argv], [...front, ...INNER]);
  });
}

Deno.test("wrap() shows no value of a variable in the command line", () => {
  const { argv, env } = launch({ wrapper: by("sudo"), env: { SECRET: "hunter2" } });
  assertEquals(argv.join(" ").includes("hunter2"), false);
  assertEquals(env, { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", AGENT_X_SECRET: "hunter2" });
});

Deno.test("wrap() hands on umask and limits, a umask of nothing too", () => {
  const { argv } = launch({ umask: 0, limits: { nofile: 64 }, hardLimits: { nofile: 64 } });
  assertEquals(argv.slice(3, 7), ["agent", "000", "/srv", "n=64"]);
});

Deno.test("wrap() raises a limit as root, before the wrapper", () => {
  const { argv } = launch({
    wrapper: by("su"),
    limits: { nofile: 65, core: 0 },
    hardLimits: { nofile: 64, core: 0 },
  });
  assertEquals(argv.slice(0, 6), ["/bin/sh", "-c", RAISER, "agent", "n=65", "/usr/bin/su"]);
});

Deno.test("wrap() refuses a limit that nobody may set", () => {
  const outcome = wrap({
    ...{ wrapper: by("sudo"), identity: ADMIN, argv: ["x"], env: {}, cwd: "/", ownUid: 0, mayRaise: false },
    ...{ limits: { nofile: 65 }, hardLimits: { nofile: 64 } },
  });
  assertStringIncludes(
    outcome.kind === "refused" ? outcome.reason : "",
    'Cannot set limit_nofile for user "admin"',
  );
});

Deno.test("sudoProbe() asks for the same user and group, and for a variable", () => {
  assertEquals(
    sudoProbe(PROGRAMS.sudo, WITH_GROUP).join(" "),
    [
      "/usr/bin/env AGENT_X_PROBE=1 /usr/bin/sudo -n -H -u admin -g dba",
      "--preserve-env=AGENT_X_PROBE -- /bin/sh -c :",
    ].join(" "),
  );
});

Deno.test("sudoKill() signals as the user", () => {
  const argv = sudoKill(PROGRAMS.sudo, ADMIN, "SIGKILL", [7, 8]).join(" ");
  assertEquals(argv, '/usr/bin/sudo -n -u admin -- /bin/sh -c kill "$@" sh -s KILL 7 8');
});

Deno.test("sudoersLine() is the line to add", () => {
  assertEquals(sudoersLine("batch", ADMIN), "batch ALL=(admin) NOPASSWD:SETENV: /bin/sh");
  assertEquals(sudoersLine("batch", WITH_GROUP), "batch ALL=(admin:dba) NOPASSWD:SETENV: /bin/sh");
});
