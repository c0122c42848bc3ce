import { MASKED } from "../../core/secrets/mask.ts";
import type { TaskRun } from "../run/task_run.ts";

/**
 * What was asked for, as a command line of the agent. The values of `--env` and the arguments for the command may be
 * secrets: that there are some is all that is told.
 */
export function argvOf(
  { instance, resource, request }: Pick<TaskRun, "instance" | "resource" | "request">,
): string[] {
  const { filter, isScheduled, isForced, isConfirmed, environment, extraArgs } = request;
  const isByHand = request.origin === "user";
  return [
    instance.name,
    "run",
    "--rid",
    isByHand && filter.rid ? filter.rid : resource.rid,
    ...(filter.tags ? ["--tags", filter.tags] : []),
    ...(filter.subsets ? ["--subsets", filter.subsets] : []),
    ...(isScheduled ? ["--cron"] : []),
    ...(isByHand && isConfirmed ? ["--confirm"] : []),
    ...(isForced ? ["--force"] : []),
    ...Object.keys(environment).flatMap((name) => ["--env", `${name}=${MASKED}`]),
    ...(extraArgs.length > 0 ? ["--", ...extraArgs.map(() => MASKED)] : []),
  ];
}
