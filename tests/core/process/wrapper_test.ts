import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Identity } from "../../../src/core/process/identity.ts";
import { quote } from "../../../src/core/process/quote.ts";
import { RAISER, STARTER } from "../../../src/core/process/starter.ts";
import {
  chooseWrapper,
  type ChosenWrapper,
  type LaunchRequest,
  sudoersLine,
  sudoKill,
  sudoProbe,
  sudoPtyProbe,
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

const pty = (script: string | undefined, ...makers: string[]) => ({
  script,
  guard: undefined,
  makesPty: (kind: string) => makers.includes(kind),
});
const terminals: [edge: string, choice: Partial<WrapperChoice>, kind: string][] = [
  ["script holds it for setpriv", { pty: pty("/usr/bin/script") }, "setpriv"],
  [
    "without script, auto takes a wrapper that makes one",
    { pty: pty(undefined, "su", "runuser") },
    "runuser",
  ],
  ["that may be su", { pty: pty(undefined, "su") }, "su"],
  ["the agent's own user needs no wrapper for it", { ownUid: 1001, pty: pty(undefined) }, "none"],
];
for (const [edge, choice, kind] of terminals) {
  Deno.test(`chooseWrapper() of an interactive command: ${edge}`, () => assertEquals(choose(choice), kind));
}

for (const kind of ["auto", "setpriv", "runuser", "su", "sudo"] as const) {
  Deno.test(`chooseWrapper() refuses ${kind} when nobody makes a terminal for it`, () => {
    const reason = choose({ wanted: kind, pty: pty(undefined) });
    const named = kind === "auto" ? "su" : kind;
    const why = `${named} cannot give it a terminal of its own without the script program of util-linux`;
    assertStringIncludes(reason, why);
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

const SCRIPT = { kind: "script", path: "/usr/bin/script" } as const;
const WRAPPER = { kind: "wrapper" } as const;
const quoted = (...words: string[]) => words.map(quote).join(" ");
const CHOWN = "chown 1001 /proc/self/fd/0 2>/dev/null; ";
const SU_IN_SESSION = SU.map((word) => word === "-c" ? "--session-command" : word);

const held: [edge: string, request: Partial<LaunchRequest>, argv: string[]][] = [
  ["on the operator's own", { pty: { kind: "none" } }, INNER],
  ["script without a wrapper", { pty: SCRIPT }, [
    "/usr/bin/script",
    "-qec",
    `exec ${quoted(...INNER)}`,
    "/dev/null",
  ]],
  ["script around setpriv, the terminal the user's", { pty: SCRIPT, wrapper: by("setpriv") }, [
    "/usr/bin/script",
    "-qec",
    `${CHOWN}exec ${
      quoted("/usr/bin/setpriv", "--reuid", "1001", "--regid", "1001", "--init-groups", "--", ...INNER)
    }`,
    "/dev/null",
  ]],
  ["script around sudo of an ordinary user", { pty: SCRIPT, wrapper: by("sudo"), ownUid: 1002 }, [
    "/usr/bin/script",
    "-qec",
    `exec ${quoted("/usr/bin/sudo", "-n", "-H", "-u", "admin", CARRIERS, "--", ...INNER)}`,
    "/dev/null",
  ]],
  ["script around su, which must not start a session", { pty: SCRIPT, wrapper: by("su") }, [
    "/usr/bin/script",
    "-qec",
    `${CHOWN}exec ${quoted("/usr/bin/su", ...SU_IN_SESSION, ...INNER)}`,
    "/dev/null",
  ]],
  ["script around su of BusyBox, which never does", { pty: SCRIPT, wrapper: { kind: "su", ...BUSYBOX_SU } }, [
    "/usr/bin/script",
    "-qec",
    `${CHOWN}exec ${quoted("/bin/su", ...SU, ...INNER)}`,
    "/dev/null",
  ]],
  ["made by runuser", { pty: WRAPPER, wrapper: by("runuser"), identity: WITH_GROUP }, [
    ...["/usr/bin/runuser", "-u", "admin", ...GROUP_FLAGS, "--pty", "--", ...INNER],
  ]],
  ["made by su", { pty: WRAPPER, wrapper: by("su") }, ["/usr/bin/su", "--pty", ...SU, ...INNER]],
  ["made by sudo", { pty: WRAPPER, wrapper: by("sudo") }, [
    ...["/usr/bin/sudo", "-n", "-H", "-u", "admin", CARRIERS, "--", ...INNER],
  ]],
  ["guarded", { pty: WRAPPER, wrapper: by("su"), guard: "/g" }, [
    ...["/g", "--pdeathsig", "KILL", "--", "/bin/sh", "-c", '"$@"; exit $?', "agent"],
    ...["/g", "--pdeathsig", "TERM", "--", "/usr/bin/su", "--pty", ...SU, ...INNER],
  ]],
];
for (const [edge, request, argv] of held) {
  Deno.test(`wrap() puts a terminal around the command: ${edge}`, () => {
    assertEquals([...launch(request).argv], argv);
  });
}

Deno.test("wrap() raises a limit before the terminal is made, and guards nothing without one", () => {
  const limits = { wrapper: by("setpriv"), limits: { nofile: 65 }, hardLimits: { nofile: 64 }, guard: "/g" };
  assertEquals(launch({ ...limits, pty: SCRIPT }).argv.slice(4, 7), ["n=65", "/g", "--pdeathsig"]);
  assertEquals(launch(limits).argv.slice(4, 6), ["n=65", "/usr/bin/setpriv"]);
});

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

Deno.test("sudoPtyProbe() asks which terminal a command would get, in one word of the shell", () => {
  const argv = sudoPtyProbe(PROGRAMS.sudo, WITH_GROUP);
  assertEquals(argv.slice(0, -1).join(" "), "/usr/bin/sudo -n -H -u admin -g dba -- /bin/sh -c");
  assertStringIncludes(argv.at(-1)!, "/proc/$$/stat");
});

Deno.test("sudoKill() signals as the user", () => {
  const argv = sudoKill(PROGRAMS.sudo, ADMIN, "SIGKILL", [7, 8]).join(" ");
  assertEquals(argv, '/usr/bin/sudo -n -u admin -- /bin/sh -c kill "$@" sh -s KILL 7 8');
});

Deno.test("sudoersLine() is the line to add", () => {
  assertEquals(sudoersLine("batch", ADMIN), "batch ALL=(admin) NOPASSWD:SETENV: /bin/sh");
  assertEquals(sudoersLine("batch", WITH_GROUP), "batch ALL=(admin:dba) NOPASSWD:SETENV: /bin/sh");
});
