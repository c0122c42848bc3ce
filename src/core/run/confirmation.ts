/** How a run was asked for, as far as confirmation is concerned. */
export interface Invocation {
  /** `--confirm` was given. */
  readonly isConfirmed: boolean;
  /** The scheduler asked, or `--cron` says so. */
  readonly isScheduled: boolean;
}

/** What to do about the confirmation of one task. */
export type Confirmation = "not needed" | "confirmed by option" | "ask" | "leave out";

/** Decides whether a task may run, must be asked for, or must be left out because nobody can answer (spec 4.2). */
export function decideConfirmation(isWanted: boolean, run: Invocation): Confirmation {
  if (!isWanted) return "not needed";
  if (run.isScheduled) return "leave out";
  return run.isConfirmed ? "confirmed by option" : "ask";
}

/** How long an answer is waited for, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 30_000;

/** The question about one task, to the letter of the user's document. */
export function confirmationQuestion(rid: string): string {
  return "This task run requires confirmation.\n" +
    "Please make sure you fully understand its role and effects before confirming the run.\n" +
    `Do you really want to run ${rid} (yes/no) > `;
}

/** Whether the typed line confirms: exactly `yes`, blanks around it aside. */
export function isYes(line: string): boolean {
  return line.trim() === "yes";
}
