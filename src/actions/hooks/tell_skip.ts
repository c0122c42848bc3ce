import { Mask } from "../../core/secrets/mask.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import { readTask } from "../../drivers/task/settings.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Instance, Resource } from "../load.ts";
import { hookRequest } from "../run/preparation/prepare_task.ts";
import { readTaskSecrets } from "../secrets/task_secrets.ts";
import type { TaskRun } from "../run/task_run.ts";
import { callHook, messageOf } from "./call_hook.ts";

/** Why a planned run did not happen, in one word for programs. */
export type SkipCause =
  /** The daemon was busy, or the host slept. */
  | "missed"
  /** An earlier run was still under way. */
  | "running"
  | "requirement"
  | "memory"
  | "provision"
  /** The agent refused it: no such user, a value that cannot be used … */
  | "refused";

/** A planned run that did not happen. */
export interface Skip {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly resource: Resource;
  readonly journal: Journal;
  readonly sessionId: string;
  /** Seconds since the epoch. */
  readonly plannedAt: number | undefined;
  readonly cause: SkipCause;
  readonly reason: string;
}

/** Calls `on_skip` of a task, beside whatever goes on. */
export function tellSkip(skip: Skip): void {
  const { agent, instance, resource, journal, cause, reason } = skip;
  const { rid } = resource;
  if (resource.problem !== undefined) return;
  let settings: TaskSettings;
  try {
    settings = readTask(instance.configuration, rid);
  } catch (error) {
    return journal.warning(`on_skip: it cannot be called: ${messageOf(error)}`, rid);
  }
  if (cause === "requirement" && !settings.hooks.isUnmetSkipped) return;
  const mask = new Mask();
  const run = taskRunOf({ ...skip, journal: journal.masking(mask) });
  callHook({
    hook: "on_skip",
    agent,
    resource,
    journal: run.journal,
    settings: settings.hooks,
    variables: { OPENSVC_CAUSE: cause, OPENSVC_REASON: reason },
    request: async (variables) => {
      const secrets = await readTaskSecrets(run, settings, mask);
      // What refuses the run must not silence who tells of it.
      return hookRequest(run, settings, "refusal" in secrets ? [] : secrets.variables, variables);
    },
  });
}

/** The run that did not happen, as far as a hook has to do with it. */
function taskRunOf({ agent, instance, resource, journal, sessionId, plannedAt }: Skip): TaskRun {
  return {
    ...{ agent, instance, resource, journal, sessionId, passesInput: false },
    request: {
      filter: { rid: resource.rid },
      origin: "scheduler",
      isScheduled: true,
      ...(plannedAt === undefined ? {} : { plannedAt }),
      isConfirmed: false,
      isForced: false,
      waitMs: 0,
      extraArgs: [],
      environment: {},
      isParallel: false,
      questionsOn: "stderr",
      stop: agent.hooks.stop,
    },
  };
}
