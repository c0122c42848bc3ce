/**
 * What happens in the engine before and after the run of a task in a container.
 *
 * @module
 */
import { imageArgv, killArgv, pullArgv, removeArgv } from "../../core/container/run_argv.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import { Journal } from "../journal.ts";
import { containerOf } from "./container.ts";
import { execute } from "./execute.ts";
import { prepareCommand } from "./prepare.ts";
import { baseRequest } from "./prepare_task.ts";
import type { ExecutionOutcome } from "./run_end.ts";
import { StopRequest } from "./stop_request.ts";
import type { TaskRun } from "./task_run.ts";

type Settings = Pick<TaskSettings, "container" | "maxParallel" | "isLogged" | "outputMax">;

/** How long the engine may take for what it does at once, in seconds. */
const CALL_TIMEOUT = 30;
/** Between TERM and KILL of the engine's program, in seconds. */
const CALL_GRACE = 5;

/** One call of the engine. */
interface Call {
  readonly argv: readonly [string, ...string[]];
  readonly timeout: number;
  /** Whether its output is in the log. */
  readonly isTold: boolean;
}

/** Has the image there, and the name free; says how the run ends when that fails. */
export async function readyContainer(
  run: TaskRun,
  settings: Settings,
): Promise<ExecutionOutcome | undefined> {
  const { container: task } = settings;
  if (!task) return undefined;
  const { engine, container: { image }, isPulledAlways, pullTimeout } = task;
  const quiet = { timeout: CALL_TIMEOUT, isTold: false };
  const isThere = !isPulledAlways &&
    (await callEngine(run, settings, { argv: imageArgv(engine, image), ...quiet })).code === 0;
  if (!isThere) {
    run.journal.info(`${engine} pull ${image}`, run.resource.rid);
    const pull = { argv: pullArgv(engine, image), timeout: pullTimeout, isTold: true };
    const pulled = await callEngine(run, settings, pull);
    if (pulled.reason !== null) return { ...pulled, reason: `cannot pull ${image}: ${pulled.reason}` };
  }
  // What an earlier run left for looking into it goes now; one that still runs stays, and refuses the name.
  const { name } = containerOf(settings, run.sessionId);
  await callEngine(run, settings, { argv: removeArgv(engine, name), ...quiet });
  return undefined;
}

/**
 * Ends the container of a run whose engine program did not end by itself: what is asked of that program need not reach
 * the container.
 */
export async function settleContainer(
  run: TaskRun,
  settings: Settings,
  outcome: ExecutionOutcome,
): Promise<void> {
  const { container: task } = settings;
  const hasEnded = outcome.signal === null && !outcome.isTimedOut && !outcome.isStopped && !outcome.isLost;
  if (!task || hasEnded) return;
  const { engine } = task;
  const { name, isRemoved } = containerOf(settings, run.sessionId);
  const quiet = { timeout: CALL_TIMEOUT, isTold: false };
  const killed = await callEngine(run, settings, { argv: killArgv(engine, name), ...quiet }, true);
  if (killed.code === 0) run.journal.info(`container ${name} is killed`, run.resource.rid);
  if (isRemoved) await callEngine(run, settings, { argv: removeArgv(engine, name, true), ...quiet }, true);
}

/** Runs the engine's program as the run itself would; what comes after the end of a run is not stopped any more. */
async function callEngine(
  run: TaskRun,
  { container, isLogged, outputMax }: Settings,
  { argv, timeout, isTold }: Call,
  isAfterwards = false,
): Promise<ExecutionOutcome> {
  const { agent, journal, resource: { rid } } = run;
  const request = { ...baseRequest(run, rid), envInherit: container!.envInherit, compose: () => argv };
  const prepared = prepareCommand(argv.join(" "), request);
  if ("refusal" in prepared) {
    return {
      code: prepared.code,
      signal: null,
      reason: prepared.refusal,
      isTimedOut: false,
      isStopped: false,
      pid: null,
    };
  }
  const silent = new Journal(agent.system.clock, {}, []);
  return await execute(agent.system, isTold && isLogged ? journal : silent, {
    ...{ spec: prepared.spec, token: prepared.token, rid, isLogged: true, outputMax },
    ...{ timeout, killGrace: CALL_GRACE, stop: isAfterwards ? new StopRequest() : run.request.stop },
  });
}
