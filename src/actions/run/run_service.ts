import type { Batch } from "../../core/run/order.ts";
import { batchesOf } from "../../core/run/order.ts";
import type { RunResult } from "../../core/run/result.ts";
import { stopsSequence } from "../../core/run/result.ts";
import { readTriggers } from "../../drivers/task/settings.ts";
import type { Trigger } from "../../drivers/task/settings.ts";
import type { Agent } from "../agent.ts";
import { warnOfDoubts } from "../command_doubts.ts";
import type { Journal } from "../journal.ts";
import type { Instance, Resource } from "../load.ts";
import { baseRequest } from "./preparation/prepare_task.ts";
import type { RunRequest } from "./request.ts";
import { runTask } from "./run_task.ts";
import { refusedResult, skippedResult } from "./task_run.ts";
import { runTrigger } from "./triggers.ts";
import { isInteractive } from "./gates/unattended.ts";

/** A task that was chosen and is not run. */
export interface LeftOut {
  readonly resource: Resource;
  readonly reason: string;
}

/** The tasks of one service that an action runs, all questions asked. */
export interface ServiceRun {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly tasks: readonly Resource[];
  readonly leftOut: readonly LeftOut[];
  readonly request: RunRequest;
  readonly journal: Journal;
  readonly sessionId: string;
  readonly passesInput: boolean;
}

/** What became of the tasks, and of the action around them. */
export interface ServiceReport {
  readonly results: readonly RunResult[];
  /** Why a blocking trigger of the service failed. */
  readonly problem?: string;
}

/** Runs the tasks of one service in order, between the triggers of the service; every chosen task has a result. */
export async function runService(run: ServiceRun): Promise<ServiceReport> {
  // Without a task there is no action for the triggers to be around.
  const report = run.tasks.length === 0 ? { results: [] } : await runTasks(run);
  return { ...report, results: [...report.results, ...restOf(run, report)] };
}

/** What to tell of the tasks that were not reached, and of those that were left out. */
function restOf(run: ServiceRun, { results, problem }: ServiceReport): RunResult[] {
  const reached = new Set(results.map(({ rid }) => rid));
  const obstacle = run.request.stop.asked.aborted ? "interrupted" : problem;
  const rest = orderOf(run).flatMap(({ tasks }) => tasks).filter(({ rid }) => !reached.has(rid));
  return [
    ...rest.map((resource) =>
      obstacle === undefined
        ? skippedResult({ ...run, resource }, "an earlier task failed")
        : refusedResult({ ...run, resource }, obstacle)
    ),
    ...run.leftOut.map(({ resource, reason }) => skippedResult({ ...run, resource }, reason)),
  ];
}

async function runTasks(run: ServiceRun): Promise<ServiceReport> {
  warnOfDoubts(run.agent, run.instance, "DEFAULT", run.journal);
  const before = await runServiceTriggers(run, ["pre_run", "blocking_pre_run"]);
  if (before !== undefined) return { results: [], problem: before };
  if (run.request.stop.asked.aborted) return { results: [] };
  const results: RunResult[] = [];
  for (const batch of orderOf(run)) {
    results.push(...await runBatch(run, batch));
    if (results.some(stopsSequence) || run.request.stop.asked.aborted) return { results };
  }
  if (results.some(({ is_failed }) => is_failed)) return { results };
  const after = await runServiceTriggers(run, ["post_run", "blocking_post_run"]);
  return { results, ...(after === undefined ? {} : { problem: after }) };
}

/** The tasks in run order, by subset. */
export function orderOf({ instance, tasks }: Pick<ServiceRun, "instance" | "tasks">): Batch<Resource>[] {
  const isParallel = (subset: string) => {
    const section = subset === "" ? "subset#task" : `subset#task:${subset}`;
    return instance.configuration.document.sections.has(section) &&
      instance.configuration.boolean(section, "parallel");
  };
  return batchesOf(tasks, { isParallel, isAlone: isInteractive });
}

async function runBatch(run: ServiceRun, { isParallel, tasks }: Batch<Resource>): Promise<RunResult[]> {
  const { journal } = run;
  const isAlone = run.tasks.length === 1;
  const start = (resource: Resource) => runTask({ ...run, resource, isAlone });
  if (isParallel && tasks.length > 1) {
    journal.info(`parallel run of ${tasks.map(({ rid }) => rid).join(",")}`);
    return await Promise.all(tasks.map(start));
  }
  const results: RunResult[] = [];
  for (const task of tasks) {
    const result = await start(task);
    results.push(result);
    if (stopsSequence(result) || run.request.stop.asked.aborted) break;
  }
  return results;
}

async function runServiceTriggers(run: ServiceRun, names: readonly Trigger[]): Promise<string | undefined> {
  const { instance, journal, request: { stop } } = run;
  const triggers = readTriggers(instance.configuration, "DEFAULT");
  for (const name of names) {
    const command = triggers[name];
    if (command === undefined) continue;
    const request = baseRequest(run);
    const problem = await runTrigger({ name, command, request, journal, rid: undefined, stop });
    if (problem !== undefined) return problem;
  }
  return undefined;
}
