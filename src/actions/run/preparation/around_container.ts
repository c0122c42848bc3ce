/**
 * What happens in the engine before and after the run of a task in a container.
 *
 * @module
 */
import { isOfService, isOfSession, otherOwner } from "../../../core/container/labels.ts";
import { imageArgv, inspectArgv, killArgv, pullArgv, removeArgv } from "../../../core/container/run_argv.ts";
import type { ContainerState } from "../../../core/container/state.ts";
import { isIdle, parseState } from "../../../core/container/state.ts";
import type { TaskSettings } from "../../../drivers/task/settings.ts";
import { Journal } from "../../journal.ts";
import { containerOf } from "./container.ts";
import { execute } from "../execute.ts";
import { prepareCommand } from "./prepare.ts";
import { baseRequest } from "./prepare_task.ts";
import type { ExecutionOutcome } from "../run_end.ts";
import { StopRequest } from "../stop_request.ts";
import type { TaskRun } from "../task_run.ts";

/** Who calls the engine, and for which run. */
export type EngineCaller =
  & Pick<TaskRun, "agent" | "instance" | "resource" | "journal" | "sessionId">
  & { readonly request: Pick<TaskRun["request"], "environment" | "origin" | "plannedAt" | "stop"> };

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
  onLine?(line: string): void;
}

const QUIET = { timeout: CALL_TIMEOUT, isTold: false };
/** How often the removal of a container is tried. */
const REMOVALS = 3;

/** Has the image there, and the name free; says how the run ends when that fails. */
export async function readyContainer(
  run: TaskRun,
  settings: Settings,
): Promise<ExecutionOutcome | undefined> {
  const { container: task } = settings;
  if (!task) return undefined;
  const { engine, container: { image }, isPulledAlways, pullTimeout } = task;
  const isThere = !isPulledAlways &&
    (await callEngine(run, settings, { argv: imageArgv(engine, image), ...QUIET })).code === 0;
  if (!isThere) {
    run.journal.info(`${engine} pull ${image}`, run.resource.rid);
    const pull = { argv: pullArgv(engine, image), timeout: pullTimeout, isTold: true };
    const pulled = await callEngine(run, settings, pull);
    if (pulled.reason !== null) return { ...pulled, reason: `cannot pull ${image}: ${pulled.reason}` };
  }
  return await freeName(run, settings);
}

/** What an earlier run left for looking into it goes now; a container that anybody may still want refuses the run. */
async function freeName(run: TaskRun, settings: Settings): Promise<ExecutionOutcome | undefined> {
  const { name } = containerOf(settings, run.sessionId);
  const { engine } = settings.container!;
  const found = await lookAt(run, settings);
  // An engine that does not answer is told by the run itself.
  if (found === undefined || found.state === "absent") return undefined;
  const path = run.instance.name;
  const owner = otherOwner(found, path);
  if (owner !== undefined) return refused(`the container name ${name} is taken by ${owner}`);
  if (!isOfService(found, path)) {
    return refused(`the container name ${name} is taken by one that the agent did not make`);
  }
  if (!isIdle(found)) {
    return refused(
      `container ${name} of an earlier run is ${found.state}, expected its end (${engine} kill ${name})`,
    );
  }
  await callEngine(run, settings, { argv: removeArgv(engine, name), ...QUIET });
  return undefined;
}

/**
 * Ends the container of a run whose engine program did not end by itself: what is asked of that program need not reach
 * the container.
 */
export async function settleContainer(
  run: EngineCaller,
  settings: Settings,
  outcome: ExecutionOutcome,
): Promise<void> {
  const { container: task } = settings;
  const hasEnded = outcome.signal === null && !outcome.isTimedOut && !outcome.isStopped && !outcome.isLost;
  if (!task || hasEnded) return;
  const { engine } = task;
  const { name, isRemoved } = containerOf(settings, run.sessionId);
  const found = await lookAt(run, settings, true);
  // A run that ended before it had its container must not end that of somebody else.
  if (found && !isOfSession(found, run.sessionId)) return;
  if (found === undefined || !isIdle(found)) {
    const killed = await callEngine(run, settings, { argv: killArgv(engine, name), ...QUIET }, true);
    if (killed.code === 0) run.journal.info(`container ${name} is killed`, run.resource.rid);
  }
  if (isRemoved && found?.state !== "absent") await removeSurely(run, settings);
}

/** Podman fails the first time when what watched the container was killed with the run, and then knows that it ended. */
async function removeSurely(run: EngineCaller, settings: Settings): Promise<void> {
  const { name } = containerOf(settings, run.sessionId);
  const argv = removeArgv(settings.container!.engine, name, true);
  for (let number = 1; number <= REMOVALS; number++) {
    if ((await callEngine(run, settings, { argv, ...QUIET }, true)).code === 0) return;
    if ((await lookAt(run, settings, true))?.state === "absent") return;
  }
  run.journal.warning(`container ${name} could not be removed`, run.resource.rid);
}

/** What there is of the name of a run; undefined when the engine does not say. */
async function lookAt(
  run: EngineCaller,
  settings: Settings,
  isAfterwards = false,
): Promise<ContainerState | undefined> {
  const { name } = containerOf(settings, run.sessionId);
  const lines: string[] = [];
  const argv = inspectArgv(settings.container!.engine, name);
  const call = { argv, ...QUIET, onLine: (line: string) => void lines.push(line) };
  const { code } = await callEngine(run, settings, call, isAfterwards);
  const text = lines.join("\n");
  try {
    return parseState({ code, stdout: text, stderr: text });
  } catch {
    return undefined;
  }
}

function refused(reason: string): ExecutionOutcome {
  return { code: 1, signal: null, reason, isTimedOut: false, isStopped: false, pid: null };
}

/** Runs the engine's program as the run itself would; what comes after the end of a run is not stopped any more. */
async function callEngine(
  run: EngineCaller,
  { container, isLogged, outputMax }: Settings,
  { argv, timeout, isTold, onLine }: Call,
  isAfterwards = false,
): Promise<ExecutionOutcome> {
  const { agent, journal, resource: { rid } } = run;
  const request = { ...baseRequest(run, rid), envInherit: container!.envInherit, compose: () => argv };
  const prepared = prepareCommand(argv.join(" "), request);
  if ("refusal" in prepared) return { ...refused(prepared.refusal), code: prepared.code };
  const silent = new Journal(agent.system.clock, {}, []);
  return await execute(agent.system, isTold && isLogged ? journal : silent, {
    ...{ spec: prepared.spec, token: prepared.token, rid, isLogged: true, outputMax },
    ...{ timeout, killGrace: CALL_GRACE, stop: isAfterwards ? new StopRequest() : run.request.stop },
    ...(onLine ? { onLine } : {}),
  });
}
