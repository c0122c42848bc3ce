/**
 * Starting a process and following it to its end.
 *
 * @module
 */
import type { ProcessOutcome, ProcessSpec, RunningProcess } from "../ports.ts";
import { type Drain, drain } from "./drain.ts";
import { shieldChildren } from "./inheritance.ts";
import { noteOwnChild } from "./orphans.ts";
import { readRow } from "./process_table.ts";

/** How long a grandchild may hold the output open after the process has exited. */
const DRAIN_MS = 1000;

/** Numbers of the signals of Linux on x86-64 and arm64. */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** Starts the process in a session of its own; throws when it cannot be started. */
export function spawn(spec: ProcessSpec): RunningProcess {
  shieldChildren();
  const child = spawnChild(spec);
  const startTime = readRow(child.pid)?.startTime ?? 0;
  const pipes = spec.onOutput ? drainBoth(child, spec.onOutput.bind(spec)) : [];
  return { pid: child.pid, startTime, ended: followToEnd(child, pipes) };
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
    stdin: spec.stdin,
    stdout: output,
    stderr: output,
  }).spawn();
  return noteOwnChild(child);
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
