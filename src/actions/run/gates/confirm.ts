import {
  ANSWER_TIMEOUT_MS,
  type Confirmation,
  confirmationQuestion,
  decideConfirmation,
  isYes,
} from "../../../core/run/confirmation.ts";
import type { Answer } from "../../../ports.ts";
import type { Resource } from "../../load.ts";
import { ridsOf } from "./choose.ts";
import { terminalObstacle } from "../on_terminal.ts";
import type { LeftOut, ServiceRun } from "../run_service.ts";
import { orderOf } from "../run_service.ts";
import { isInteractive } from "./unattended.ts";

/** The tasks that may run, or why the whole action ends. */
export type ConfirmOutcome =
  | { readonly kind: "confirmed"; readonly tasks: readonly Resource[]; readonly leftOut: readonly LeftOut[] }
  | { readonly kind: "aborted"; readonly reason: string };

const UNCONFIRMED = "nobody is there to confirm";
const UNATTENDED = "nobody is there at a terminal";

/**
 * Asks about every task that wants it, in run order, before anything is executed (spec 4.2), and leaves out what never
 * runs on schedule.
 */
export async function confirmTasks(run: ServiceRun): Promise<ConfirmOutcome> {
  const tasks: Resource[] = [];
  const leftOut: LeftOut[] = [];
  for (const task of orderOf(run).flatMap((batch) => batch.tasks)) {
    const decision = decide(run, task);
    if (decision === "leave out") {
      leftOut.push({ resource: task, reason: isConfirmationWanted(task) ? UNCONFIRMED : UNATTENDED });
      continue;
    }
    if (decision === "confirmed by option") run.journal.info("confirmed by command line option", task.rid);
    if (decision === "ask") {
      const reason = await ask(run, task);
      if (reason !== undefined) return { kind: "aborted", reason };
    }
    tasks.push(task);
  }
  for (const reason of [UNCONFIRMED, UNATTENDED]) {
    const rids = ridsOf(leftOut.filter((each) => each.reason === reason).map(({ resource }) => resource));
    if (rids !== "") run.journal.info(`${rids} left out: ${reason}`);
  }
  return { kind: "confirmed", tasks, leftOut };
}

function decide({ agent, request }: ServiceRun, task: Resource): Confirmation {
  const decision = decideConfirmation(isConfirmationWanted(task), request);
  if (!isInteractive(task)) return decision;
  if (request.isScheduled) return "leave out";
  // Nobody is asked about what will be refused.
  return terminalObstacle(agent.system.terminal, request) === undefined ? decision : "not needed";
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
