import { messageOf } from "../../core/error_text.ts";
import type { RunResult } from "../../core/run/result.ts";
import { verdictOf } from "../../core/run/verdict.ts";
import { readTask } from "../../drivers/task/settings.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { Slot } from "../../state/slots.ts";
import { wakeDaemon } from "../../state/wake_daemon.ts";
import { warnOfDoubts } from "../command_doubts.ts";
import { forgetEndedPause } from "../paused.ts";
import { reportRun } from "../action_log/report_run.ts";
import { RunHooks } from "../hooks/run_hooks.ts";
import { tellSkip } from "../hooks/tell_skip.ts";
import type { SkipCause } from "../hooks/tell_skip.ts";
import { readyContainer, settleContainer } from "./preparation/around_container.ts";
import { execute } from "./execute.ts";
import { Mask } from "../../core/secrets/mask.ts";
import { prepareSecretly } from "../secrets/prepare_secretly.ts";
import { withSecretFiles } from "../secrets/secret_files.ts";
import type { Prepared } from "./preparation/prepare_task.ts";
import { acquirePlace } from "./gates/acquire_groups.ts";
import { memoryProblem } from "./gates/memory.ts";
import { onTerminal, terminalObstacle } from "./on_terminal.ts";
import type { Attempt } from "./supervision/attempt.ts";
import { runAttempts } from "./supervision/attempts.ts";
import { conclude, concludeBlocked, stampAttempt } from "./conclude.ts";
import { forgetKiller, killSettled } from "./supervision/killed.ts";
import type { Requirements } from "./gates/requirements.ts";
import { findUnmet } from "./gates/requirements.ts";
import { runTriggers } from "./triggers.ts";
import type { TaskRun } from "./task_run.ts";
import { actionIdOf, refusedResult, resultOf, skippedResult } from "./task_run.ts";
import type { Execution } from "./run_end.ts";
import { withSnooze } from "../snooze/snooze.ts";
import type { SupervisedOutcome } from "./supervision/supervise.ts";
import { supervise } from "./supervision/supervise.ts";
import { logPath } from "../../state/folders.ts";
import { runFolderOf } from "../../state/run_folder.ts";

/** Why the agent will not run a task; a code of 3 means that its configuration is wrong. */
interface Refusal {
  readonly reason: string;
  readonly code: number;
  /** How a wish of the scheduler is told of that is left out; by hand it is an error. */
  readonly skippedAs?: "debug" | "info";
  /** Told to `on_skip`; absent when the run did begin. */
  readonly cause?: SkipCause;
}

const FULL = { code: 1, skippedAs: "info", cause: "running" } as const;

/** Runs one task through all its gates; whatever happens is in the result, nothing is thrown for a plain no. */
export async function runTask(unmasked: TaskRun): Promise<RunResult> {
  const mask = new Mask();
  const run = { ...unmasked, journal: unmasked.journal.masking(mask) };
  const result = await passGates(run, mask).catch((error) => {
    if (isBrokenPipe(error)) throw error;
    return refuse(run, { reason: messageOf(error), code: 1, cause: "refused" });
  });
  const { agent: { system, folders }, instance, request } = run;
  // The slot is free again, and the status may be another one: the daemon may wait for either.
  if (request.origin === "user") await wakeDaemon(system, folders, instance.runtimeFolder);
  return result.reason === null ? result : { ...result, reason: mask.apply(result.reason) };
}

/** The reader of the agent's own output has left: that is about the agent, not about the task. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && error.name === "BrokenPipe";
}

async function passGates(run: TaskRun, mask: Mask): Promise<RunResult> {
  let settings: TaskSettings;
  try {
    settings = readTask(run.instance.configuration, run.resource.rid);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(run, { reason: error.message, code: 3, cause: "refused" });
  }
  const gate = await checkGates(run, settings);
  if (gate) return refuse(run, gate);
  tellOpen(run, "memory", run.instance.memoryFolder);
  tellOpen(run, "run_requires", run.request.isForced ? "not looked at: --force" : "met");
  const prepared = await prepareSecretly(run, settings, mask);
  if ("refusal" in prepared) {
    return refuse(run, { reason: prepared.refusal, code: prepared.code, cause: "refused" });
  }
  const taken = await acquirePlace(run, settings, prepared);
  if (taken.kind === "held") return refuse(run, { ...FULL, reason: taken.reason });
  if (taken.kind === "full") {
    return refuse(run, { ...FULL, reason: `task is already running ${taken.running} times` });
  }
  await using slot = taken.slot;
  warnOfDoubts(run.agent, run.instance, run.resource.rid, run.journal);
  tellOpen(run, "command", `as ${prepared.identity.name} in ${prepared.cwd}`);
  tellOpen(run, "slot", `taken, of ${settings.maxParallel}`);
  const handOver = { ...prepared, journal: run.journal, isLeft: () => slot.isLeft };
  try {
    return await withSecretFiles(run.agent, handOver, () => runInSlot(run, settings, prepared, slot));
  } finally {
    if (!slot.isLeft) forgetKiller(run);
  }
}

/** A gate that lets the task through; the one that does not is in the refusal. */
function tellOpen({ journal, resource: { rid } }: TaskRun, name: string, value: string): void {
  journal.debug(`gate ${name}: ${value}`, rid);
}

/** The gates that need no slot: the memory of the task, then what it requires. */
async function checkGates(run: TaskRun, settings: TaskSettings): Promise<Refusal | undefined> {
  const { problem } = run.resource;
  if (problem !== undefined) return { reason: problem, code: 3, cause: "refused" };
  const memory = memoryProblem(run.agent, run.instance);
  if (memory !== undefined) return { reason: memory, code: 1, cause: "memory" };
  const obstacle = settings.isInteractive && terminalObstacle(run.agent.system.terminal, run.request);
  if (obstacle) return { reason: obstacle, code: 1, cause: "refused" };
  return await checkRequires(run, settings);
}

/** Says which requirement does not hold, as the driver of that resource sees it now. */
export async function checkRequires(
  { agent, instance, request }: Pick<TaskRun, "agent" | "instance" | "request">,
  settings: Requirements,
): Promise<Refusal | undefined> {
  if (request.isForced) return undefined;
  const unmet = await findUnmet(agent, instance, settings);
  if (unmet === undefined) return undefined;
  const { reason, isMistake } = unmet;
  if (isMistake) return { reason, code: 3, cause: "refused" };
  return { reason, code: 1, skippedAs: "debug", cause: "requirement" };
}

function refuse(run: TaskRun, { reason, code, skippedAs, cause }: Refusal): RunResult {
  const { journal, resource: { rid }, request } = run;
  if (request.isScheduled && cause !== undefined) {
    tellSkip({ ...run, plannedAt: request.plannedAt, cause, reason });
  }
  if (skippedAs === undefined || !request.isScheduled) {
    journal.error(reason, rid);
    return refusedResult(run, reason, code);
  }
  journal[skippedAs](reason, rid);
  return skippedResult(run, reason);
}

async function runInSlot(
  run: TaskRun,
  settings: TaskSettings,
  prepared: Prepared,
  slot: Slot,
): Promise<RunResult> {
  const { clock, files } = run.agent.system;
  files.makeFolder(run.instance.stateFolder);
  const startedAt = clock.now();
  const reported = { startedAt, actionId: actionIdOf(run, prepared), slot };
  return await reportRun(run, reported, (told) => runAttempt(told, startedAt, { settings, prepared, slot }));
}

async function runAttempt(
  run: TaskRun,
  startedAt: number,
  { settings, prepared, slot }: Pick<Stamped, "settings" | "prepared" | "slot">,
): Promise<RunResult> {
  const { agent } = run;
  const isEndLogged = settings.isInteractive && settings.isLogged;
  const userName = prepared.identity.name;
  const attempt: Attempt = { run, settings, prepared, userName, startedAt, isEndLogged };
  await stampAttempt(attempt);
  if (run.request.isScheduled) await forgetEndedPause(agent, run.resource);
  const hooks = new RunHooks(attempt, prepared.token);
  hooks.begin();
  try {
    const snooze = { seconds: settings.snooze, slot };
    return await withSnooze(run, snooze, () => runStamped({ attempt, settings, prepared, slot, hooks }));
  } catch (error) {
    const reason = messageOf(error);
    hooks.end({ is_failed: true, code: 1, reason });
    if (isBrokenPipe(error)) throw error;
    return refuse(run, { reason, code: 1 });
  }
}

/** A run whose attempt is on record. */
interface Stamped {
  readonly attempt: Attempt;
  readonly settings: TaskSettings;
  readonly prepared: Prepared;
  readonly slot: Slot;
  readonly hooks: RunHooks;
}

async function runStamped(stamped: Stamped): Promise<RunResult> {
  const { attempt, settings, hooks, slot } = stamped;
  const { run } = attempt;
  const { stop, leaving } = run.request;
  const failed = await runTriggers(attempt, ["pre_run", "blocking_pre_run"]);
  const blocked = await killSettled(run) ?? failed ??
    (stop.asked.aborted ? `interrupted by ${stop.signal}` : undefined);
  if (blocked !== undefined) return hooks.end(await concludeBlocked(attempt, blocked));
  const { outcome, attempts } = await hooks.whileRunning(() =>
    runAttempts(attempt, settings.retry, (number) => runCommand(stamped, number))
  );
  if (outcome === "left") {
    slot.leave();
    return { ...resultOf(run), reason: "left to its supervisor" };
  }
  const { isFailed, reason } = verdictOf(settings.retcodes, outcome);
  // A monitor need not wait for on_error, which changes nothing any more.
  if (isFailed) hooks.end({ is_failed: true, code: outcome.code, reason });
  const result = hooks.end(await conclude(attempt, outcome, attempts));
  if (leaving) run.agent.system.files.remove(runFolderOf(run.resource.ridFolder, run.sessionId));
  return result;
}

async function runCommand(stamped: Stamped, number: number): Promise<SupervisedOutcome> {
  const { attempt: { run }, settings, hooks } = stamped;
  const { journal, resource: { rid } } = run;
  hooks.noteAttempt(number);
  const obstacle = await readyContainer(run, settings);
  if (obstacle) return obstacle;
  if (settings.isLogged) journal.info(settings.command, rid);
  const outcome = await executeTask(run, executionOf(run, stamped), number);
  if (outcome === "left") return outcome;
  await settleContainer(run, settings, outcome);
  if (outcome.reason === null) return outcome;
  return { ...outcome, reason: journal.mask.apply(outcome.reason) };
}

/** The command of a task, as it is executed. */
function executionOf(run: TaskRun, { settings, prepared, slot, hooks }: Stamped): Execution {
  const { resource: { rid }, journal, request } = run;
  const { spec, token, killerArgv, pty } = prepared;
  const isHeld = pty !== undefined && pty.kind !== "none";
  const { isLogged, outputMax, timeout, killGrace } = settings;
  return {
    ...{ spec, token, killerArgv, isHeld, rid, isLogged, outputMax, timeout, killGrace, stop: request.stop },
    onLine: (line) => hooks.addLine(line),
    onStart: (process, group) =>
      slot.noteCommand(process, group).catch((error) => {
        // The command runs: without its process on record, only a crash of the agent would know less.
        journal.warning(`the run record is incomplete: ${messageOf(error)}`, rid);
      }),
  };
}

async function executeTask(run: TaskRun, execution: Execution, attempt: number): Promise<SupervisedOutcome> {
  const { agent: { system }, journal, request: { leaving, stop }, resource, sessionId, instance } = run;
  if (execution.spec.isOnTerminal) {
    const { terminal } = system;
    return await onTerminal({ terminal, stop, journal }, (framed) => execute(system, framed, execution));
  }
  if (leaving === undefined) return await execute(system, journal, execution);
  const folder = runFolderOf(resource.ridFolder, sessionId);
  const names = { path: instance.name, rid: resource.rid, session_id: sessionId, attempt };
  const logFile = logPath(run.agent.folders, instance.path);
  return await supervise(system, journal, execution, { folder, names, logFile, leaving });
}
