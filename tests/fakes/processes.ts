/**
 * Processes that only seem to run: scripted programs, in virtual time.
 *
 * @module
 */
import { split } from "shlex";
import type { SignalName } from "../../src/core/process/signal_names.ts";
import { SIGNAL_NUMBERS } from "../../src/core/process/signals.ts";
import type {
  Clock,
  Files,
  Processes,
  ProcessFacts,
  ProcessId,
  ProcessOutcome,
  ProcessRow,
  ProcessSpec,
  RunningProcess,
  Stream,
} from "../../src/ports.ts";

/** What a program does when it is started; without anything it exits with 0 at once. */
export interface Program {
  readonly code?: number;
  /** Ends by this signal instead of an exit code. */
  readonly signal?: SignalName | "SIGSEGV";
  readonly stdout?: string;
  readonly stderr?: string;
  /** How long it runs, in virtual milliseconds; `Infinity` until it is signalled. */
  readonly durationMs?: number;
  /** True for one that only SIGKILL ends. */
  readonly ignoresTerm?: boolean;
  /** True for one that the agent may not signal, such as a child of sudo. */
  readonly refusesSignals?: boolean;
  /** Thrown by `start`, as when the executable is missing. */
  readonly error?: Error;
  /** Signals that end it, besides KILL, and TERM unless it ignores that. */
  readonly endsBy?: readonly SignalName[];
  /** What a closer look at the process shows. */
  readonly facts?: Partial<ProcessFacts>;
  /** Called at the start, for programs that change a file, such as an editor. */
  onStart?(argv: readonly string[]): void;
}

export type Programs = Readonly<Record<string, Program | ((spec: ProcessSpec) => Program)>>;

/** A process that was started, for assertions. */
export interface StartedProcess extends ProcessSpec, ProcessId {
  /** The instant of its start, in milliseconds since the epoch. */
  readonly at: number;
}

interface Living extends ProcessRow {
  readonly env: Readonly<Record<string, string>>;
  readonly program: Program;
  end(outcome: ProcessOutcome): void;
}

/** Where the supervisors of commands write, and the boot that they tell. */
export interface Supervision {
  readonly files: Pick<Files, "append" | "read">;
  readonly bootId: string;
}

/** Pids of supervisors, far from those of commands. */
const FIRST_SUPERVISOR = 50_000;
const TICKS_PER_MS = 0.1;

const DESCRIPTIONS = {
  SIGINT: "",
  SIGKILL: "Killed\n",
  SIGSEGV: "Segmentation fault\n",
  SIGTERM: "Terminated\n",
};
/** A process that has not done anything yet. */
const QUIET = { name: "job", cpuSeconds: 0, childCpuSeconds: 0 } as const;
const BUILT_IN: Programs = { "/bin/true": {}, "true": {}, "/bin/false": { code: 1 }, "false": { code: 1 } };

/**
 * Runs scripted programs. A script is named by the end of the command line that it plays (`/bin/true`,
 * `/opt/backup.sh --all`), whatever wrapper stands before it; the longest name that fits wins, `*` fits all.
 * A command that no script plays exits with 127.
 */
export class FakeProcesses implements Processes {
  readonly self: ProcessId;
  readonly started: StartedProcess[] = [];
  /** What went through `output` and `foreground`. */
  readonly helpers: (readonly string[])[] = [];
  /** What was started to outlive the agent (it is in `started` too). */
  readonly backgrounds: { readonly argv: readonly string[]; readonly outputFile: string }[] = [];
  /** Signals that were sent, as `SIGTERM 101`. */
  readonly signals: string[] = [];
  readonly #clock: Clock;
  readonly #programs: Programs;
  readonly #living = new Map<number, Living>();
  readonly #supervision: Supervision | undefined;
  /** Control groups that were made and not removed. */
  readonly groups: string[] = [];
  /** Whether the host lets the agent make control groups. */
  hasGroups = false;
  #lastPid = 100;
  #lastSupervisor = FIRST_SUPERVISOR;

  constructor(clock: Clock, programs: Programs, supervision?: Supervision, pid = 100) {
    this.self = { pid, startTime: 1_000 };
    this.#clock = clock;
    this.#supervision = supervision;
    this.#programs = { ...BUILT_IN, ...programs };
    this.adopt({ ...this.self, parent: pid === 1 ? 0 : 1, group: pid, session: pid });
  }

  /** Command lines of what was started, wrappers included. */
  get commands(): string[] {
    return this.started.map(({ argv }) => argv.join(" "));
  }

  /** Pids of what was started or adopted and has not ended, without the agent itself. */
  get running(): number[] {
    return [...this.#living.keys()].filter((pid) => pid !== this.self.pid && pid < FIRST_SUPERVISOR);
  }

  start(outer: ProcessSpec): RunningProcess {
    const folder = /^(.*)\/supervisor$/.exec(outer.argv[1] ?? "")?.[1];
    // What stands in the text of a supervisor is what is started.
    const text = folder && this.#supervision?.files.read(`${folder}/supervisor`);
    const inner = text && split(/^set -- (.*)\numask 077$/ms.exec(text)?.[1] ?? "");
    const spec = inner ? { ...outer, argv: inner as [string, ...string[]] } : outer;
    const program = this.#find(spec.argv, spec);
    if (program.error) throw program.error;
    const id = { pid: ++this.#lastPid, startTime: 2_000 + this.#lastPid };
    this.started.push({ ...spec, ...id, at: this.#clock.now() });
    program.onStart?.(spec.argv);
    if (inner && folder && this.#supervision) {
      return this.#superviseIn(folder, this.#supervision, id, program, spec);
    }
    const ended = this.#live(id, program, spec);
    return { ...id, ended };
  }

  /** Plays the supervisor and its command: what the shell text would write into the folder. */
  #superviseIn(
    folder: string,
    { files, bootId }: Supervision,
    id: ProcessId,
    program: Program,
    spec: ProcessSpec,
  ): RunningProcess {
    const pid = ++this.#lastSupervisor;
    const startTime = Math.floor((this.#clock.uptime() ?? 0) * TICKS_PER_MS);
    const tell = (line: string) => {
      if (files.read(`${folder}/status`) !== undefined) files.append(`${folder}/status`, line);
    };
    tell(`supervisor ${pid} ${startTime} ${pid + 10_000} ${bootId}\ncommand ${id.pid} ${id.startTime}\n`);
    const write = (stream: Stream, chunk: Uint8Array) => {
      const file = `${folder}/${stream === "stdout" ? "out" : "err"}`;
      if (files.read(file) !== undefined) files.append(file, new TextDecoder().decode(chunk));
    };
    const supervisor = Promise.withResolvers<ProcessOutcome>();
    const row = { pid, startTime, parent: this.self.pid, group: pid, session: pid, state: "S", ...QUIET };
    this.#living.set(pid, {
      ...row,
      env: {},
      program: {},
      end: (how) => void (this.#drop(pid), supervisor.resolve(how)),
    });
    const place = { parent: pid, session: pid };
    void this.#live(id, program, { ...spec, onOutput: write }, place).then((outcome) => {
      if (!this.#living.has(pid)) return;
      const code = outcome.kind === "exited" ? outcome.code : 128 + outcome.number;
      if (outcome.kind === "signaled") tell(DESCRIPTIONS[outcome.signal as keyof typeof DESCRIPTIONS] ?? "");
      tell(`exit ${code}\n`);
      this.#drop(pid);
      supervisor.resolve({ kind: "exited", code });
    });
    return { pid, startTime, ended: supervisor.promise };
  }

  #drop(pid: number): void {
    this.#living.delete(pid);
  }

  makeGroup(name: string): string | undefined {
    if (!this.hasGroups) return undefined;
    this.groups.push(`/sys/fs/cgroup/agent-${name}`);
    return this.groups.at(-1);
  }

  groupMembers(): readonly number[] {
    return [];
  }

  killGroup(): boolean {
    return this.hasGroups;
  }

  removeGroup(group: string): void {
    this.groups.splice(this.groups.indexOf(group), 1);
  }

  isAlive(id: ProcessId): boolean {
    return this.#living.get(id.pid)?.startTime === id.startTime;
  }

  table(): readonly ProcessRow[] {
    return [...this.#living.values()].map(({ env: _env, program: _program, end: _end, ...row }) => row);
  }

  hasInEnvironment(id: ProcessId, text: string): boolean {
    const living = this.#living.get(id.pid);
    if (!living || living.startTime !== id.startTime) return false;
    return Object.entries(living.env).some(([name, value]) => `${name}=${value}`.includes(text));
  }

  facts(id: ProcessId): ProcessFacts | undefined {
    const living = this.#living.get(id.pid);
    if (!living || living.startTime !== id.startTime) return undefined;
    return {
      uid: 0,
      residentBytes: 4096,
      proportionalBytes: 2048,
      argv: [living.name],
      ...living.program.facts,
    };
  }

  signal(id: ProcessId, signal: SignalName): "sent" | "gone" | "refused" {
    const living = this.#living.get(id.pid);
    if (!living || living.startTime !== id.startTime) return "gone";
    if (living.program.refusesSignals) return "refused";
    this.signals.push(`${signal} ${id.pid}`);
    const ends = signal === "SIGKILL" || (signal === "SIGTERM" && !living.program.ignoresTerm) ||
      living.program.endsBy?.includes(signal);
    if (ends) living.end({ kind: "signaled", signal, number: SIGNAL_NUMBERS[signal]! });
    return "sent";
  }

  output(argv: readonly [string, ...string[]]): { readonly code: number; readonly stdout: string } {
    this.helpers.push(argv);
    const program = this.#find(argv);
    if (program.error) throw program.error;
    program.onStart?.(argv);
    return { code: program.code ?? 0, stdout: program.stdout ?? "" };
  }

  async foreground(argv: readonly [string, ...string[]]): Promise<number> {
    this.helpers.push(argv);
    const program = this.#find(argv);
    if (program.error) throw program.error;
    program.onStart?.(argv);
    if (program.durationMs) await this.#clock.sleep(program.durationMs);
    return program.code ?? 0;
  }

  reapOrphans(): number {
    const isOwn = ({ pid }: ProcessRow) => this.started.some((started) => started.pid === pid);
    const zombies = this.table().filter((row) => row.state === "Z" && row.parent === this.self.pid);
    const orphans = zombies.filter((row) => !isOwn(row));
    for (const { pid } of orphans) this.#living.delete(pid);
    return orphans.length;
  }

  background(
    argv: readonly [string, ...string[]],
    outputFile: string,
    variables: Readonly<Record<string, string>> = {},
  ): ProcessId {
    this.backgrounds.push({ argv, outputFile });
    return this.start({ ...plainSpec(argv), env: { ...variables }, stdin: "null" });
  }

  // What a test does to the processes of the host, from outside of the agent.

  /** Adds a process that the agent did not start itself, such as a grandchild. */
  adopt(
    row: Partial<ProcessRow> & { readonly pid: number },
    env: Readonly<Record<string, string>> = {},
    program: Program = {},
  ): void {
    const full = {
      startTime: 3_000 + row.pid,
      parent: 1,
      group: row.pid,
      session: row.pid,
      state: "S",
      ...QUIET,
      ...row,
    };
    this.#living.set(row.pid, { ...full, env, program, end: () => void this.#living.delete(row.pid) });
  }

  /** Ends a process from outside. */
  finish(pid: number, outcome: ProcessOutcome = { kind: "exited", code: 0 }): void {
    this.#living.get(pid)?.end(outcome);
  }

  #find(argv: readonly string[], spec?: ProcessSpec): Program {
    const line = argv.join(" ");
    const fits = (name: string) => name === "*" || line === name || line.endsWith(` ${name}`);
    const names = Object.keys(this.#programs).filter(fits).sort((a, b) => b.length - a.length);
    const found = this.#programs[names.find((name) => name !== "*") ?? "*"];
    if (!found) return { code: 127, stderr: `${line}: not found\n` };
    return typeof found === "function" ? found(spec ?? plainSpec(argv)) : found;
  }

  #live(
    id: ProcessId,
    program: Program,
    spec: ProcessSpec,
    place: Partial<ProcessRow> = {},
  ): Promise<ProcessOutcome> {
    const gone = new AbortController();
    let outcome: ProcessOutcome = program.signal
      ? { kind: "signaled", signal: program.signal, number: SIGNAL_NUMBERS[program.signal]! }
      : { kind: "exited", code: program.code ?? 0 };
    const end = (how: ProcessOutcome) => {
      outcome = how;
      this.#living.delete(id.pid);
      gone.abort();
    };
    const session = spec.isOnTerminal ? this.#living.get(this.self.pid)!.session : id.pid;
    const row = { ...id, parent: this.self.pid, group: id.pid, session, state: "S", ...QUIET };
    this.#living.set(id.pid, { ...row, ...place, env: spec.env, program, end });
    return this.#play(program, spec, gone.signal).then(() => {
      this.#living.delete(id.pid);
      return outcome;
    });
  }

  async #play(program: Program, spec: ProcessSpec, gone: AbortSignal): Promise<void> {
    await Promise.resolve();
    write("stdout", program.stdout);
    write("stderr", program.stderr);
    if (program.durationMs === Infinity) {
      await new Promise<void>((resolve) =>
        gone.aborted ? resolve() : gone.addEventListener("abort", () => resolve())
      );
    } else if (program.durationMs) await this.#clock.sleep(program.durationMs, gone);

    function write(stream: Stream, text: string | undefined) {
      // What is on the terminal writes there by itself.
      if (text && !spec.isOnTerminal) spec.onOutput?.(stream, new TextEncoder().encode(text));
    }
  }
}

function plainSpec(argv: readonly string[]): ProcessSpec {
  return { argv: argv as [string, ...string[]], cwd: "/", env: {}, stdin: "inherit" };
}
