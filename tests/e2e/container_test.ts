/** The agent as the first process of a container: of a pid namespace with its own `/proc`. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { AGENT, type Box, e2eTest, exists, needs, PATH, until } from "./box.ts";

const leftOut = needs({ root: true, programs: ["unshare", "nsenter", "ps"] });
const TIMEOUT = 20_000;

/** A command line of the agent that runs as process 1 of a namespace of its own. */
class Container {
  readonly #child: Deno.ChildProcess;
  #pid = 0;

  constructor(box: Box, args: readonly string[]) {
    this.#child = new Deno.Command("unshare", {
      args: ["--pid", "--fork", "--mount-proc", "--kill-child", AGENT, ...args],
      cwd: "/",
      clearEnv: true,
      env: { PATH, ...box.env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** Its number outside of the namespace. */
  get pid(): number {
    const { pid } = this.#child;
    if (this.#pid === 0) this.#pid = Number(Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`));
    return this.#pid;
  }

  signal(...names: readonly Deno.Signal[]): void {
    for (const name of names) Deno.kill(this.pid, name);
  }

  /** What runs inside, as `STAT PPID COMMAND` lines; the looking process itself is left out. */
  async processes(): Promise<string[]> {
    const { stdout } = await new Deno.Command("nsenter", {
      args: ["-t", String(this.pid), "-p", "-m", "ps", "-eo", "stat=,ppid=,args="],
    }).output();
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => line.trim());
    return lines.filter((line) => !line.endsWith("ps -eo stat=,ppid=,args="));
  }

  /** The exit code, which `unshare` hands on. */
  get code(): Promise<number> {
    return this.#child.status.then(({ code }) => code);
  }
}

function daemonLog(box: Box): string {
  const file = `${box.root}/log/daemon.log`;
  return exists(file) ? box.read(file) : "";
}

async function startDaemon(box: Box): Promise<Container> {
  const container = new Container(box, ["daemon", "run"]);
  await until("the daemon is up", () => daemonLog(box).includes("the daemon starts, process 1\n"), TIMEOUT);
  return container;
}

e2eTest("in a container, orphans are collected and every exit code is right", async (box) => {
  const tasks = Array.from({ length: 5 }, (_, i) =>
    `[task#${i}]\nschedule = @1s\n` +
    `command = (sleep 0.2 </dev/null >/dev/null 2>&1 &) ; (setsid true &) ; exit ${i + 3}\n`);
  box.config("many", tasks.join(""));
  const container = await startDaemon(box);
  const runs = () => tasks.flatMap((_, i) => box.history("many", `task#${i}`));
  await until("50 runs are over", () => runs().length >= 50, 60_000);
  box.removeConfig("many");
  await until("nothing is left", async () => (await container.processes()).length === 1, TIMEOUT);
  for (const i of tasks.keys()) {
    const codes = box.history("many", `task#${i}`).map(({ exitcode }) => exitcode);
    assertEquals(codes, codes.map(() => i + 3), `task#${i}`);
  }
  container.signal("SIGTERM");
  assertEquals(await container.code, 0);
}, { leftOut });

e2eTest("in a container, TERM ends the runs and what they left behind, and the code is 0", async (box) => {
  const bye =
    `trap 'echo bye >${box.path}/bye; exit' TERM; echo >${box.path}/up; while :; do sleep 0.1; done`;
  box.config(
    "two",
    `[task#0]\ncommand = trap 'exit 0' TERM; sleep 1000 & echo >${box.path}/begun; wait\nschedule = @1d\n` +
      `[task#1]\ncommand = setsid -f sh -c "${bye}" </dev/null >/dev/null 2>&1 ; true\nschedule = @1d\n`,
  );
  const container = await startDaemon(box);
  await until("both run", () => exists(`${box.path}/begun`) && exists(`${box.path}/up`), TIMEOUT);
  await until("one is over", () => box.history("two", "task#1").length === 1, TIMEOUT);
  container.signal("SIGTERM");
  assertEquals(await container.code, 0);
  const [run] = box.history("two", "task#0");
  assertEquals([run?.exitcode, run?.reason, exists(`${box.path}/bye`)], [
    143,
    "interrupted by SIGTERM",
    true,
  ]);
  assertEquals(exists(`${box.root}/run/daemon.json`), false);
}, { leftOut });

e2eTest("in a container, HUP reloads, USR1, USR2 and WINCH do nothing, QUIT stops", async (box) => {
  const container = await startDaemon(box);
  container.signal("SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGHUP");
  await until("it reloads", () => daemonLog(box).includes("| reload\n"), TIMEOUT);
  container.signal("SIGQUIT");
  assertEquals(await container.code, 0);
  assertStringIncludes(daemonLog(box), "| the daemon stops\n");
}, { leftOut });

e2eTest("a run as the command of a container hands its exit code on, and collects orphans", async (box) => {
  box.config(
    "one",
    `[task#0]\ncommand = exit 9\nshell = true\n` +
      `[task#1]\ncommand = (setsid true &) ; (sleep 0.1 &) ; echo >${box.path}/begun; sleep 1000\n`,
  );
  assertEquals(await new Container(box, ["one", "run", "--rid", "task#0"]).code, 9);
  const container = new Container(box, ["one", "run", "--rid", "task#1"]);
  await until("it runs", () => exists(`${box.path}/begun`), TIMEOUT);
  const isOrphan = (line: string) => line.startsWith("Z") || / (?:true|sleep 0\.1)$/.test(line);
  await until("orphans are gone", async () => !(await container.processes()).some(isOrphan), TIMEOUT);
  container.signal("SIGTERM");
  assertEquals(await container.code, 143);
  assertEquals(box.history("one", "task#1").map(({ exitcode }) => exitcode), [143]);
}, { leftOut });
