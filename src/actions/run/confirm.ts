import {
  ANSWER_TIMEOUT_MS,
  confirmationQuestion,
  decideConfirmation,
  isYes,
} from "../../core/run/confirmation.ts";
import type { Answer } from "../../ports.ts";
import type { Resource } from "../load.ts";
import type { LeftOut, ServiceRun } from "./run_service.ts";
import { orderOf } from "./run_service.ts";

/** The tasks that may run, or why the whole action ends. */
export type ConfirmOutcome =
  | { readonly kind: "confirmed"; readonly tasks: readonly Resource[]; readonly leftOut: readonly LeftOut[] }
  | { readonly kind: "aborted"; readonly reason: string };

const UNATTENDED = "nobody is there to confirm";

/** Asks about every task that wants it, in run order, before anything is executed (spec 4.2). */
export async function confirmTasks(run: ServiceRun): Promise<ConfirmOutcome> {
  const tasks: Resource[] = [];
  const leftOut: LeftOut[] = [];
  for (const task of orderOf(run).flatMap((batch) => batch.tasks)) {
    const decision = decideConfirmation(isConfirmationWanted(task), run.request);
    if (decision === "leave out") {
      leftOut.push({ resource: task, reason: UNATTENDED });
      continue;
    }
    if (decision === "confirmed by option") run.journal.info("confirmed by command line option", task.rid);
    if (decision === "ask") {
      const reason = await ask(run, task);
      if (reason !== undefined) return { kind: "aborted", reason };
    }
    tasks.push(task);
  }
  const rids = leftOut.map(({ resource }) => resource.rid);
  if (rids.length > 0) run.journal.info(`${rids.join(",")} left out: ${UNATTENDED}`);
  return { kind: "confirmed", tasks, leftOut };
}

/** A keyword that cannot be read counts as a wish to be asked; the run itself then tells of the error. */
export function isConfirmationWanted({ configuration, rid }: Resource): boolean {
  try {
    return configuration.boolean(rid, "confirmation");
  } catch {
    return true;
  }
}

/** Asks about one task; gives why the action must end, or nothing after a yes. */
async function ask(run: ServiceRun, task: Resource): Promise<string | undefined> {
  const { agent: { system }, request, journal } = run;
  const answer = await system.prompt.ask(
    confirmationQuestion(task.rid),
    ANSWER_TIMEOUT_MS,
    request.questionsOn,
  );
  if (answer.kind === "line" && isYes(answer.text)) {
    journal.info("run confirmed", task.rid);
    return undefined;
  }
  return reasonOf(answer);
}

function reasonOf(answer: Answer): string {
  if (answer.kind === "silence") return "timeout waiting for confirmation";
  return answer.kind === "interrupted" ? "interrupted" : "run aborted";
}
