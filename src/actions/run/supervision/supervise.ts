import type { RunStatus } from "../../../core/process/run_status.ts";
import { SIGNAL_NUMBERS } from "../../../core/process/signals.ts";
import { supervisorArgv, supervisorText } from "../../../core/process/supervisor.ts";
import type { ProcessId, ProcessOutcome, RunningProcess, Stream, System } from "../../../ports.ts";
import type { RunHeader } from "../../../state/run_folder.ts";
import { makeRunFolder, readRunHeader, readRunStatus, readWatcher } from "../../../state/run_folder.ts";
import type { Journal } from "../../journal.ts";
import { dropGroup, newGroup } from "./control_group.ts";
import { execute } from "../execute.ts";
import { countLoggedLines } from "./logged_lines.ts";
import { OutputLog } from "../output.ts";
import { OutputReader, readOffsets } from "./read_output.ts";
import type { Cause, Execution, ExecutionOutcome } from "../run_end.ts";
import { endEarly, firstOf, notStarted, outcomeOf, TIMEOUT_CODE, UNENDED } from "../run_end.ts";

type Ports = Pick<System, "processes" | "clock" | "terminal" | "host" | "files">;

/** A command that a supervisor keeps: it outlives this agent. */
export interface Supervised {
  /** The private folder of the run. */
  readonly folder: string;
  readonly names: Pick<RunHeader, "path" | "rid" | "session_id" | "attempt">;
  /** The log file of the service, to which the output goes. */
  readonly logFile: string;
  /** Aborted when this agent ends, and leaves the command to its supervisor. */
  readonly leaving: AbortSignal | undefined;
}

/** What is followed: how the command was started does not matter any more. */
export type Following = Omit<Execution, "spec" | "onStart">;

/** How a supervised command ended; or that it goes on, for another agent to follow. */
export type SupervisedOutcome = ExecutionOutcome | "left";

/** Between two looks at the output, in milliseconds: short while something comes. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** How much output is read in one turn, in bytes. */
const READ_BYTES = 524_288;

/** Starts a command under a supervisor and follows it; where its folder cannot be made, it runs as a plain child. */
export async function supervise(
  ports: Ports,
  journal: Journal,
  execution: Execution,
  supervised: Supervised,
): Promise<SupervisedOutcome> {
  const { folder, names } = supervised;
  const group = newGroup(ports);
  const header: RunHeader = {
    ...names,
    token: execution.token,
    group: group ?? null,
    timeout: execution.timeout ?? null,
    kill_grace: execution.killGrace,
    is_logged: execution.isLogged,
    log_at: ports.files.facts(supervised.logFile)?.size ?? 0,
    output_max: execution.outputMax,
  };
  const { spec, timeout, killGrace } = execution;
  try {
    makeRunFolder(ports.files, folder, {
      header,
      supervisor: supervisorText({ folder, group, timeout, killGrace }, spec.argv),
    });
  } catch (error) {
    dropGroup(ports, group);
    const why = error instanceof Error ? error.message : String(error);
    journal.warning(`the command will not outlive the agent: ${why}`, execution.rid);
    return await execute(ports, journal, execution);
  }
  let supervisor: RunningProcess;
  try {
    supervisor = ports.processes.start({ ...spec, argv: supervisorArgv(folder), stdin: "lifeline" });
  } catch (error) {
    if (group !== undefined) ports.processes.removeGroup(group);
    return notStarted(error);
  }
  return await new Follower(ports, journal, execution, { ...supervised, header, supervisor }).follow();
}

/** Goes on with a command that another agent started. */
export async function resume(
  ports: Ports,
  journal: Journal,
  execution: Following,
  supervised: Supervised,
): Promise<SupervisedOutcome> {
  const header = readRunHeader(ports.files, supervised.folder);
  return await new Follower(ports, journal, execution, { ...supervised, header, supervisor: undefined })
    .follow();
}

interface Followed extends Supervised {
  readonly header: RunHeader | undefined;
  /** The supervisor as a child of this agent; undefined when another agent started it. */
  readonly supervisor: RunningProcess | undefined;
}

/** Follows one supervised command to its end. */
class Follower {
  readonly #ports: Ports;
  readonly #journal: Journal;
  readonly #execution: Following;
  readonly #run: Followed;
  readonly #output: OutputLog;
  readonly #reader: OutputReader;
  /** How the supervisor ended, when it is a child of this agent. */
  #childEnd: ProcessOutcome | undefined;

  constructor(ports: Ports, journal: Journal, execution: Following, run: Followed) {
    const { files } = ports;
    this.#ports = ports;
    this.#journal = journal;
    this.#execution = execution;
    this.#run = run;
    const { outputMax } = execution;
    const known = readOffsets(files, run.folder);
    const alreadyLogged = Math.min(known.stdout + known.stderr, outputMax);
    const linesLogged = run.supervisor === undefined && alreadyLogged < outputMax
      ? this.#linesLogged()
      : undefined;
    // The log itself tells best what is in it: as long as all of it is there, the output is read from its beginning.
    const offsets = linesLogged ? { stdout: 0, stderr: 0 } : known;
    const start = linesLogged ? { linesLogged } : { alreadyLogged };
    this.#output = new OutputLog(ports.terminal, journal, { ...execution, ...start });
    this.#reader = new OutputReader({ files, folder: run.folder, offsets, outputMax }, this.#output);
  }

  #linesLogged(): Record<Stream, number> | undefined {
    const { header, logFile, names } = this.#run;
    if (header?.log_at === undefined || !header.is_logged) return undefined;
    const place = { file: logFile, at: header.log_at };
    return countLoggedLines(this.#ports.files, place, { rid: names.rid, sessionId: names.session_id });
  }

  async follow(): Promise<SupervisedOutcome> {
    const { stop } = this.#execution;
    const { leaving } = this.#run;
    const over = new AbortController();
    const ended = this.#followOutput(over.signal);
    const cause = await firstOf(this.#ports, { ended, timeout: this.#timeLeft(), stop, leaving });
    if (cause === "leave") {
      over.abort();
      await ended;
      return "left";
    }
    const survivors = cause === "ended" ? [] : await this.#end(cause);
    const { command } = this.#status;
    if (command && survivors.includes(command.pid)) over.abort();
    await ended;
    this.#readRest();
    // A supervisor that was killed has not ended its watcher.
    const watcher = readWatcher(this.#ports.files, this.#run.folder);
    if (watcher && this.#status.end === undefined) this.#ports.processes.signal(watcher, "SIGTERM");
    dropGroup(this.#ports, this.#run.header?.group);
    return this.#outcome(cause);
  }

  get #status(): RunStatus {
    return readRunStatus(this.#ports.files, this.#run.folder) ?? { isTimedOut: false };
  }

  /** Resolves when the command has ended, or this is over. */
  async #followOutput(over: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const gone = new AbortController();
    const wake = AbortSignal.any([over, gone.signal]);
    void this.#run.supervisor?.ended.then((end) => {
      this.#childEnd = end;
      gone.abort();
    });
    for (let pause = FIRST_PAUSE_MS; !wake.aborted;) {
      const count = this.#readSome();
      if (this.#run.supervisor === undefined && this.#isGone()) return;
      pause = count > 0 ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS);
      await clock.sleep(pause, wake);
    }
    // A supervisor that somebody killed says nothing: its command may go on.
    while (!over.aborted && !this.#isGone()) await clock.sleep(LONGEST_PAUSE_MS, over);
  }

  /** Reads what is there, but not so much at once that nothing else of the agent gets its turn. */
  #readSome(): number {
    let count = 0;
    for (let last = -1; last !== 0 && count < READ_BYTES; count += last) last = this.#reader.read();
    return count;
  }

  #isGone(): boolean {
    const { end, command, supervisor } = this.#status;
    if (end !== undefined || this.#childEnd?.kind === "exited") return true;
    const { processes, host } = this.#ports;
    const isThisBoot = supervisor === undefined || supervisor.bootId === host.bootId;
    const isAlive = (id: ProcessId | undefined) => id !== undefined && isThisBoot && processes.isAlive(id);
    return !isAlive(supervisor) && !isAlive(command);
  }

  #timeLeft(): number | undefined {
    const { timeout } = this.#execution;
    const uptime = this.#ports.clock.uptime();
    const { supervisor } = this.#status;
    if (timeout === undefined || this.#run.supervisor !== undefined || !supervisor) return timeout;
    const age = uptime === undefined ? 0 : uptime / 1000 - supervisor.startTime / TICKS_PER_SECOND;
    return Math.max(0, timeout - age);
  }

  async #end(cause: Cause): Promise<readonly number[]> {
    const { supervisor } = this.#status;
    const root = supervisor ?? this.#run.supervisor;
    if (root === undefined) return [];
    return await endEarly(this.#ports, this.#journal, {
      ...this.#execution,
      root,
      group: this.#run.header?.group ?? undefined,
      keeper: { pid: root.pid, watcherPid: supervisor?.watcherPid ?? 0 },
    }, cause);
  }

  #readRest(): void {
    while (this.#reader.read() > 0);
    this.#output.finish();
  }

  #outcome(cause: Cause): ExecutionOutcome {
    const { end, command, isTimedOut } = this.#status;
    const pid = command?.pid ?? 0;
    if (cause === "ended" && isTimedOut) {
      const reason = `timeout after ${this.#execution.timeout ?? "some"} seconds, while no agent was there`;
      return { code: TIMEOUT_CODE, signal: end?.signal ?? null, reason, isTimedOut, isStopped: false, pid };
    }
    if (end !== undefined) return outcomeOf(processOutcome(end), cause, pid, this.#execution);
    if (this.#childEnd?.kind === "exited") {
      if (command === undefined) return untold(this.#childEnd.code);
      // Nothing could be written any more, as on a full disk: the supervisor exits with the code of the command.
      return outcomeOf(this.#childEnd, cause, pid, this.#execution);
    }
    return cause === "ended" ? lost(pid) : outcomeOf(UNENDED, cause, pid, this.#execution);
  }
}

/** The unit of start times in `/proc`, the same on all of today's Linux. */
const TICKS_PER_SECOND = 100;

/** A shell that could not read the text of the supervisor, or not write into the folder. */
function untold(code: number): ExecutionOutcome {
  const reason = `its supervisor exited with ${code} and told nothing of the command`;
  return { code: code || 126, signal: null, reason, isTimedOut: false, isStopped: false, pid: null };
}

function lost(pid: number): ExecutionOutcome {
  const reason = "its supervisor was ended before the command: nobody saw how it ended";
  return { code: 1, signal: null, reason, isTimedOut: false, isStopped: false, pid, isLost: true };
}

function processOutcome({ code, signal }: NonNullable<RunStatus["end"]>): ProcessOutcome {
  if (signal === null) return { kind: "exited", code };
  return { kind: "signaled", signal, number: SIGNAL_NUMBERS[signal] ?? code - 128 };
}
