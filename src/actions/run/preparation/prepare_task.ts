import type { Variables } from "../../../core/process/environment.ts";
import type { Limits } from "../../../core/process/limits.ts";
import type { TaskSettings } from "../../../drivers/task/settings.ts";
import { composeRun } from "./container.ts";
import type { CommandRequest, PreparedCommand, Refused } from "./prepare.ts";
import { prepareCommand } from "./prepare.ts";
import type { RunRequest } from "../request.ts";
import type { TaskRun } from "../task_run.ts";

/** A task that is ready to start, and how the commands around it are started. */
export interface Prepared extends PreparedCommand {
  /** For pre and post triggers: the agent's own user, the private state folder. */
  readonly triggerRequest: CommandRequest;
  /** For `on_error` and other hooks. */
  hookRequest(variables: Variables): CommandRequest;
}

/** What is known of a run wherever one of its commands is started. */
export interface CommandContext extends Pick<TaskRun, "agent" | "instance" | "sessionId"> {
  readonly request: Pick<RunRequest, "environment" | "origin" | "plannedAt">;
}

/** Decides everything about a task's command before any of its triggers runs; `objects` are variables from objects. */
export function prepareTask(
  run: TaskRun,
  settings: TaskSettings,
  objects: readonly Variables[],
): Prepared | Refused {
  const base = baseRequest(run, run.resource.rid);
  const own = ownRequest(base, settings, objects);
  const prepared = prepareCommand(settings.command, {
    ...own,
    extraArgs: run.request.extraArgs,
    passesInput: run.passesInput,
    isOnTerminal: settings.isInteractive,
    ...(settings.container ? { compose: (names) => composeRun(run, settings, names) } : {}),
  });
  if ("refusal" in prepared) return prepared;
  return {
    ...prepared,
    triggerRequest: base,
    hookRequest: (variables) => hookRequest(run, settings, objects, variables),
  };
}

/** How a hook is started: as the task itself, told what happened; a run of its own, so that neither ends the other. */
export function hookRequest(
  run: CommandContext & Pick<TaskRun, "resource">,
  settings: TaskSettings,
  objects: readonly Variables[],
  variables: Variables,
): CommandRequest {
  const base = baseRequest(run, run.resource.rid);
  // Whether a shell runs it is seen from its own text, not from the task's.
  return {
    ...ownRequest(base, settings, objects),
    shell: undefined,
    variables: [...base.variables, variables],
  };
}

function ownRequest(
  base: CommandRequest,
  settings: TaskSettings,
  objects: readonly Variables[],
): CommandRequest {
  return { ...base, ...settings, limits: limitsOf(settings), objects };
}

/** How a command of the service itself is started: as the agent's own user, in the private state folder. */
export function baseRequest(
  { agent, instance, request, sessionId }: CommandContext,
  rid?: string,
): CommandRequest {
  return {
    agent,
    instance,
    rid,
    variables: [request.environment],
    origin: request.origin,
    plannedAt: request.plannedAt,
    sessionId,
    runId: agent.system.host.uuid(),
  };
}

/** `limit_vmem` is another name of `limit_as` on Linux; the lower of the two counts. */
function limitsOf({ limits }: TaskSettings): Limits {
  const { vmem, ...others } = limits;
  return vmem === undefined ? others : { ...others, as: Math.min(vmem, others.as ?? Infinity) };
}
