import type { Variables } from "../../core/process/environment.ts";
import type { Limits } from "../../core/process/limits.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { CommandRequest, PreparedCommand, Refused } from "./prepare.ts";
import { prepareCommand } from "./prepare.ts";
import type { TaskRun } from "./task_run.ts";

/** A task that is ready to start, and how the commands around it are started. */
export interface Prepared extends PreparedCommand {
  /** For pre and post triggers: the agent's own user, the private state folder. */
  readonly triggerRequest: CommandRequest;
  /** For `on_error`: as the task itself, told how that ended. */
  onErrorRequest(variables: Variables): CommandRequest;
}

/** Decides everything about a task's command before any of its triggers runs; `objects` are variables from objects. */
export function prepareTask(
  run: TaskRun,
  settings: TaskSettings,
  objects: readonly Variables[],
): Prepared | Refused {
  const base = baseRequest(run, run.resource.rid);
  const own: CommandRequest = { ...base, ...settings, limits: limitsOf(settings), objects };
  const prepared = prepareCommand(settings.command, {
    ...own,
    extraArgs: run.request.extraArgs,
    passesInput: run.passesInput,
  });
  if ("refusal" in prepared) return prepared;
  return {
    ...prepared,
    triggerRequest: base,
    // Whether a shell runs `on_error` is seen from its own text, not from the task's.
    onErrorRequest: (variables) => ({ ...own, shell: undefined, variables: [...base.variables, variables] }),
  };
}

/** How a command of the service itself is started: as the agent's own user, in the private state folder. */
export function baseRequest(
  { agent, instance, request, sessionId }: Pick<TaskRun, "agent" | "instance" | "request" | "sessionId">,
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
