/** Interactive tasks of other users: who they are, and that the operator's own terminal is never theirs. Needs root. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import { AGENT, type Box, e2eTest, exec, exists, IS_ROOT, needs, processesBelow } from "./box.ts";
import { shellLine } from "./document.ts";
import { type Screen, withScreen } from "./screen.ts";

const WRAPPERS = ["setpriv", "runuser", "su", "sudo"] as const;
const RUN = shellLine(["testmd", "run"]);

function leftOut(...programs: string[]): string | undefined {
  if (!CAN_MAKE_USERS) return IS_ROOT ? "needs useradd" : "needs root";
  return needs({ programs: ["tmux", "script", "perl", ...programs] });
}

interface Scene {
  readonly box: Box;
  readonly screen: Screen;
  readonly user: TestUser;
  /** For an agent that is not root. */
  readonly caller: TestUser;
}

/** A test with an operator at a terminal, and users who are there until that is closed. */
function userTest(
  name: string,
  body: (scene: Scene) => Promise<void>,
  options: { readonly leftOut: string | undefined },
): void {
  e2eTest(name, async (box) => {
    using user = makeTestUser();
    using caller = makeTestUser();
    await withScreen(box, (screen) => body({ box, screen, user, caller }));
  }, options);
}

/** Tells who it is and where, then does what is typed. */
const TELL = `
echo "id $(id -u) $(id -g) $(id -G)"
echo "tty $(tty)"
for fd in /proc/$$/fd/*; do echo "fd $(readlink "$fd")"; done
IFS= read -r line </proc/$$/stat
set -- \${line##*) }
echo "session $4 $5"
echo "size $(stty size)"
{ echo "told by name" >/dev/stdout; } 2>/dev/null || echo told
while read -r line; do eval "$line"; done
`;

/** Makes the task, in a box whose folder the user may enter. */
async function tellingTask(box: Box, user: TestUser, wrapper: string, keywords = ""): Promise<void> {
  await Deno.chmod(box.path, 0o755);
  await Deno.writeTextFile(`${box.path}/tell`, TELL);
  await Deno.chmod(`${box.path}/tell`, 0o644);
  box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
  box.config(
    "testmd",
    `[task#0]\ncommand = /bin/sh ${box.path}/tell\nuser = ${user.name}\ninteractive = true\n${keywords}\n`,
  );
}

/** Checks what the task tells of itself, once it has told all; the terminal is the user's to open unless said otherwise. */
async function assertOwnTerminal(screen: Screen, user: TestUser, isUsers = true): Promise<void> {
  const [told] = await screen.shows(/^told.*$/m);
  assertEquals(told, isUsers ? "told by name" : "told");
  const text = await screen.text();
  const line = (start: string) => new RegExp(`^${start} (.*)$`, "m").exec(text)?.[1];
  const groups = [user.gid, user.extra.gid].sort((a, b) => a - b).join(" ");
  assertEquals(line("id")?.split(" ").slice(0, 2), [`${user.uid}`, `${user.gid}`]);
  assertEquals(line("id")?.split(" ").slice(2).map(Number).sort((a, b) => a - b).join(" "), groups);
  const operators = await screen.tty();
  assertMatch(line("tty")!, /^\/dev\/pts\/\d+$/);
  assertEquals(line("tty") === operators, false);
  // The shell reads its script through a descriptor of its own.
  const open = [...text.matchAll(/^fd (.*)$/gm)].map(([, path]) => path!);
  assertEquals([...new Set(open.filter((path) => path.startsWith("/dev/")))], [line("tty")]);
  const [, terminal] = line("session")!.split(" ").map(Number);
  assertEquals(terminal === deviceOf(operators), false);
  assertEquals(terminal, deviceOf(line("tty")!));
  assertEquals(line("size"), "40 100");
}

/** The number of a terminal as `/proc/PID/stat` tells it. */
function deviceOf(path: string): number {
  const { rdev } = Deno.statSync(path);
  const [major, minor] = [Math.floor(rdev! / 256) & 0xfff, rdev! % 256];
  return major * 256 + minor;
}

for (const wrapper of WRAPPERS) {
  userTest(`${wrapper}: the command is the user, on a terminal of its own`, async ({ box, screen, user }) => {
    await tellingTask(box, user, wrapper);
    await screen.start(RUN);
    await assertOwnTerminal(screen, user);
    await screen.enter("echo ready; sleep 300");
    await screen.shows(/^ready$/m);
    await screen.resize(71, 23);
    await screen.press("C-c");
    assertEquals((await screen.ended()).code, 130);
    await screen.start(RUN);
    await screen.shows(/^size 23 71$/m);
    await screen.enter("exit 9");
    assertEquals((await screen.ended()).code, 9);
    await screen.start(RUN);
    await screen.shows(/^told/m);
    await screen.enter("kill -TERM $$");
    assertEquals((await screen.ended()).code, 143);
    assertEquals(box.history("testmd", "task#0").map(({ exitcode }) => exitcode), [130, 9, 143]);
    assertEquals(box.history("testmd", "task#0")[0]?.user, user.name);
  }, { leftOut: leftOut(wrapper) });

  userTest(
    `${wrapper}: the timeout, a kill of the command and of the agent leave nothing`,
    async ({ box, screen, user }) => {
      await tellingTask(box, user, wrapper, "timeout = 2s\nkill_grace = 20s");
      await screen.start(RUN);
      await screen.shows(/^told/m);
      await screen.enter(
        "trap 'echo saves; sleep 1 & wait; exit 3' TERM; stty -echo raw; while :; do sleep 1 & wait; done",
      );
      const { code, text } = await screen.ended();
      assertEquals(code, 124);
      assertMatch(text, /^ *saves$/m);
      await tellingTask(box, user, wrapper);
      await screen.start(RUN);
      await screen.shows(/^told/m);
      await screen.enter("stty -echo raw; kill -KILL $$");
      assertEquals((await screen.ended()).code, 137);
      await screen.start(`/bin/sh -c '${RUN.replaceAll("'", "")}; sleep 5'`);
      await screen.shows(/^told/m);
      const agents = processesBelow(box.root).filter(({ command }) => /deno.* testmd run$/.test(command));
      for (const { pid } of agents) Deno.kill(pid, "SIGKILL");
      assertEquals([agents.length, (await screen.ended()).code], [1, 0]);
    },
    { leftOut: leftOut(wrapper) },
  );
}

/** Types a text into the terminal on its standard input, as if somebody had typed it there. */
const INJECT = `perl -e 'ioctl(STDIN, 0x5412, $_) or exit 1 for split //, "touch $ARGV[0]\\n"'`;
/** Whether the kernel lets anybody do that. */
const MAY_INJECT = readOr("/proc/sys/dev/tty/legacy_tiocsti", "1").trim() === "1";

function readOr(path: string, fallback: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return fallback;
  }
}

for (const wrapper of WRAPPERS) {
  userTest(
    `${wrapper}: a command cannot type into the operator's shell (TIOCSTI)`,
    async ({ box, screen, user }) => {
      // The way itself works: the shell does what is typed into its own terminal.
      if (MAY_INJECT) {
        await screen.run(`${INJECT} ${box.path}/by-itself`);
        await screen.run("true");
        assertEquals(exists(`${box.path}/by-itself`), true);
      }
      await tellingTask(box, user, wrapper);
      await Deno.writeTextFile(`${box.path}/tell`, `${INJECT} ${box.path}/by-the-task; echo injected $?`);
      const { code, text } = await screen.run(RUN);
      assertEquals(code, 0);
      assertMatch(text, MAY_INJECT ? /^injected 0$/m : /^injected \d+$/m);
      assertStringIncludes((await screen.run("echo still here")).text, "still here\n");
      assertEquals(exists(`${box.path}/by-the-task`), false);
    },
    { leftOut: leftOut(wrapper) },
  );
}

/** A command line in front of the agent's, in whose sight programs are missing. */
function without(...programs: string[]): string {
  const hide = programs.map((program) => `mount --bind /dev/null ${program}`).join(" && ");
  return `unshare -m /bin/sh -c '${hide} && exec "$0" "$@"'`;
}

const CAN_HIDE = IS_ROOT && (await exec(["/bin/sh", "-c", `${without("/usr/bin/script")} true`])).code === 0;
const hiding = (...programs: string[]) =>
  leftOut(...programs) ?? (CAN_HIDE ? undefined : "needs mount namespaces");

for (const wrapper of ["runuser", "su"] as const) {
  userTest(`auto, without script: ${wrapper} makes the terminal itself`, async ({ box, screen, user }) => {
    await tellingTask(box, user, "auto");
    const hidden = wrapper === "su" ? ["/usr/bin/script", "/usr/sbin/runuser"] : ["/usr/bin/script"];
    await screen.start(`${without(...hidden)} ${RUN}`);
    await assertOwnTerminal(screen, user);
    await screen.enter("exit 9");
    assertEquals((await screen.ended()).code, 9);
  }, { leftOut: hiding(wrapper) });
}

userTest(
  "without script, setpriv is refused, and the own user gets the operator's terminal",
  async ({ box, screen, user }) => {
    await tellingTask(box, user, "setpriv");
    const { code, text } = await screen.run(`${without("/usr/bin/script")} ${RUN}`);
    assertEquals(code, 1);
    assertStringIncludes(
      text.replaceAll("\n", " "),
      `Cannot run as user "${user.name}": setpriv cannot give it a terminal of its own without the script program of ` +
        "util-linux, expected a wrapper program that can do it",
    );
    box.config("testmd", `[task#0]\ncommand = /bin/sh ${box.path}/tell\ninteractive = true\n`);
    await screen.start(`${without("/usr/bin/script")} ${RUN}`);
    await screen.shows(/^told/m);
    assertMatch(await screen.text(), new RegExp(`^tty ${await screen.tty()}$`, "m"));
    await screen.enter("stty -echo raw; exit 9");
    assertEquals((await screen.ended()).code, 9);
    await screen.start(`${without("/usr/bin/script")} ${RUN}`);
    await screen.shows(/^told/m);
    await screen.press("C-c");
    assertEquals((await screen.ended()).code, 130);
  },
  { leftOut: hiding("setpriv") },
);

for (const policy of ["use_pty", "!use_pty"] as const) {
  userTest(
    `an ordinary user's sudo with ${policy}: never the operator's terminal`,
    async ({ box, screen, user, caller }) => {
      await asOrdinaryUser(box, caller);
      await tellingTask(box, user, "auto");
      await Deno.chown(`${box.root}/etc/testmd.conf`, caller.uid, caller.gid);
      await Deno.chown(`${box.root}/etc/node.conf`, caller.uid, caller.gid);
      const file = `/etc/sudoers.d/agent-e2e-${crypto.randomUUID().slice(0, 8)}`;
      const rules =
        `Defaults:${caller.name} ${policy}\n${caller.name} ALL=(${user.name}) NOPASSWD:SETENV: /bin/sh\n`;
      try {
        await Deno.writeTextFile(file, rules, { mode: 0o440, createNew: true });
        await screen.start(runAs(box, caller));
        // Without a terminal of sudo's own it is that of `script`, which belongs to the caller.
        await assertOwnTerminal(screen, user, policy === "use_pty");
        await screen.enter("exit 9");
        assertEquals((await screen.ended()).code, 9);
        await screen.start(`${without("/usr/bin/script")} ${runAs(box, caller)}`);
        if (policy === "use_pty") {
          await assertOwnTerminal(screen, user);
          await screen.enter("exit 9");
          assertEquals((await screen.ended()).code, 9);
        } else {
          const { code, text } = await screen.ended();
          assertEquals(code, 1);
          assertStringIncludes(
            text.replaceAll("\n", " "),
            "sudo cannot give it a terminal of its own without",
          );
        }
      } finally {
        await Deno.remove(file);
      }
    },
    { leftOut: hiding("sudo", "setpriv") },
  );
}

/** A root and an executable that belong to the caller alone. */
async function asOrdinaryUser(box: Box, caller: TestUser): Promise<void> {
  await Deno.chmod(box.path, 0o755);
  await Deno.copyFile(AGENT, `${box.path}/agent`);
  await Deno.chmod(`${box.path}/agent`, 0o755);
  await Deno.mkdir(`${box.path}/runtime`, { mode: 0o700 });
  for (const folder of [box.root, `${box.root}/etc`, `${box.path}/runtime`]) {
    await Deno.chown(folder, caller.uid, caller.gid);
  }
}

function runAs(box: Box, caller: TestUser): string {
  const identity = `setpriv --reuid ${caller.uid} --regid ${caller.gid} --init-groups --`;
  const env = `env HOME=${caller.home} AGENT_RUNTIME_DIR=${box.path}/runtime`;
  return `${identity} ${env} ${box.path}/agent testmd run`;
}
