/**
 * Every wrapper for real: what a command finds when it runs as another user, and how its whole tree ends.
 *
 * Needs root, because it makes users; the tests say so where they are left out.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { endTree } from "../../src/actions/run/supervision/end_tree.ts";
import { findWrappers } from "../../src/actions/run/preparation/wrappers.ts";
import { createSystem } from "../../src/adapters/system.ts";
import { resolveIdentity } from "../../src/core/process/identity.ts";
import { mayRaiseLimits, parseHardLimits } from "../../src/core/process/limits.ts";
import {
  chooseWrapper,
  type LaunchRequest,
  sudoersLine,
  sudoKill,
  sudoProbe,
  wrap,
  WRAPPERS,
} from "../../src/core/process/wrapper.ts";
import type { ProcessId, RunningProcess } from "../../src/ports.ts";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "./test_user.ts";

const system = createSystem();
const programs = CAN_MAKE_USERS ? findWrappers(system) : {};
const MAY_RAISE = mayRaiseLimits(system.files.read("/proc/self/status") ?? "");
const raised = MAY_RAISE
  ? ", one of them above the agent's own"
  : " (none above the agent's own: root may not raise it here)";
const F_DUPFD = 0;
if (CAN_MAKE_USERS) leakDescriptors(200, 240);

/** Makes descriptors that stay open across `exec`, as if this process had been started with them. */
function leakDescriptors(...numbers: readonly number[]): void {
  const library = Deno.dlopen("libc.so.6", { fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" } });
  for (const number of numbers) library.symbols.fcntl(0, F_DUPFD, number);
  library.close();
}

type Kind = typeof WRAPPERS[number];
type Options = Partial<Omit<LaunchRequest, "wrapper" | "identity">> & { readonly group?: string };

function test(name: string, kind: Kind, body: (user: TestUser) => Promise<void>): void {
  const missing = CAN_MAKE_USERS
    ? programs[kind] ? "" : ` (left out: no ${kind})`
    : " (left out: needs root)";
  Deno.test({
    name: `${kind}: ${name}${missing}`,
    ignore: missing !== "",
    fn: async () => {
      using user = makeTestUser();
      await body(user);
    },
  });
}

function identityOf(user: TestUser, group?: string) {
  const outcome = resolveIdentity({ user: user.name, group }, system.users);
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.identity;
}

/** Starts a command as the user and collects what it writes. */
function start(kind: Kind, user: TestUser, argv: readonly string[], options: Options = {}) {
  const { group, ...rest } = options;
  const identity = identityOf(user, group);
  const wrapper = chooseWrapper({ wanted: kind, ownUid: 0, identity, programs });
  if (wrapper.kind === "refused") throw new Error(wrapper.reason);
  const env = { PATH: "/usr/bin:/bin" };
  const launch = wrap({ wrapper, identity, argv, env, cwd: user.home, ownUid: 0, ...rest });
  if (launch.kind === "refused") throw new Error(launch.reason);
  return run(launch.argv, launch.env);
}

function run(argv: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
  const seen = { text: "" };
  const onOutput = (_: unknown, chunk: Uint8Array) => void (seen.text += new TextDecoder().decode(chunk));
  const running = system.processes.start({ argv, env, cwd: "/", stdin: "null", onOutput });
  return { running, seen };
}

async function textOf(...parameters: Parameters<typeof start>): Promise<string> {
  const { running, seen } = start(...parameters);
  await running.ended;
  return seen.text;
}

/** Ids as the kernel has them: real, effective, saved and file-system ones, and the supplementary groups in order. */
async function idsOf(kind: Kind, user: TestUser, group?: string) {
  const text = await textOf(kind, user, ["cat", "/proc/self/status"], group ? { group } : {});
  const numbers = (title: string) =>
    new RegExp(`^${title}:(.*)$`, "m").exec(text)![1]!.trim().split(/\s+/).map(Number);
  return { uids: numbers("Uid"), gids: numbers("Gid"), groups: numbers("Groups").sort((a, b) => a - b) };
}

const four = (id: number) => [id, id, id, id];
const sorted = (...ids: number[]) => ids.sort((a, b) => a - b);

/** Pids of everything that runs as the user; who has ended and only waits to be collected does not run. */
function processesOf(user: TestUser): number[] {
  const isOfUser = ({ pid }: ProcessId) => new RegExp(`^Uid:\\s+${user.uid}\\s`, "m").test(statusOf(pid));
  return system.processes.table().filter((row) => row.state !== "Z" && isOfUser(row)).map(({ pid }) => pid);
}

function statusOf(pid: number): string {
  try {
    return system.files.read(`/proc/${pid}/status`) ?? "";
  } catch {
    // It ended between the two looks.
    return "";
  }
}

/** TERM is ignored by a shell and its child of a child; others leave the session, or lose their parent, or both. */
const STUBBORN = `
trap '' TERM
sh -c 'sh -c "trap : USR1; sleep 300; sleep 300" & sleep 300 & wait' &
sh -c 'sleep 300 & sleep 300 &'
sh -c 'setsid sleep 300 & setsid sh -c "sleep 300 & sleep 300" &'
setsid sh -c 'sleep 300 & sleep 300 &'
echo ready
while :; do sleep 300; done
`;
const MARKS = { OPENSVC_SESSION_ID: "9e107d9d-372b", OPENSVC_RID: "task#0" };

async function untilReady(seen: { text: string }, user: TestUser, count: number): Promise<void> {
  while (!seen.text.includes("ready") || processesOf(user).length < count) await system.clock.sleep(10);
}

function end(running: RunningProcess, graceMs: number) {
  const marks = Object.entries(MARKS).map(([name, value]) => `${name}=${value}`);
  return endTree(system, running, { graceMs, marks });
}

for (const kind of WRAPPERS) {
  test("uid, gid and supplementary groups are the user's", kind, async (user) => {
    assertEquals(await idsOf(kind, user), {
      uids: four(user.uid),
      gids: four(user.gid),
      groups: sorted(user.gid, user.extra.gid),
    });
  });

  test("a group replaces the primary one, the others stay", kind, async (user) => {
    assertEquals(await idsOf(kind, user, user.other.name), {
      uids: four(user.uid),
      gids: four(user.other.gid),
      groups: sorted(user.other.gid, user.gid, user.extra.gid),
    });
  });

  test("a group by number that is one of the user's own", kind, async (user) => {
    const { gids, groups } = await idsOf(kind, user, String(user.extra.gid));
    assertEquals({ gids, groups }, { gids: four(user.extra.gid), groups: sorted(user.gid, user.extra.gid) });
  });

  test("the environment is the wanted one, to the byte", kind, async (user) => {
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: "/h",
      USER: "u",
      A: "x\n 'q\" $(id) é",
      EMPTY: "",
      TZ: "Europe/Paris",
    };
    const text = await textOf(kind, user, ["/usr/bin/env", "-0"], { env });
    const seen = Object.fromEntries(
      text.split("\0").slice(0, -1).map((entry) => entry.split(/=(.*)/s).slice(0, 2)),
    );
    assertEquals(seen, env);
  });

  test("words arrive as they are", kind, async (user) => {
    const words = ["a b", "", "*", "$HOME", "'", '"', "\\", "x\ny", "-c", "é"];
    assertEquals(
      await textOf(kind, user, ["printf", "<%s>", ...words]),
      words.map((word) => `<${word}>`).join(""),
    );
  });

  test("umask, folder, session and descriptors", kind, async (user) => {
    const script =
      "umask; pwd; cat /proc/self/oom_score_adj; ls /proc/self/fd | tr '\\n' ' '; echo; cat /proc/$$/stat";
    const { running, seen } = start(kind, user, ["/bin/sh", "-c", script], { umask: 0 });
    await running.ended;
    const [umask, folder, score, descriptors, stat] = seen.text.split("\n");
    // 3 is the folder that ls itself reads.
    assertEquals([umask, folder, score, descriptors], ["0000", user.home, "0", "0 1 2 3 "]);
    const [, , , session] = stat!.slice(stat!.lastIndexOf(")") + 2).split(" ").map(Number);
    assertEquals(session !== system.processes.table().find(({ pid }) => pid === Deno.pid)!.session, true);
  });

  test(`soft and hard limits${raised}`, kind, async (user) => {
    const hardLimits = parseHardLimits(system.files.read("/proc/self/limits")!);
    const nofile = MAY_RAISE ? (hardLimits.nofile ?? 1024) + 16 : 64;
    const options = { limits: { nofile, fsize: 8192, nproc: 400 }, hardLimits, mayRaise: MAY_RAISE };
    const text = await textOf(kind, user, ["cat", "/proc/self/limits"], options);
    const of = (title: string) =>
      new RegExp(`^${title}\\s+(\\d+)\\s+(\\d+)`, "m").exec(text)?.slice(1).map(Number);
    assertEquals(of("Max open files"), [nofile, nofile]);
    assertEquals(of("Max file size"), [8192, 8192]);
    assertEquals(of("Max processes"), [400, 400]);
  });

  test("the exit code is the command's, and 127 and 126 mean what they should", kind, async (user) => {
    const codes = [];
    for (const argv of [["sh", "-c", "exit 7"], ["no-such-program"], ["/etc/passwd"]]) {
      codes.push(await start(kind, user, argv).running.ended);
    }
    assertEquals(codes, [7, 127, 126].map((code) => ({ kind: "exited" as const, code })));
  });

  test("a folder that only root can enter is one line and 126", kind, async (user) => {
    const folder = await Deno.makeTempDir();
    const { running, seen } = start(kind, user, ["true"], { cwd: folder });
    const outcome = await running.ended;
    await Deno.remove(folder);
    assertEquals([outcome, seen.text], [
      { kind: "exited", code: 126 },
      `agent: Cannot enter folder ${folder}\n`,
    ]);
  });

  test("a shell that ignores TERM ends, with all that it started", kind, async (user) => {
    const { running, seen } = start(kind, user, ["/bin/sh", "-c", STUBBORN], {
      env: { PATH: "/usr/bin:/bin", ...MARKS },
    });
    await untilReady(seen, user, 14);
    const { survivors } = await end(running, 300);
    assertEquals([survivors, processesOf(user)], [[], []]);
    await running.ended;
  });

  test("a command that obeys TERM ends at once, not after the grace", kind, async (user) => {
    const env = { PATH: "/usr/bin:/bin", ...MARKS };
    const { running, seen } = start(kind, user, ["/bin/sh", "-c", "echo ready; sleep 300 & wait"], { env });
    await untilReady(seen, user, 2);
    const begin = system.clock.monotonic();
    const { survivors } = await end(running, 20_000);
    assertEquals([survivors, processesOf(user)], [[], []]);
    assertEquals(system.clock.monotonic() - begin < 5_000, true);
    await running.ended;
  });
}

// An agent that is not root: everything goes through setpriv to another user first, who then asks sudo.

const agentArgv = (agent: TestUser, argv: readonly string[]) =>
  [
    programs.setpriv!.path,
    "--reuid",
    `${agent.uid}`,
    "--regid",
    `${agent.gid}`,
    "--init-groups",
    "--",
    ...argv,
  ] as [
    string,
    ...string[],
  ];

async function withSudoers(text: string, body: () => Promise<void>): Promise<void> {
  const file = `/etc/sudoers.d/agent-test-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.writeTextFile(file, `${text}\n`, { mode: 0o440, createNew: true });
    await body();
  } finally {
    await Deno.remove(file);
  }
}

test("an agent that is not root is refused, until sudoers has the line", "sudo", async (user) => {
  using agent = makeTestUser();
  const identity = identityOf(user, user.other.name);
  const probe =
    async () => (await run(agentArgv(agent, sudoProbe(programs.sudo!, identity)), {}).running.ended);
  assertEquals(await probe(), { kind: "exited", code: 1 });
  await withSudoers(sudoersLine(agent.name, identity).replace("SETENV:", ""), async () => {
    assertEquals(await probe(), { kind: "exited", code: 1 });
  });
  await withSudoers(sudoersLine(agent.name, identity), async () => {
    assertEquals(await probe(), { kind: "exited", code: 0 });
    const env = { PATH: "/usr/bin:/bin", SECRET: "s" };
    const wrapper = chooseWrapper({ wanted: "auto", ownUid: agent.uid, identity, programs });
    if (wrapper.kind === "refused") throw new Error(wrapper.reason);
    const launch = wrap({ wrapper, identity, argv: ["/usr/bin/env"], env, cwd: "/", ownUid: agent.uid });
    if (launch.kind === "refused") throw new Error(launch.reason);
    const { running, seen } = run(agentArgv(agent, launch.argv), launch.env);
    await running.ended;
    assertEquals(seen.text.split("\n").sort(), ["", "PATH=/usr/bin:/bin", "SECRET=s"]);
  });
});

test("an agent that is not root ends what it started through sudo", "sudo", async (user) => {
  using agent = makeTestUser();
  const identity = identityOf(user);
  const { running, seen } = start("sudo", user, [
    "sh",
    "-c",
    "trap '' TERM; echo ready; sleep 300; sleep 300",
  ]);
  await untilReady(seen, user, 2);
  await withSudoers(sudoersLine(agent.name, identity), async () => {
    // This process is root and could signal all: as an agent that is not, it leaves it to sudo.
    const processes = { ...system.processes, self: system.processes.self, signal: () => "refused" as const };
    const output = (argv: readonly [string, ...string[]]) => system.processes.output(agentArgv(agent, argv));
    const { survivors } = await endTree(
      { processes: { ...processes, output }, clock: system.clock },
      running,
      {
        graceMs: 200,
        marks: [],
        killerArgv: (signal, pids) => sudoKill(programs.sudo!, identity, signal, pids),
      },
    );
    assertEquals([survivors, processesOf(user)], [[], []]);
  });
  await running.ended;
});

test("a second name of one uid gets the groups of that name", "setpriv", async (user) => {
  const alias = `${user.name}2`;
  const line = `${alias}:x:${user.uid}:${user.other.gid}::${user.home}:/bin/sh`;
  const users = {
    ...system.users,
    self: system.users.self,
    findUser: (key: string) =>
      key === alias
        ? { ...system.users.findUser(user.name)!, name: alias, gid: user.other.gid }
        : system.users.findUser(key),
    groupsOf: () => [user.other.gid],
  };
  const outcome = resolveIdentity({ user: alias }, users);
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  const wrapper = { kind: "setpriv", ...programs.setpriv! } as const;
  const env = { PATH: "/usr/bin:/bin" };
  const launch = wrap({ wrapper, identity: outcome.identity, argv: ["id", "-G"], env, cwd: "/", ownUid: 0 });
  if (launch.kind === "refused") throw new Error(launch.reason);
  const { running, seen } = run(launch.argv, launch.env);
  await running.ended;
  assertEquals(seen.text, `${user.other.gid}\n`, line);
});

Deno.test({
  name: "no wrapper: the command keeps the agent's own groups, and gets the environment only",
  ignore: !CAN_MAKE_USERS,
  fn: async () => {
    const outcome = resolveIdentity({}, system.users);
    if (outcome.kind === "refused") throw new Error(outcome.reason);
    const script = "grep Groups: /proc/self/status; env";
    const request = { wrapper: { kind: "none" }, identity: outcome.identity, cwd: "/", ownUid: 0 } as const;
    const launch = wrap({ ...request, argv: ["sh", "-c", script], env: { PATH: "/usr/bin:/bin" } });
    if (launch.kind === "refused") throw new Error(launch.reason);
    // Root with a supplementary group, as an agent may be.
    const { running, seen } = run(
      [programs.setpriv!.path, "--groups", "0,1,60", "--", ...launch.argv],
      launch.env,
    );
    await running.ended;
    assertStringIncludes(seen.text, "0 1 60");
    assertStringIncludes(seen.text, "PATH=/usr/bin:/bin\n");
    assertEquals(seen.text.includes("AGENT_X_"), false);
  },
});
