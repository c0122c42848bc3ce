import type { Mask } from "../../core/secrets/mask.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { Refused } from "../run/preparation/prepare.ts";
import type { Prepared } from "../run/preparation/prepare_task.ts";
import { prepareTask } from "../run/preparation/prepare_task.ts";
import type { TaskRun } from "../run/task_run.ts";
import { handOverProblem } from "./secret_files.ts";
import type { TaskSecrets } from "./task_secrets.ts";
import { readTaskSecrets } from "./task_secrets.ts";

/** A task that is ready to start, with what it gets from objects. */
export interface PreparedSecretly extends Prepared {
  readonly secrets: TaskSecrets;
}

/** Decides everything about a task's command, secrets included; the mask knows them before anything else happens. */
export async function prepareSecretly(
  run: TaskRun,
  settings: TaskSettings,
  mask: Mask,
): Promise<PreparedSecretly | Refused> {
  const secrets = await readTaskSecrets(run, settings, mask);
  if ("refusal" in secrets) return secrets;
  const prepared = prepareTask(run, settings, secrets.variables);
  if ("refusal" in prepared) return prepared;
  const problem = handOverProblem(run.agent, secrets, prepared.identity);
  return problem === undefined ? { ...prepared, secrets } : { refusal: problem, code: 1 };
}
