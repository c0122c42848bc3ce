/**
 * The supervisor in every shell that `/bin/sh` may be, for real: it is text, and only a shell can say what it does.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { parseRunStatus } from "../../../src/core/process/run_status.ts";
import {
  joiningArgv,
  type Supervision,
  supervisorArgv,
  supervisorText,
} from "../../../src/core/process/supervisor.ts";
import { SHELLS } from "./shells.ts";

/** A run that is watched from outside: its folder, and the pipe that stands for the agent. */
class Run implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "agent-supervisor-" });
  readonly child: Deno.ChildProcess;

  constructor(shell: readonly string[], command: string, supervision: Partial<Supervision> = {}) {
    for (const [name, text] of [["status", "{}\n"], ["out", ""], ["err", ""]] as const) {
      Deno.writeTextFileSync(`${this.folder}/${name}`, text);
    }
    const text = supervisorText({ folder: this.folder, killGrace: 1, ...supervision }, ["sh", "-c", command]);
    Deno.writeTextFileSync(`${this.folder}/supervisor`, text);
    // The shell under test instead of /bin/sh; a session of its own, as the agent makes it.
    const [program = "", ...args] = ["setsid", ...shell, ...supervisorArgv(this.folder).slice(1)];
    this.child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  get status() {
    return parseRunStatus(this.read("status"));
  }

  read(name: string): string {
    return Deno.readTextFileSync(`${this.folder}/${name}`);
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!isSo()) {
      if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async [Symbol.asyncDispose]() {
    await this.child.stdin.close().catch(() => {});
    await this.child.status;
    Deno.removeSync(this.folder, { recursive: true });
  }
}

function isThere(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

function bootId(): string {
  return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
}

function namesIn(folder: string): ReadonlySet<string> {
  return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
}

for (const shell of SHELLS) {
  const name = shell.join(" ");

  Deno.test(`SUPERVISOR in ${name} keeps output, processes and exit code`, async () => {
    await using run = new Run(shell, "echo out; echo err >&2; exit 7");
    assertEquals((await run.child.status).code, 7);
    assertEquals([run.read("out"), run.read("err")], ["out\n", "err\n"]);
    const { supervisor, command, end, isTimedOut } = run.status;
    assertEquals([end, isTimedOut], [{ code: 7, signal: null }, false]);
    assertEquals(supervisor?.pid, run.child.pid);
    assertEquals(supervisor?.bootId, bootId());
    assertEquals((command?.startTime ?? 0) >= (supervisor?.startTime ?? Infinity), true);
    assertEquals(isThere(supervisor?.watcherPid ?? 0), false);
  });

  Deno.test(`SUPERVISOR in ${name} tells an end by a signal from an exit code above 128`, async () => {
    for (const signal of ["TERM", "KILL", "SEGV", "USR1"]) {
      await using run = new Run(shell, `kill -${signal} $$; sleep 9`);
      const { code } = await run.child.status;
      assertEquals(run.status.end, { code, signal: `SIG${signal}` });
    }
    await using plain = new Run(shell, "exit 143");
    await plain.child.status;
    assertEquals(plain.status.end, { code: 143, signal: null });
  });

  Deno.test(`SUPERVISOR in ${name} outlives signals to its session and the end of its agent`, async () => {
    await using run = new Run(shell, "trap '' TERM INT HUP; echo ready; sleep 1; exit 5");
    await run.until("the command is there", () => run.read("out") !== "");
    await run.child.stdin.close();
    for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const) {
      Deno.kill(run.child.pid, signal);
    }
    assertEquals((await run.child.status).code, 5);
    assertEquals(run.status.end, { code: 5, signal: null });
  });

  Deno.test(`SUPERVISOR in ${name} gives the command no other descriptor and no ignored signal`, async () => {
    const command =
      "ls -l /proc/self/fd | sed 's/.*[0-9] \\([0-9]*\\) -> /\\1 /'; grep SigIgn /proc/self/status";
    await using run = new Run(shell, command);
    await run.child.status;
    const lines = run.read("out").trim().split("\n");
    const opened = lines.filter((line) => /^\d+ /.test(line) && !/\/proc\/|pipe:/.test(line));
    // What the test itself was started with is not the supervisor's.
    const own = namesIn("/proc/self/fd");
    assertEquals(opened.map((line) => line.split(" ")[0]).filter((fd) => !own.has(fd!)), []);
    assertEquals(opened[0], "0 /dev/null");
    const ignored = BigInt(`0x${/SigIgn:\s*(\w+)/.exec(run.read("out"))?.[1]}`);
    assertEquals(ignored & 0x7fffffffn, 0n);
  });

  Deno.test(`SUPERVISOR in ${name} keeps the time limit when its agent is gone, and nobody survives`, async () => {
    const tree =
      "trap '' TERM; (sleep 300 &); setsid sleep 300 & sh -c 'setsid sh -c \"sleep 300; :\" & wait' & " +
      "echo $$; while :; do sleep 300; done";
    await using run = new Run(shell, tree, { timeout: 1 });
    await run.child.stdin.close();
    await run.child.status;
    assertEquals([run.status.isTimedOut, run.status.end?.code], [true, 137]);
    const session = String(run.child.pid);
    const members = [...namesIn("/proc")].filter((name) =>
      /^\d+$/.test(name) && isThere(Number(name)) && statOf(name)[3] === session
    );
    assertEquals(members, []);
  });

  Deno.test(`SUPERVISOR in ${name} leaves the time limit to its agent while that is there`, async () => {
    await using run = new Run(shell, "sleep 2", { timeout: 1 });
    assertEquals((await run.child.status).code, 0);
    assertEquals(run.status.isTimedOut, false);
  });
}

/** The fields behind the name: state, parent, group, session … */
function statOf(pid: string): string[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

Deno.test("supervisorText() rounds seconds up, and keeps each word one", () => {
  const head = (text: string) => text.split("umask 077")[0];
  const words = ["a", "b c", "it's", "$HOME"];
  assertEquals(
    head(supervisorText({ folder: "/f f", killGrace: 0.5, timeout: 1.2 }, words)),
    "d='/f f' g='' t=2 k=1 n=5\nset -- 'a' 'b c' 'it'\\''s' '$HOME'\n",
  );
  assertEquals(
    head(supervisorText({ folder: "/f", group: "/g", killGrace: 10 }, ["a"])),
    "d='/f' g='/g' t= k=10 n=5\nset -- 'a'\n",
  );
});

Deno.test("joiningArgv() becomes the command even where it cannot join", () => {
  const [program, ...args] = joiningArgv("/nowhere", ["echo", "a  b"]);
  const { stdout, stderr } = new Deno.Command(program, { args }).outputSync();
  assertEquals(new TextDecoder().decode(stdout), "a  b\n");
  assertMatch(new TextDecoder().decode(stderr), /^$/);
});
