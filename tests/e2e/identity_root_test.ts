/** Who a task is: proven from inside, with every wrapper; needs root, because it makes users. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import { AGENT, type Box, e2eTest, exec, exists, IS_ROOT, needs, PATH } from "./box.ts";
import { shellLine } from "./document.ts";

const WRAPPERS = ["setpriv", "runuser", "su", "sudo"] as const;

/** Tells everything about itself, one fact a line; `ls` itself holds descriptor 3. */
const TELL = `
grep -E '^(Uid|Gid|Groups|SigIgn):' /proc/self/status
echo "umask $(umask)"
echo "cwd $(pwd)"
grep -E '^Max (open files|core file size|processes)' /proc/self/limits
echo "oom $(cat /proc/self/oom_score_adj)"
echo "fds" $(ls /proc/self/fd)
echo "stat $(cat /proc/$$/stat)"
echo "tty $(tty)"
tr '\\0' '\\n' < /proc/$$/environ | sort | sed 's/^/env /'
`;

function leftOut(wrapper: string): string | undefined {
  if (!CAN_MAKE_USERS) return IS_ROOT ? "needs useradd" : "needs root";
  return needs({ programs: [wrapper, "bash"] });
}

interface Told {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly session: number;
  readonly tty: number;
  readonly env: Readonly<Record<string, string>>;
  line(start: string): string | undefined;
}

function readTold(stdout: string): Told {
  const lines = stdout.split("\n");
  const line = (start: string) => lines.find((each) => each.startsWith(start))?.slice(start.length).trim();
  const numbers = (start: string) => (line(start) ?? "").split(/\s+/).map(Number);
  const stat = line("stat ")!;
  const [, , , session, tty] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const env = lines.filter((each) => each.startsWith("env ")).map((each) => each.slice(4).split(/=(.*)/s));
  return {
    uids: numbers("Uid:"),
    gids: numbers("Gid:"),
    groups: numbers("Groups:").sort((a, b) => a - b),
    session: session!,
    tty: tty!,
    env: Object.fromEntries(env.map(([name, value]) => [name, value])),
    line,
  };
}

/** A task that tells about itself, in a box whose folder the user may enter. */
async function tellingTask(box: Box, user: TestUser, wrapper: string, keywords: string): Promise<void> {
  await Deno.chmod(box.path, 0o755);
  await Deno.writeTextFile(`${box.path}/tell`, TELL);
  await Deno.chmod(`${box.path}/tell`, 0o644);
  box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
  box.config(
    "testmd",
    `[task#0]\ncommand = /bin/sh ${box.path}/tell\nuser = ${user.name}\nlog = false\numask = 000\n` +
      `limit_nofile = 64\nlimit_core = 0\nlimit_nproc = 400\nenvironment = SAID="a b"\n${keywords}`,
  );
}

/** Runs the agent with descriptors 9 and 12 leaked into it, and more in its environment than a task may see. */
async function runLeaking(box: Box, wrapper: string): Promise<Told> {
  const dry = await box.agent(["testmd", "run", "--dry-run", "--format", "json"]);
  assertEquals(JSON.parse(dry.stdout)[0].wrapper, wrapper);
  const line = `exec 9</etc/hostname 12</etc/hostname; exec ${shellLine(["testmd", "run"])}`;
  const env = { ...box.env, LEAKED: "x", BASH_ENV: "", SUDO_USER: "somebody" };
  const { code, stdout, stderr } = await exec(["bash", "-c", line], { env });
  assertEquals([code, stderr], [0, ""]);
  return readTold(stdout);
}

const four = (id: number) => [id, id, id, id];
const sorted = (...ids: number[]) => ids.sort((a, b) => a - b);

function assertSurroundings(told: Told, box: Box, user: TestUser): void {
  assertEquals(told.line("umask "), "0000");
  assertEquals(told.line("cwd "), user.home);
  assertEquals(told.line("oom "), "0");
  assertEquals(told.line("fds "), "0 1 2 3");
  assertEquals(told.line("tty "), "not a tty");
  assertEquals(told.tty, 0);
  assertMatch(told.line("Max open files")!, /^64\s+64\s/);
  assertMatch(told.line("Max core file size")!, /^0\s+0\s/);
  assertMatch(told.line("Max processes")!, /^400\s+400\s/);
  const { OPENSVC_SESSION_ID, OPENSVC_RUN_ID, OSVC_SESSION_UUID, ...rest } = told.env;
  assertMatch(`${OPENSVC_SESSION_ID} ${OPENSVC_RUN_ID}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
  assertEquals(OSVC_SESSION_UUID, OPENSVC_SESSION_ID);
  // A shell sets PWD for itself only: what it was started with is the whole environment.
  assertEquals(rest, {
    PATH,
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    TZ: "UTC",
    SAID: "a b",
    OPENSVC_SVCPATH: "testmd",
    OPENSVC_SVCNAME: "testmd",
    OPENSVC_KIND: "svc",
    OPENSVC_ACTION: "run",
    OPENSVC_RID: "task#0",
    OPENSVC_LEADER: "1",
    OPENSVC_ACTION_ORIGIN: "user",
    OSVC_ACTION_ORIGIN: "user",
  });
  assertEquals(box.history("testmd", "task#0").at(-1)?.user, user.name);
}

for (const wrapper of WRAPPERS) {
  e2eTest(`${wrapper}: a task as a user, seen from inside`, async (box) => {
    using user = makeTestUser();
    await tellingTask(box, user, wrapper, "");
    const told = await runLeaking(box, wrapper);
    assertEquals([told.uids, told.gids], [four(user.uid), four(user.gid)]);
    assertEquals(told.groups, sorted(user.gid, user.extra.gid));
    assertSurroundings(told, box, user);
    assertEquals(told.session !== ownSession(), true);
  }, { leftOut: leftOut(wrapper) });

  e2eTest(`${wrapper}: with group, the primary group is that one and the others stay`, async (box) => {
    using user = makeTestUser();
    await tellingTask(box, user, wrapper, `group = ${user.other.name}\n`);
    const told = await runLeaking(box, wrapper);
    assertEquals([told.uids, told.gids], [four(user.uid), four(user.other.gid)]);
    assertEquals(told.groups, sorted(user.other.gid, user.gid, user.extra.gid));
    assertSurroundings(told, box, user);
  }, { leftOut: leftOut(wrapper) });

  for (const [what, keywords] of Object.entries(strangers())) {
    e2eTest(`${wrapper}: ${what} runs nothing`, async (box) => {
      box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
      box.config("testmd", `[task#0]\ncommand = touch ${box.path}/done\nschedule = @1h\n${keywords}\n`);
      for (const flags of [[], ["--cron"]]) {
        const { code, stdout, stderr } = await box.agent(["testmd", "run", ...flags]);
        assertEquals([code, stdout], [1, ""], stderr);
        assertMatch(
          stderr,
          /^[\d:,]+ task#0 {6}ERROR {3}Cannot find (user|group) "[^\n]*: [^\n]*, expected [^\n]+\n$/,
        );
      }
      assertEquals(exists(`${box.path}/done`), false);
      for (const name of ["last_run", "last_run_retcode", "history.jsonl"]) {
        assertEquals(exists(box.state("testmd", "task#0", name)), false, name);
      }
      assertEquals(exists(box.state("testmd", "scheduler", "last_task#0")), false);
    }, { leftOut: leftOut(wrapper) });
  }
}

function strangers(): Record<string, string> {
  const users = ["no-such-user", "-1", "4294967295", "4294967294", "0day", "#0", "", "+0", "00"];
  const groups = ["no-such-group", "-1", "4294967295", "0day", "#0", ""];
  return Object.fromEntries([
    ...users.map((key) => [`user "${key}"`, `user = ${key}`]),
    ...groups.map((key) => [`group "${key}"`, `user = nobody\ngroup = ${key}`]),
  ]);
}

function ownSession(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}

e2eTest("an agent of an ordinary user needs a line in sudoers, and says which", async (box) => {
  using user = makeTestUser();
  using caller = makeTestUser();
  await asOrdinaryUser(box, caller);
  const text = `[task#0]\ncommand = /bin/sh -c 'id -u; id -g; id -G'\nuser = ${user.name}\nshell = false\n`;
  await ownedConfig(box, caller, text);
  const run = () => runAs(box, caller, ["testmd", "run"]);
  const refused = await run();
  const line = `${caller.name} ALL=(${user.name}) NOPASSWD:SETENV: /bin/sh`;
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, `sudo does not allow it, expected the sudoers line "${line}"`);
  assertEquals(exists(box.state("testmd", "task#0", "last_run")), false);
  const file = `/etc/sudoers.d/agent-e2e-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.writeTextFile(file, `${line}\n`, { mode: 0o440, createNew: true });
    const { code, stderr } = await run();
    assertEquals(code, 0, stderr);
    const told = [...stderr.matchAll(/\| (.*)$/gm)].map(([, text]) => text);
    assertEquals(told, [`${user.uid}`, `${user.gid}`, `${user.gid} ${user.extra.gid}`]);
    await ownedConfig(
      box,
      caller,
      text.replace("id -G'", "id -G; exec sleep 60'") + "timeout = 1s\nkill_grace = 1s\n",
    );
    assertEquals((await run()).code, 124);
  } finally {
    await Deno.remove(file);
  }
}, { leftOut: leftOut("sudo") ?? needs({ programs: ["setpriv"] }) });

/** A root and an executable that belong to the caller alone. */
async function asOrdinaryUser(box: Box, caller: TestUser): Promise<void> {
  await Deno.chmod(box.path, 0o755);
  await Deno.copyFile(AGENT, `${box.path}/agent`);
  await Deno.chmod(`${box.path}/agent`, 0o755);
  for (const folder of [box.root, `${box.root}/etc`]) await Deno.chown(folder, caller.uid, caller.gid);
  await Deno.mkdir(`${box.path}/runtime`, { mode: 0o700 });
  await Deno.chown(`${box.path}/runtime`, caller.uid, caller.gid);
}

async function ownedConfig(box: Box, caller: TestUser, text: string): Promise<void> {
  box.config("testmd", text);
  await Deno.chown(`${box.root}/etc/testmd.conf`, caller.uid, caller.gid);
}

function runAs(box: Box, caller: TestUser, args: readonly string[]) {
  const identity = ["--reuid", `${caller.uid}`, "--regid", `${caller.gid}`, "--init-groups"];
  const env = { ...box.env, HOME: caller.home, AGENT_RUNTIME_DIR: `${box.path}/runtime` };
  return exec(["setpriv", ...identity, "--", `${box.path}/agent`, ...args], { env });
}
