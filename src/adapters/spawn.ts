/**
 * Starting a process and following it to its end.
 *
 * @module
 */
import { SIGNAL_NUMBERS } from "../core/process/signals.ts";
import type { ProcessOutcome, ProcessSpec, RunningProcess } from "../ports.ts";
import { type Drain, drain } from "./drain.ts";
import { shieldChildren } from "./inheritance.ts";
import { noteOwnChild } from "./orphans.ts";
import { readRow } from "./process_table.ts";

/** How long a grandchild may hold the output open after the process has exited. */
const DRAIN_MS = 1000;

/** Starts the process in a session of its own, unless it is on the terminal; throws when it cannot be started. */
export function spawn(spec: ProcessSpec): RunningProcess {
  shieldChildren();
  if (spec.isOnTerminal) return spawnOnTerminal(spec);
  const child = spawnChild(spec);
  if (spec.stdin === "lifeline") holdUntilEnd(child);
  const startTime = readRow(child.pid)?.startTime ?? 0;
  const pipes = spec.onOutput ? drainBoth(child, spec.onOutput.bind(spec)) : [];
  return { pid: child.pid, startTime, ended: followToEnd(child, pipes) };
}

/** The process stays in the foreground group of the terminal, which tells only that one of a new window size. */
function spawnOnTerminal({ argv: [command, ...args], cwd, env }: ProcessSpec): RunningProcess {
  const streams = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  // Until the terminal is raw, Ctrl-\ still signals: it is meant for the command.
  const ignore = () => {};
  Deno.addSignalListener("SIGQUIT", ignore);
  const stopIgnoring = () => Deno.removeSignalListener("SIGQUIT", ignore);
  try {
    const options = { args, cwd, env: { ...env }, clearEnv: true, ...streams };
    const child = noteOwnChild(new Deno.Command(command, options).spawn());
    const startTime = readRow(child.pid)?.startTime ?? 0;
    return { pid: child.pid, startTime, ended: followToEnd(child, []).finally(stopIgnoring) };
  } catch (error) {
    stopIgnoring();
    throw error;
  }
}

function spawnChild(spec: ProcessSpec): Deno.ChildProcess {
  const { command, args, detached } = inNewSession(spec.argv);
  const output = spec.onOutput ? "piped" : "null";
  const child = new Deno.Command(command, {
    args,
    detached,
    cwd: spec.cwd,
    env: { ...spec.env },
    clearEnv: true,
    stdin: spec.stdin === "lifeline" ? "piped" : spec.stdin,
    stdout: output,
    stderr: output,
  }).spawn();
  return noteOwnChild(child);
}

/** Children whose lifeline is held; the runtime closes the pipe of one that nobody refers to any more. */
const held = new Set<Deno.ChildProcess>();

function holdUntilEnd(child: Deno.ChildProcess): void {
  held.add(child);
  const letGo = async () => {
    held.delete(child);
    await child.stdin.close().catch(() => {});
  };
  void child.status.finally(letGo);
}

let setsid: string | false | undefined;

/**
 * The command in a session of its own: by `setsid`, which becomes the command, so that the pid is the command's.
 *
 * The runtime's own `detached` drops the supplementary groups of a root child, and is only used without that program.
 */
export function inNewSession(argv: readonly [string, ...string[]]) {
  setsid ??= ["/usr/bin/setsid", "/bin/setsid"].find(isFile) ?? false;
  const [command, ...args] = setsid ? [setsid, ...argv] as const : argv;
  return { command, args, detached: !setsid };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function drainBoth(
  child: Deno.ChildProcess,
  onOutput: NonNullable<ProcessSpec["onOutput"]>,
): readonly Drain[] {
  return [
    drain(child.stdout, (chunk) => onOutput("stdout", chunk)),
    drain(child.stderr, (chunk) => onOutput("stderr", chunk)),
  ];
}

async function followToEnd(child: Deno.ChildProcess, pipes: readonly Drain[]): Promise<ProcessOutcome> {
  const status = await child.status;
  if (pipes.length > 0) await finishWithin(DRAIN_MS, pipes);
  if (status.signal === null) return { kind: "exited", code: status.code };
  return {
    kind: "signaled",
    signal: status.signal,
    number: SIGNAL_NUMBERS[status.signal] ?? status.code - 128,
  };
}

/** Waits without `setTimeout`, of which the first one in a process takes several milliseconds to be loaded. */
async function finishWithin(ms: number, pipes: readonly Drain[]): Promise<void> {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  // An open pipe keeps the process alive, which this wait alone would not.
  const late = Atomics.waitAsync(cell, 0, 0, ms).value;
  const done = Promise.all(pipes.map((pipe) => pipe.done));
  await Promise.race([done, late]);
  Atomics.notify(cell, 0);
  for (const pipe of pipes) pipe.letGo();
  await done;
}
