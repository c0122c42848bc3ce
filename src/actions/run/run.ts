import { RefusedError } from "../../core/errors.ts";
import type { RunResult } from "../../core/run/result.ts";
import { exitCodeOf } from "../../core/run/result.ts";
import type { Agent } from "../agent.ts";
import { journalFor } from "../journal_for.ts";
import type { Instance, Resource } from "../load.ts";
import { pauseText } from "../paused.ts";
import { chooseResources, leftOutTexts, whereNamed } from "./gates/choose.ts";
import { confirmTasks } from "./gates/confirm.ts";
import type { RunRequest } from "./request.ts";
import type { ServiceReport, ServiceRun } from "./run_service.ts";
import { orderOf, runService } from "./run_service.ts";
import { refusedResult } from "./task_run.ts";
import { isInteractive } from "./gates/unattended.ts";

/** What became of an action on one or several services. */
export interface RunReport {
  readonly results: readonly RunResult[];
  readonly exitCode: number;
}

/**
 * Runs the chosen tasks of the services, by path and then in run order.
 *
 * Throws `NotFoundError` and `RefusedError` before anything is asked or executed; everything later is in the report.
 */
export async function runAction(
  agent: Agent,
  instances: readonly Instance[],
  request: RunRequest,
): Promise<RunReport> {
  const asked = await askForRuns(planRuns(agent, instances, request));
  return "exitCode" in asked ? asked : reportOf(await runServices(asked.runs, request));
}

/** Chooses the tasks; throws `NotFoundError` and `RefusedError`. */
export function planRuns(
  agent: Agent,
  instances: readonly Instance[],
  request: RunRequest,
): readonly ServiceRun[] {
  const sessionId = request.sessionId ?? agent.system.host.uuid();
  const runs = whereNamed(instances, (instance) => planService(agent, instance, request, sessionId));
  if (request.extraArgs.length > 0) refuseManyForArguments(runs);
  if (request.isParallel && runs.length > 1) refuseTerminalForMany(runs);
  return passInput(runs);
}

/** Asks all questions; gives the report of the whole action when one of them ends it. */
export async function askForRuns(
  runs: readonly ServiceRun[],
): Promise<RunReport | { readonly runs: readonly ServiceRun[] }> {
  const confirmed: ServiceRun[] = [];
  for (const run of runs) {
    const outcome = await confirmTasks(run);
    if (outcome.kind === "aborted") return abort(run, runs, outcome.reason);
    confirmed.push({ ...run, tasks: outcome.tasks, leftOut: [...run.leftOut, ...outcome.leftOut] });
  }
  return { runs: confirmed };
}

/** Chooses the tasks of one service, refusing it where this node must not act on it. */
function planService(agent: Agent, instance: Instance, request: RunRequest, sessionId: string): ServiceRun {
  const journal = journalFor(agent, {
    path: instance.name,
    sessionId,
    isScheduled: request.isScheduled,
  });
  refuseStranger(agent, instance);
  const choice = chooseResources(instance, {
    filter: request.filter,
    action: "run",
    can: isTask,
    paused: (task) => pauseText(agent, task),
  });
  const { chosen, disabled, paused } = choice;
  for (const text of leftOutTexts(choice)) journal.info(text);
  if (chosen.length === 0) journal.info("no task to run");
  const leftOut = [...disabled.map((resource) => ({ resource, reason: "disabled" })), ...paused];
  return { agent, instance, tasks: chosen, leftOut, request, journal, sessionId, passesInput: false };
}

export function isTask({ group, driver, problem }: Resource): boolean {
  return group === "task" && (driver !== undefined || problem !== undefined);
}

/** Throws `RefusedError` when this node is not one of the service's. */
export function refuseStranger(agent: Agent, { isMember, name }: Instance): void {
  if (isMember) return;
  throw new RefusedError(
    `Cannot act on ${name}: this node, ${agent.node.name}, is in neither its nodes nor its drpnodes`,
  );
}

function refuseManyForArguments(runs: readonly ServiceRun[]): void {
  const count = runs.reduce((sum, { tasks }) => sum + tasks.length, 0);
  if (count !== 1) {
    throw new RefusedError(
      `Cannot hand arguments on: ${count} tasks are chosen, expected exactly one (--rid)`,
    );
  }
}

/** There is one terminal: an interactive task would share it with what other services log meanwhile. */
function refuseTerminalForMany(runs: readonly ServiceRun[]): void {
  for (const { tasks, instance, request } of runs) {
    const task = request.isScheduled ? undefined : tasks.find(isInteractive);
    if (task) {
      throw new RefusedError(
        `Cannot run services side by side: ${task.rid} of ${instance.name} is interactive, expected no --parallel`,
      );
    }
  }
}

/** Standard input goes to the command when there is exactly one, and never when it is the operator's terminal. */
function passInput(runs: readonly ServiceRun[]): readonly ServiceRun[] {
  const [only, ...others] = runs;
  if (only === undefined || others.length > 0 || only.tasks.length !== 1) return runs;
  const isByHand = only.request.origin === "user" && !only.request.isScheduled;
  return [{ ...only, passesInput: isByHand && !only.agent.system.terminal.isTerminal.stdin }];
}

/** A no ends everything: nothing was executed, nothing is written down. */
function abort(run: ServiceRun, runs: readonly ServiceRun[], reason: string): RunReport {
  run.journal.error(`'run' action stopped on execution error: ${reason}`);
  const { request } = run;
  const results = runs.flatMap((each) =>
    orderOf(each).flatMap(({ tasks }) =>
      tasks.map((resource) => refusedResult({ ...each, resource }, reason))
    )
  );
  return { results, exitCode: request.stop.asked.aborted ? request.stop.exitCode : 1 };
}

async function runServices(runs: readonly ServiceRun[], request: RunRequest): Promise<ServiceReport[]> {
  if (request.isParallel) return await Promise.all(runs.map(runService));
  const reports: ServiceReport[] = [];
  for (const run of runs) {
    reports.push(await runService(run));
    if (request.stop.asked.aborted) break;
  }
  return reports;
}

function reportOf(reports: readonly ServiceReport[]): RunReport {
  const results = reports.flatMap((report) => report.results);
  const isBlocked = reports.some(({ problem }) => problem !== undefined);
  return { results, exitCode: exitCodeOf(results) || (isBlocked ? 1 : 0) };
}
