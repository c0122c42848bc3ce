/**
 * Tasks in containers: what is around the run of the engine's own program.
 *
 * @module
 */
import { containerLabels } from "../../../core/container/labels.ts";
import { problemOfContainerName } from "../../../core/container/name.ts";
import { runArgv } from "../../../core/container/run_argv.ts";
import type { ContainerSpec } from "../../../core/container/run_argv.ts";
import { problemOfContainerVariables } from "../../../core/container/variables.ts";
import type { Argv } from "../../../core/process/command.ts";
import { DEFAULT_PATH } from "../../../core/process/environment.ts";
import type { TaskContainer, TaskSettings } from "../../../drivers/task/settings.ts";
import type { Agent } from "../../agent.ts";
import type { Refused } from "./prepare.ts";
import type { TaskRun } from "../task_run.ts";

/** The engine's command line for one run of a task; says why there is none. */
export function composeRun(
  run: Pick<TaskRun, "agent" | "instance" | "resource" | "request" | "sessionId" | "passesInput">,
  settings: TaskSettings,
  names: readonly string[],
): Argv | Refused {
  const task = settings.container!;
  const problem = containerProblem(run.agent, task) ?? problemOfContainerVariables(names);
  if (problem !== undefined) return { refusal: problem, code: 1 };
  const { instance, resource: { rid }, sessionId } = run;
  return runArgv(task.engine, containerOf(settings, sessionId), {
    isDetached: false,
    isInteractive: run.passesInput || settings.isInteractive,
    hasTerminal: task.hasTerminal,
    variables: names,
    labels: containerLabels({ path: instance.name, rid, image: task.container.image, sessionId }),
    extraArgs: run.request.extraArgs,
  });
}

/** What would refuse every run of the container: its name, or an engine that is not there. */
export function containerProblem(
  { system: { host }, node }: Pick<Agent, "system" | "node">,
  { engine, container: { name, image } }: TaskContainer,
): string | undefined {
  if (image === "") return "Cannot run a container: its image is empty, expected the name of one";
  const problem = problemOfContainerName(name);
  if (problem !== undefined) return problem;
  const path = node.path ?? DEFAULT_PATH;
  if (host.findProgram(engine, path) !== undefined) return undefined;
  return `Cannot run a container: ${engine} is not installed, expected it in ${path}`;
}

/** The container of one run: where several may overlap, each has a name of its own. */
export function containerOf(
  { container, maxParallel }: Pick<TaskSettings, "container" | "maxParallel">,
  sessionId: string,
): ContainerSpec {
  const { container: spec } = container!;
  return maxParallel === 1 ? spec : { ...spec, name: `${spec.name}.${sessionId.slice(0, 8)}` };
}
