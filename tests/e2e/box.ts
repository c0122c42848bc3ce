/**
 * A temporary root, and the built executable in front of it: what the end-to-end tests share.
 *
 * `AGENT_BIN` names the executable (`scripts/test` builds one); without it these tests are left out.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { basename, dirname, join } from "@std/path";

export const AGENT = Deno.env.get("AGENT_BIN") ?? "";
export const IS_ROOT = Deno.uid() === 0;
const RUNTIME = Deno.env.get("AGENT_RUNTIME_DIR") ?? join(dirname(AGENT), "runtime");
export const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export type Variables = Readonly<Record<string, string>>;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly stdin?: string;
  readonly env?: Variables;
}

/** What is typed on a terminal, each once the text before it has been shown. */
export type Typed = readonly { readonly after: string; readonly text: string }[];

/** Waits until a look says yes; fails with a sentence after `ms` milliseconds. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!await isSo()) {
    if (performance.now() > deadline) throw new Error(`Waited ${ms} ms in vain: ${what}`);
    await sleep(25);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A text with the times of log lines, and of nothing else, made alike. */
export function withoutTimes(text: string): string {
  return text.replace(/^\d\d:\d\d:\d\d,\d{3} /gm, "HH:MM:SS,mmm ");
}

/** Whether a program is on the usual way. */
export function hasProgram(name: string): boolean {
  return PATH.split(":").some((folder) => exists(join(folder, name)));
}

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end, with nothing in its environment but what is given. */
export async function exec(argv: readonly string[], { stdin, env = {} }: Call = {}): Promise<Outcome> {
  const [program = "", ...args] = argv;
  const child = new Deno.Command(program, {
    args,
    cwd: "/",
    clearEnv: true,
    env: { PATH, ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) await write(child, stdin);
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function write(child: Deno.ChildProcess, text: string): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    // Whoever does not read its input may end before it is written.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** A root of its own below a temporary folder; gone after the test, with the daemon if one runs. */
export class Box {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "agent-e2e-" }));
  readonly root = join(this.path, "root");
  readonly env: Variables = {
    HOME: this.path,
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    TZ: "UTC",
    AGENT_ROOT: this.root,
    AGENT_NODENAME: "n1",
    AGENT_RUNTIME_DIR: RUNTIME,
  };

  constructor() {
    Deno.mkdirSync(join(this.root, "etc"), { recursive: true });
  }

  /** Runs the agent to its end. */
  agent(args: readonly string[], { stdin, env }: Call = {}): Promise<Outcome> {
    const call = { env: { ...this.env, ...env } };
    return exec([AGENT, ...args], stdin === undefined ? call : { ...call, stdin });
  }

  /** Runs the agent with a pipe as its input in which nothing ever comes. */
  async agentInSilence(args: readonly string[]): Promise<Outcome> {
    const child = new Deno.Command(AGENT, {
      args: [...args],
      cwd: "/",
      clearEnv: true,
      env: { PATH, ...this.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { code, stdout, stderr } = await child.output();
    await child.stdin.close();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  /** Starts the agent and leaves it running; its output goes nowhere. */
  start(args: readonly string[]): Deno.ChildProcess {
    return new Deno.Command(AGENT, {
      args: [...args],
      cwd: "/",
      clearEnv: true,
      env: { PATH, ...this.env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** Writes a configuration as a whole, so that a daemon never meets a part of it. */
  config(name: string, text: string): void {
    const file = join(this.root, "etc", `${name}.conf`);
    Deno.writeTextFileSync(`${file}.new`, text, { mode: 0o600 });
    Deno.renameSync(`${file}.new`, file);
  }

  removeConfig(name: string): void {
    Deno.removeSync(join(this.root, "etc", `${name}.conf`));
  }

  /** A path below the state folder of a service in the root namespace. */
  state(service: string, ...parts: readonly string[]): string {
    return join(this.root, "var", "svc", service, ...parts);
  }

  read(path: string): string {
    return Deno.readTextFileSync(path);
  }

  /** The names in a folder. */
  list(path: string): string[] {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  }

  mode(path: string): number {
    return (Deno.statSync(path).mode ?? 0) & 0o777;
  }

  /** The runs of a task that are on record, oldest first. */
  history(service: string, rid: string): Record<string, unknown>[] {
    const file = this.state(service, rid, "history.jsonl");
    if (!exists(file)) return [];
    return this.read(file).trimEnd().split("\n").map((line) => JSON.parse(line));
  }

  /** Runs a command line of the shell on a pseudo-terminal, typing what is given; CR LF becomes LF. */
  terminal(line: string, typed: Typed = [], env: Variables = {}): Promise<{ code: number; text: string }> {
    return onTerminal(line, typed, { ...this.env, ...env });
  }

  /** Stops the daemon, removes everything, and tells which processes had to be killed. */
  async end(): Promise<Found[]> {
    if (exists(join(this.root, "run", "daemon.json"))) await this.agent(["daemon", "stop", "--runs", "end"]);
    // Whoever ends just now may need a moment for it on a busy machine.
    let left = processesBelow(this.root);
    for (let looks = 0; left.length > 0 && looks < 20; looks++) {
      await sleep(100);
      left = processesBelow(this.root);
    }
    for (const { pid } of left) kill(pid);
    Deno.removeSync(this.path, { recursive: true });
    return left;
  }
}

async function onTerminal(
  line: string,
  typed: Typed,
  env: Variables,
): Promise<{ code: number; text: string }> {
  const child = new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    cwd: "/",
    clearEnv: true,
    env: { PATH, TERM: "xterm", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const todo = [...typed];
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [next] = todo;
    if (next === undefined || !text.includes(next.after)) continue;
    todo.shift();
    await writer.write(new TextEncoder().encode(next.text));
  }
  const { code } = await child.status;
  await writer.close().catch(() => {});
  return { code, text: text.replaceAll("\r\n", "\n") };
}

interface Found {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose environment or command line names a folder. */
export function processesBelow(folder: string): Found[] {
  return findProcesses((file) => file("environ").includes(folder) || file("cmdline").includes(folder));
}

/** Living processes for which `matches` says yes, told by their files below `/proc`; this one is never among them. */
export function findProcesses(matches: (file: (name: string) => string) => boolean): Found[] {
  const found: Found[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === Deno.pid) continue;
    const file = (part: string) => readProc(`/proc/${pid}/${part}`);
    if (/\) [ZX] /.test(file("stat")) || !matches(file)) continue;
    found.push({
      pid,
      command: file("cmdline").replaceAll("\0", " ").trim() || basename(file("comm").trim()),
    });
  }
  return found;
}

function readProc(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return "";
  }
}

export function kill(pid: number, signal: Deno.Signal = "SIGKILL"): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !/ESRCH/.test(String(error))) throw error;
  }
}

interface TestOptions {
  /** Why the test is left out on this machine; undefined when it is not. */
  readonly leftOut?: string | undefined;
}

/** A test with a box of its own; its name says why when it is left out. */
export function e2eTest(
  name: string,
  body: (box: Box) => Promise<void>,
  { leftOut }: TestOptions = {},
): void {
  const reason = AGENT === "" ? "AGENT_BIN is not set" : leftOut;
  Deno.test({
    name: reason === undefined ? name : `${name} (left out: ${reason})`,
    ignore: reason !== undefined,
    fn: async () => {
      const box = new Box();
      try {
        await body(box);
      } catch (error) {
        // What is left behind by a failed test is removed; the failure is what counts.
        await box.end();
        throw error;
      }
      assertEquals(await box.end(), [], "no process is left");
    },
  });
}

/** For `leftOut`: what is missing of being root and of the programs named. */
export function needs({ root = false, programs = [] }: {
  readonly root?: boolean;
  readonly programs?: readonly string[];
}): string | undefined {
  if (root && !IS_ROOT) return "needs root";
  const missing = programs.find((name) => !hasProgram(name));
  return missing && `needs ${missing}`;
}
